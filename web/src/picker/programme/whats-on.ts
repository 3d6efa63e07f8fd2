// What's on: the film of the evening, then all films of a day at a house, then what is yet to come.
import { html, nothing } from "lit-html";
import { calendarDay } from "../../text/format.ts";
import { say as frame } from "../../text/shell.ts";
import { type Bill, billOf, cards, found, others, scene } from "./bill.ts";
import type { Catalogue, Venue } from "./data.ts";
import type { Fetching } from "./fetching.ts";
import { type Choices, searchBar, showChosen, whereAndWhen } from "./filter-bar.ts";
import { addressOf, dayAfter, daysAt, type Filters, filtersOf, keepVenue, venueOf } from "./filters.ts";
import { emptyScene } from "./hero.ts";
import { NeedingView } from "./needing.ts";
import { ahead } from "./showing.ts";
import { empty, failed, stale, waiting } from "./states.ts";
import { store } from "./store.ts";
import { say } from "./texts.ts";

export class WhatsOn extends NeedingView {
  /** The bill that was drawn last: it stays while the next one is fetched. */
  #last: Bill | null = null;

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
    const day = this.#daysNeeded(venue).at(-1) ?? "";
    const films = [...catalogue.showing, ...catalogue.soon];
    const choices = { filters: this.#filters, venues: catalogue.venues, venue, day, films };
    const asked = store.showings({ venueId: venue.id, date: day });
    const now = billOf(films, venue, day);
    const bill = now ?? (asked.problem ? null : this.#last);
    this.#last = bill;
    const isStale = [asked, store.catalogue].some(({ value, problem }) => value && problem);
    showChosen(`${venue.id} ${day}`);
    return html`
      ${bill ? scene(bill) : emptyScene(say("title"))}
      ${whereAndWhen(choices)}
      ${isStale ? stale(this.again) : nothing}
      <section aria-labelledby="day">
        ${heading(choices, now)}
        ${bill ? cards(bill, choices.filters, bill !== now) : asked.problem ? failed(asked.problem, this.again) : waiting()}
      </section>
      ${now ? others(catalogue, now, choices.filters) : nothing}`;
  }
}

/** The day in words, the search, and what it has found; the last is also spoken. */
function heading(choices: Choices, bill: Bill | null): unknown {
  const { filters, venue, day } = choices;
  const place = say("localTime", { place: venue.city ?? venue.timezone });
  return html`
    <div class="bill-head">
      <h2 id="day">${calendarDay(day, { weekday: "long", day: "numeric", month: "long" })}</h2>
      ${searchBar(choices)}
    </div>
    <p class="soft count">
      <span role="status">${bill ? found(bill, filters).text : frame("loading")}</span>
      ${filters.q || filters.genre ? html`<a class="clear" href=${addressOf({ ...filters, q: "", genre: "" })}>${say("clear")}</a>` : nothing}
      <span class="local">${[venue.address, place].filter(Boolean).join(" · ")}</span>
    </p>`;
}
