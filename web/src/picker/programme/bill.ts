// The bill of a day: its films with what is left of their showings, and how it is drawn.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { calendarDay } from "../../text/format.ts";
import type { Catalogue, Movie, Seats, Showing, Venue } from "./data.ts";
import { filmCard, smallCard, soonCard } from "./film-card.ts";
import { addressOf, dayAfter, type Filters, fits } from "./filters.ts";
import { emptyScene, featured, hero } from "./hero.ts";
import { ahead, by } from "./showing.ts";
import { empty } from "./states.ts";
import { store } from "./store.ts";
import { say } from "./texts.ts";

/** A film of the day with those of its showings that are still to come. */
interface Billed {
  movie: Movie;
  showings: Showing[];
}

/** What a house shows on a day. */
export interface Bill {
  venue: Venue;
  day: string;
  films: Billed[];
  seats: Map<string, Seats> | null;
}

/** The bill of a day, each film once, in the order of its first showing; null while it is not known. */
export function billOf(movies: Movie[], venue: Venue, day: string): Bill | null {
  const which = { venueId: venue.id, date: day };
  const showings = store.showings(which).value;
  if (!showings) return null;
  const known = new Map(movies.map((movie) => [movie.id, movie]));
  const films = [...by(({ movie }) => movie.id, ahead(showings))].flatMap(([id, those]) => {
    const movie = known.get(id);
    return movie ? [{ movie, showings: those }] : [];
  });
  return { venue, day, films, seats: store.seats(which).value };
}

/** The film that the house puts forward. */
export function scene({ venue, day, films, seats }: Bill): unknown {
  const best = featured(films.flatMap(({ showings }) => showings));
  const film = films.find(({ showings }) => best && showings.includes(best));
  return film ? hero(film.movie, film.showings, venue, day, seats) : emptyScene(venue.name);
}

/** The films that fit the search, and how many they are. */
export function found({ films }: Bill, filters: Filters): { films: Billed[]; text: string } {
  const fitting = films.filter(({ movie }) => fits(movie, filters));
  const times = fitting.reduce((sum, { showings }) => sum + showings.length, 0);
  return { films: fitting, text: say("found", { films: fitting.length, times }) };
}

/** Their cards; the cards of the day before stay, out of reach, until those of this day are there. */
export function cards(bill: Bill, filters: Filters, isOld: boolean): unknown {
  const { films } = found(bill, filters);
  return html`<div class=${isOld ? "going" : ""} ?inert=${isOld}>
    ${films.length
      ? html`<ul class="films" role="list">
          ${repeat(films, ({ movie }) => movie.id, ({ movie, showings }) => filmCard(movie, showings, bill.seats))}
        </ul>`
      : nothingFound(bill, filters)}
  </div>`;
}

function nothingFound({ films, day }: Bill, filters: Filters): unknown {
  if (films.length) return empty(say("none"), say("noneHint"));
  const next = dayAfter(day);
  const text = say("nextDay", { day: calendarDay(next, { weekday: "long", day: "numeric", month: "long" }) });
  return empty(say("quiet"), undefined, { href: addressOf({ ...filters, date: next }), text });
}

/** What is shown on other days, and what is yet to come. */
export function others({ showing, soon }: Catalogue, bill: Bill, filters: Filters): unknown {
  const billed = new Set(bill.films.map(({ movie }) => movie.id));
  const rest = (movies: Movie[]): Movie[] => movies.filter((movie) => !billed.has(movie.id) && fits(movie, filters));
  return html`${row("elsewhen", say("otherDays"), "small-films", rest(showing), smallCard)} ${row("soon", say("soon"), "soon-films", rest(soon), soonCard)}`;
}

function row(id: string, heading: string, kind: string, movies: Movie[], card: (movie: Movie) => unknown): unknown {
  if (!movies.length) return nothing;
  return html`<section aria-labelledby=${id}>
    <h2 id=${id}>${heading}</h2>
    <ul class=${kind} role="list">${repeat(movies, (movie) => movie.id, card)}</ul>
  </section>`;
}
