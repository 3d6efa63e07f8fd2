// Which house, which day, which kind of film: each a link or a field whose choice is kept in the address.
import { html } from "lit-html";
import { go } from "../../router.ts";
import { calendarDay } from "../../text/format.ts";
import type { Movie, Venue } from "./data.ts";
import { addressOf, daysAt, type Filters, filtersOf } from "./filters.ts";
import { say } from "./texts.ts";
import { genre as inWords } from "./words.ts";

const CHIPS = 6; // more houses than this are a list to choose from
const PAUSE_MS = 150;

export interface Choices {
  filters: Filters;
  venues: Venue[];
  venue: Venue;
  day: string;
  films: Movie[];
}

/** The houses and the days. */
export function whereAndWhen({ filters, venues, venue, day }: Choices): unknown {
  return html`<div class="where-when">
    ${venues.length > CHIPS ? venueList(filters, venues, venue) : venueChips(filters, venues, venue)}
    <nav aria-label=${say("days")}>
      <ul class="days" role="list">${daysAt(venue).map((date, ahead) => dayChip(filters, date, ahead, date === day))}</ul>
    </nav>
  </div>`;
}

function venueChips(filters: Filters, venues: Venue[], chosen: Venue): unknown {
  return html`<nav aria-label=${say("cinema")}>
    <ul class="venues" role="list">
      ${venues.map((venue) => html`<li>
        <a class="venue" href=${addressOf({ ...filters, venue: venue.id })} aria-current=${venue === chosen ? "true" : "false"}>
          <b>${venue.name}</b><span>${venue.city}</span></a>
      </li>`)}
    </ul>
  </nav>`;
}

function venueList(filters: Filters, venues: Venue[], chosen: Venue): unknown {
  const choose = (event: Event): void => go(addressOf({ ...filters, venue: (event.target as HTMLSelectElement).value }));
  return html`<label class="field venue-list">${say("cinema")}
    <select @change=${choose}>
      ${venues.map((venue) => html`<option value=${venue.id} .selected=${venue === chosen}>${venue.name}${venue.city ? `, ${venue.city}` : ""}</option>`)}
    </select>
  </label>`;
}

function dayChip(filters: Filters, date: string, ahead: number, chosen: boolean): unknown {
  const name = ahead === 0 ? say("today") : ahead === 1 ? say("tomorrow") : calendarDay(date, { weekday: "short" });
  return html`<li>
    <a class="day" href=${addressOf({ ...filters, date })} aria-current=${chosen ? "date" : "false"}>
      <span>${name}</span> <b>${calendarDay(date, { day: "numeric" })}</b> <span>${calendarDay(date, { month: "short" })}</span></a>
  </li>`;
}

let shown = "";

/** Where houses and days are more than the screen is wide, those that are chosen move into it. */
export function showChosen(choice: string): void {
  if (choice === shown && document.querySelector(".days")) return;
  shown = choice;
  requestAnimationFrame(() => {
    for (const chosen of document.querySelectorAll<HTMLElement>(".where-when [aria-current]:not([aria-current=false])")) {
      const list = chosen.closest("ul");
      if (list) list.scrollLeft += chosen.getBoundingClientRect().left - (list.clientWidth - chosen.offsetWidth) / 2;
    }
  });
}

let pause: number | undefined;

/** Each search is one step of the history, not each letter. */
function search(event: Event): void {
  const q = (event.target as HTMLInputElement).value;
  clearTimeout(pause);
  pause = window.setTimeout(() => {
    const before = filtersOf(location.search);
    if (location.pathname === "/" && q !== before.q) go(addressOf({ ...before, q }), { replace: before.q !== "" });
  }, PAUSE_MS);
}

/** The search by title and the genres that there are. */
export function searchBar({ filters, films }: Choices): unknown {
  const genres = [...new Set(films.flatMap((film) => film.genres))].sort((one, other) => inWords(one).localeCompare(inWords(other)));
  const choose = (event: Event): void => go(addressOf({ ...filters, genre: (event.target as HTMLSelectElement).value }));
  return html`<form class="search" role="search" @submit=${(event: Event) => event.preventDefault()}>
    <input type="search" name="q" aria-label=${say("search")} placeholder=${say("search")} .value=${filters.q} @input=${search} autocomplete="off">
    <select name="genre" aria-label=${say("genre")} @change=${choose}>
      <option value="" .selected=${!filters.genre}>${say("anyGenre")}</option>
      ${genres.map((name) => html`<option value=${name} .selected=${name === filters.genre}>${inWords(name)}</option>`)}
    </select>
  </form>`;
}
