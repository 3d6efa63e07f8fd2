// What's on: the film of the evening, then all films of a day at a house, then what is yet to come.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { calendarDay } from "../../text/format.ts";
import type { Catalogue, Movie, Showing, Venue } from "./data.ts";
import type { Fetching } from "./fetching.ts";
import { filmCard, smallCard, soonCard } from "./film-card.ts";
import { searchBar, whereAndWhen } from "./filter-bar.ts";
import { addressOf, dayAfter, daysAt, type Filters, filtersOf, fits, keepVenue, venueOf } from "./filters.ts";
import { emptyScene, featured, hero } from "./hero.ts";
import { NeedingView } from "./needing.ts";
import { ahead, by } from "./showing.ts";
import { empty, failed, stale, waiting } from "./states.ts";
import { store } from "./store.ts";
import { say } from "./texts.ts";

/** A film of the day with those of its showings that are still to come. */
interface Billed {
  movie: Movie;
  showings: Showing[];
}

export class WhatsOn extends NeedingView {
  get title(): string {
    return say("title");
  }

  get #filters(): Filters {
    return filtersOf(location.search);
  }

  protected needs(): Fetching<unknown>[] {
    const venue = this.#venue();
    if (!venue) return [store.catalogue];
    if (this.#filters.venue === venue.id) keepVenue(venue.id);
    const days = this.#daysNeeded(venue).map((date) => ({ venueId: venue.id, date }));
    const last = days.at(-1);
    const seats = last && store.showings(last).value ? [store.seats(last)] : [];
    return [store.catalogue, ...days.map(store.showings), ...seats];
  }

  #venue(): Venue | null {
    return venueOf(store.catalogue.value?.venues ?? [], this.#filters.venue);
  }

  /** The day asked for; or today, and tomorrow where today has nothing left. The last is the one that is shown. */
  #daysNeeded(venue: Venue): string[] {
    const [first = ""] = daysAt(venue);
    const { date } = this.#filters;
    if (date >= first) return [date];
    const left = store.showings({ venueId: venue.id, date: first }).value;
    return left && !ahead(left).length ? [first, dayAfter(first)] : [first];
  }

  draw(): unknown {
    const catalogue = store.catalogue.value;
    const venue = this.#venue();
    if (catalogue && venue) return html`<div class="programme">${this.#programme(catalogue, venue)}</div>`;
    const { problem } = store.catalogue;
    return html`<div class="programme">
      ${emptyScene(say("title"))}
      ${problem ? failed(problem, this.again) : catalogue ? empty(say("emptyHouse")) : waiting()}
    </div>`;
  }

  #programme(catalogue: Catalogue, venue: Venue): unknown {
    const filters = this.#filters;
    const day = this.#daysNeeded(venue).at(-1) ?? "";
    const films = [...catalogue.showing, ...catalogue.soon];
    const choices = { filters, venues: catalogue.venues, venue, day, films };
    const asked = store.showings({ venueId: venue.id, date: day });
    const bill = asked.value && billed(films, ahead(asked.value));
    const old = [asked, store.catalogue].some(({ value, problem }) => value && problem);
    return html`
      ${bill ? this.#scene(bill, venue, day) : emptyScene(say("title"))}
      ${whereAndWhen(choices)}
      ${old ? stale(this.again) : nothing}
      <section class="day-bill" aria-labelledby="day">
        <div class="bill-head"><h2 id="day">${calendarDay(day, { weekday: "long", day: "numeric", month: "long" })}</h2>${searchBar(choices)}</div>
        ${bill ? this.#films(bill, filters, venue, day) : asked.problem ? failed(asked.problem, this.again) : waiting()}
      </section>
      ${bill ? others(catalogue, bill, filters) : nothing}`;
  }

  #scene(bill: Billed[], venue: Venue, day: string): unknown {
    const best = featured(bill.flatMap(({ showings }) => showings));
    const film = bill.find(({ showings }) => best && showings.includes(best));
    const seats = store.seats({ venueId: venue.id, date: day }).value;
    return film ? hero(film.movie, film.showings, venue, day, seats) : emptyScene(venue.name);
  }

  #films(bill: Billed[], filters: Filters, venue: Venue, day: string): unknown {
    const found = bill.filter(({ movie }) => fits(movie, filters));
    const seats = store.seats({ venueId: venue.id, date: day }).value;
    const times = found.reduce((sum, { showings }) => sum + showings.length, 0);
    const place = venue.city ?? venue.timezone;
    return html`
      <p class="soft count"><span role="status">${say("found", { films: found.length, times })}</span> ${filters.q || filters.genre ? clear(filters) : nothing}
        <span class="local">${[venue.address, say("localTime", { place })].filter(Boolean).join(" · ")}</span></p>
      ${found.length ? nothing : nothingFound(bill, filters, day)}
      <ul class="films" role="list">
        ${repeat(found, ({ movie }) => movie.id, ({ movie, showings }) => filmCard(movie, showings, seats))}
      </ul>`;
  }
}

/** Each film once, in the order of its first showing. */
function billed(films: Movie[], showings: Showing[]): Billed[] {
  const known = new Map(films.map((movie) => [movie.id, movie]));
  return [...by(({ movie }) => movie.id, showings)].flatMap(([id, those]) => {
    const movie = known.get(id);
    return movie ? [{ movie, showings: those }] : [];
  });
}

function clear(filters: Filters): unknown {
  return html`<a class="clear" href=${addressOf({ ...filters, q: "", genre: "" })}>${say("clear")}</a>`;
}

function nothingFound(bill: Billed[], filters: Filters, day: string): unknown {
  if (bill.length) return empty(say("none"), say("noneHint"));
  const next = dayAfter(day);
  const text = say("nextDay", { day: calendarDay(next, { weekday: "long", day: "numeric", month: "long" }) });
  return empty(say("quiet"), undefined, { href: addressOf({ ...filters, date: next }), text });
}

/** What is shown on other days, and what is yet to come. */
function others({ showing, soon }: Catalogue, bill: Billed[], filters: Filters): unknown {
  const today = new Set(bill.map(({ movie }) => movie.id));
  const elsewhen = showing.filter((movie) => !today.has(movie.id) && fits(movie, filters));
  const coming = soon.filter((movie) => !today.has(movie.id) && fits(movie, filters));
  return html`
    ${elsewhen.length
      ? html`<section aria-labelledby="elsewhen"><h2 id="elsewhen">${say("otherDays")}</h2>
          <ul class="small-films" role="list">${repeat(elsewhen, ({ id }) => id, smallCard)}</ul></section>`
      : nothing}
    ${coming.length
      ? html`<section aria-labelledby="soon"><h2 id="soon">${say("soon")}</h2>
          <ul class="soon-films" role="list">${repeat(coming, ({ id }) => id, soonCard)}</ul></section>`
      : nothing}`;
}
