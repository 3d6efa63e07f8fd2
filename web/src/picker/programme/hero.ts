// The film of the evening, as large as it deserves.
import { html, nothing } from "lit-html";
import { serverNow } from "../../api/clock.ts";
import { calendarDay, today } from "../../text/format.ts";
import type { Movie, Seats, Showing, Venue } from "./data.ts";
import { filmAddress } from "./film-card.ts";
import { dayAfter } from "./filters.ts";
import { backdrop, poster } from "./poster.ts";
import { facts, ticket } from "./showing.ts";
import { say } from "./texts.ts";

const EVENING = "17:00";
const TICKETS = 3;

/** What the house puts forward: the dearest showing of the evening, which is the one on its best screen. */
export function featured(showings: Showing[]): Showing | null {
  const evening = showings.filter(({ startsAt }) => startsAt.slice(11, 16) >= EVENING);
  const among = evening.length ? evening : showings;
  return among.reduce<Showing | null>((best, showing) => (best && price(best) >= price(showing) ? best : showing), null);
}

function price({ basePrice }: Showing): number {
  return Number(basePrice.amount);
}

/** The scene at the top of the page. */
export function hero(movie: Movie, showings: Showing[], venue: Venue, day: string, seats: Map<string, Seats> | null): unknown {
  return html`<section class="hero scene" aria-labelledby="tonight">
    ${backdrop(movie)}
    <div class="hero-inside">
      <div class="hero-words">
        <h1 id="tonight" class="eyebrow">${occasion(showings, venue, day)}</h1>
        <h2><a href=${filmAddress(movie)}>${movie.title}</a></h2>
        ${facts(movie)}
        ${movie.description ? html`<p class="story">${movie.description}</p>` : nothing}
        <ul class="tickets" role="list">
          ${showings.slice(0, TICKETS).map((showing) => ticket(showing, movie.title, seats?.get(showing.id)))}
        </ul>
      </div>
      <a class="hero-poster" href=${filmAddress(movie)} tabindex="-1" aria-hidden="true">${poster(movie, { eager: true })}</a>
    </div>
    <span class="bulbs" aria-hidden="true"></span>
  </section>`;
}

function occasion(showings: Showing[], { name, timezone }: Venue, day: string): string {
  const first = today(timezone, serverNow());
  const evening = (showings.at(-1)?.startsAt.slice(11, 16) ?? "") >= EVENING;
  if (day === first) return say(evening ? "tonightAt" : "todayAt", { venue: name });
  if (day === dayAfter(first)) return say("tomorrowAt", { venue: name });
  return say("dayAt", { venue: name, day: calendarDay(day, { weekday: "long", day: "numeric", month: "long" }) });
}

/** The same scene before its film is known, or where there is none. */
export function emptyScene(heading: string): unknown {
  return html`<section class="hero scene" aria-labelledby="tonight">
    <div class="hero-inside"><div class="hero-words"><h1 id="tonight" class="bare">${heading}</h1></div></div>
    <span class="bulbs" aria-hidden="true"></span>
  </section>`;
}
