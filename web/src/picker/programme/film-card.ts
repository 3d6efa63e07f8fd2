// A film among others: its poster, what it is, and when one can see it.
import { html, nothing } from "lit-html";
import { calendarDay } from "../../text/format.ts";
import type { Movie, Seats, Showing } from "./data.ts";
import { poster } from "./poster.ts";
import { facts, ticket } from "./showing.ts";
import { say } from "./texts.ts";

const TICKETS = 4; // on a card; the rest is on the film's page

/** The address of a film's page. */
export function filmAddress({ id }: Movie): string {
  return `/movies/${id}`;
}

/** A film of the day with its next showings. */
export function filmCard(movie: Movie, showings: Showing[], seats: Map<string, Seats> | null): unknown {
  const more = showings.length - TICKETS;
  return html`<li class="film">
    <a class="film-poster" href=${filmAddress(movie)} tabindex="-1" aria-hidden="true">${poster(movie)}</a>
    <div class="film-body">
      <h3><a href=${filmAddress(movie)}>${movie.title}</a></h3>
      ${facts(movie)}
      <ul class="tickets" role="list">
        ${showings.slice(0, TICKETS).map((showing) => ticket(showing, movie.title, seats?.get(showing.id)))}
      </ul>
      ${more > 0 ? html`<a class="more" href=${filmAddress(movie)}>${say("moreTimes", { count: more })}</a>` : nothing}
    </div>
  </li>`;
}

/** A film that is shown, but not here on this day. */
export function smallCard(movie: Movie): unknown {
  return html`<li class="small-film"><a href=${filmAddress(movie)}>${poster(movie)}<h3>${movie.title}</h3></a></li>`;
}

/** A film that is yet to come, and from when. */
export function soonCard(movie: Movie): unknown {
  const { opensOn } = movie;
  const from = opensOn ? say("opens", { day: calendarDay(opensOn, { day: "numeric", month: "long" }) }) : say("opensSomeday");
  return html`<li class="soon-film">
    <a class="film-poster" href=${filmAddress(movie)} tabindex="-1" aria-hidden="true">${poster(movie)}</a>
    <div class="film-body">
      <p class="eyebrow">${from}</p>
      <h3><a href=${filmAddress(movie)}>${movie.title}</a></h3>
      ${facts(movie)}
      ${movie.description ? html`<p class="soft story">${movie.description}</p>` : nothing}
    </div>
  </li>`;
}
