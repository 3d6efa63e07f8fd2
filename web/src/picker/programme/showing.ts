// One showing as a little ticket: when, how, for how much, and whether one should hurry.
import { html, nothing } from "lit-html";
import { serverNow } from "../../api/clock.ts";
import { day, money, time } from "../../text/format.ts";
import type { Movie, Seats, Showing } from "./data.ts";
import { say } from "./texts.ts";
import { genre, tongue } from "./words.ts";

const HURRY = 0.3; // of the seats are left
const LAST = 8; // seats are so few that we count them

/** Those that have not begun meanwhile. */
export function ahead(showings: Showing[]): Showing[] {
  return showings.filter(({ startsAt }) => Date.parse(startsAt) > serverNow());
}

/** Showings that have the same of something, in the order of the first of each. */
export function by(key: (showing: Showing) => string, showings: Showing[]): Map<string, Showing[]> {
  const groups = new Map<string, Showing[]>();
  for (const showing of showings) groups.set(key(showing), [...(groups.get(key(showing)) ?? []), showing]);
  return groups;
}

/** A showing's ticket: a link to its seats. */
export function ticket(showing: Showing, title: string, left: Seats | undefined, wordy = false): unknown {
  const { id, startsAt, format, language, basePrice, screen } = showing;
  const how = [format, language && tongue(language)].filter(Boolean).join(" · ");
  return html`<li>
    <a class="ticket ${left?.available === 0 ? "gone" : ""}" href="/showtimes/${id}">
      <time datetime=${startsAt}>${time(startsAt, screen.venue.timezone)}</time>
      <span class="ticket-how">${how}</span>
      <span class="ticket-price">${say("from", { price: money(basePrice) })}</span>
      ${urgency(showing, left, wordy)}
      <span class="unseen">${title}</span>
    </a>
  </li>`;
}

function urgency({ onSale, salesOpenAt, screen }: Showing, left: Seats | undefined, wordy: boolean): unknown {
  if (!onSale) {
    const text = salesOpenAt ? say("opensSales", { day: day(salesOpenAt, screen.venue.timezone) }) : say("notOnSale");
    return html`<span class="ticket-left">${text}</span>`;
  }
  if (!left) return wordy ? html`<span class="ticket-left waiting" aria-hidden="true">&nbsp;</span>` : nothing;
  const { available, capacity } = left;
  if (available === 0) return html`<span class="ticket-left">${say("soldOut")}</span>`;
  if (available <= LAST) return html`<span class="ticket-left last">${say("last", { count: available })}</span>`;
  if (available <= capacity * HURRY) return html`<span class="ticket-left fast">${say("fast")}</span>`;
  return wordy ? html`<span class="ticket-left free">${say("free")}</span>` : nothing;
}

/** "2 h 8 min · From 16 years · Drama, Thriller". */
export function facts({ runtimeMinutes, ageRestriction, genres }: Movie): unknown {
  return html`<ul class="facts" role="list">
    ${runtimeMinutes ? html`<li>${runtime(runtimeMinutes)}</li>` : nothing}
    <li>${ageRestriction ? html`<span class="age">${say("age", { age: ageRestriction })}</span>` : say("allAges")}</li>
    ${genres.length ? html`<li>${genres.map(genre).join(", ")}</li>` : nothing}
  </ul>`;
}

function runtime(total: number): string {
  const [hours, minutes] = [Math.floor(total / 60), total % 60];
  return hours ? say("hours", { hours, minutes }) : say("minutes", { minutes });
}
