// The heat map of the house: a row a screen, a block a showtime, each at its true place in time and as warm as it is full.
import { html, nothing } from "lit-html";
import { serverNow } from "../api/clock.ts";
import { say } from "../text/desk.ts";
import { calendarDay, time } from "../text/format.ts";
import { house } from "./house.ts";
import { count, percent } from "./numbers.ts";
import { type Occupancy, heat, occupancy, percentOf } from "./occupancy.ts";
import { placed } from "./placed.ts";
import { openShowtime } from "./showtime.ts";
import { type Span, hoursOf, placeOf, spanOf } from "./span.ts";
import type { Screen, Showtime, Venue } from "./types.ts";

/** The label of the line of now would cover the hour's. */
const NEAR_MS = 35 * 60_000;
const share = (part: number): string => `${(part * 100).toFixed(3)}%`;

export function timetable(): unknown {
  const { venue, showtimes } = house;
  return html`<section class="panel house" aria-labelledby="house-title">
    <div class="head">
      <h2 id="house-title">${say("house")} · ${house.day && calendarDay(house.day)}</h2>
      <p class="soft small">${say("houseHint")}</p>${legend()}
    </div>
    ${venue && showtimes.length ? board(venue, showtimes) : html`<p class="nothing soft">${house.phase === "loading" ? "" : say("nothingShown")}</p>`}
  </section>`;
}

function legend(): unknown {
  return html`<div class="legend small soft" aria-hidden="true">
    <span>${percent(0)}</span>${[0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => html`<i class="heat-${step}"></i>`)}<span>${say("full")}</span>
  </div>`;
}

function board(venue: Venue, showtimes: Showtime[]): unknown {
  const span = spanOf(showtimes, venue.timezone) as Span;
  const hours = hoursOf(span);
  const now = placeOf(serverNow(), span);
  const past = Math.min(1, Math.max(0, now)).toFixed(5);
  return html`<div class="board" role="group" aria-label=${say("timetable", { venue: venue.name })} @keydown=${move}>
    <div class="plan" ${placed({ "--hours": String(hours.length), "--screens": String(house.screens.length), "--past": past })}>
    <div class="axis" aria-hidden="true"><div class="times">
      ${hours.map((hour) => html`<span class=${Math.abs(hour - serverNow()) < NEAR_MS ? "hidden" : ""}>${at(hour, venue)}</span>`)}
      ${now > 0 && now < 1 ? html`<b class="now-label">${at(serverNow(), venue)}</b>` : nothing}
    </div></div>
    ${house.screens.map((screen) => row(screen, showtimes.filter(({ screen: { id } }) => id === screen.id), span, venue))}
    ${now > 0 && now < 1 ? html`<div class="now" aria-hidden="true"></div>` : nothing}
    </div>
  </div>`;
}

function at(moment: number, { timezone }: Venue): string {
  return time(new Date(moment).toISOString(), timezone);
}

function row(screen: Screen, showtimes: Showtime[], span: Span, { timezone }: Venue): unknown {
  return html`<div class="row">
    <h3>${screen.name} <span class="soft small">${say("seats", { count: screen.capacity, n: count(screen.capacity) })}</span></h3>
    <ol class="track" role="list" aria-label=${screen.name}>${showtimes.map((showtime) => block(showtime, span, timezone))}</ol>
  </div>`;
}

function block(showtime: Showtime, span: Span, zone: string): unknown {
  const full = occupancy(showtime, house.nowOf(showtime.id));
  const [from, to] = [placeOf(Date.parse(showtime.startsAt), span), placeOf(Date.parse(showtime.endsAt), span)];
  const lengths = { "--from": share(from), "--long": share(to - from), "--booked": share(part(full.booked, full)), "--held": share(part(full.held, full)) };
  return html`<li ${placed(lengths)}>
    <button class="block heat-${heat(full.share)} ${phase(showtime)}" aria-haspopup="dialog" data-showtime=${showtime.id}
      @click=${() => openShowtime(showtime.id)}>
      <span class="line"><span class="when">${time(showtime.startsAt, zone)}</span> <span class="film">${showtime.movie.title}</span></span>
      <span class="line"><span class="share">${percent(percentOf(full.share))}</span> ${told(full, showtime)} ${viewers(full)}</span>
      <span class="meter"><i></i><i></i></span>
    </button>
  </li>`;
}

/** By the clock, not by the status, which is as old as the last answer. */
function phase({ status, startsAt, endsAt }: Showtime): string {
  if (status === "CANCELLED") return "cancelled";
  if (Date.parse(endsAt) <= serverNow()) return "over";
  return Date.parse(startsAt) <= serverNow() ? "running" : "";
}

function part(seats: number, { capacity }: Occupancy): number {
  return capacity ? seats / capacity : 0;
}

/** What the colour and the meter say, in words. */
function told({ booked, held, capacity }: Occupancy, { status }: Showtime): unknown {
  if (status === "CANCELLED") return html`<span class="tag">${say("cancelledShow")}</span>`;
  return html`<span class="unseen">${say("of", { taken: count(booked + held), capacity: count(capacity) })}</span>`;
}

function viewers({ viewers: number }: Occupancy): unknown {
  if (!number) return nothing;
  return html`<span class="eyes">
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8Z"></path><circle cx="8" cy="8" r="2"></circle></svg>
    <span aria-hidden="true">${count(number)}</span> <span class="unseen">${say("watching", { count: number, n: count(number) })}</span>
  </span>`;
}

/** The arrow keys: along the screen, and to what runs at that time on the next one. */
function move(event: KeyboardEvent): void {
  const from = (event.target as Element).closest<HTMLElement>(".block");
  if (!from || event.ctrlKey || event.altKey || event.metaKey) return;
  const to = neighbour(from, event.key);
  if (!to) return;
  event.preventDefault();
  to.focus();
}

function neighbour(from: HTMLElement, key: string): HTMLElement | null {
  const item = from.closest("li") as HTMLElement;
  const row = from.closest(".row") as HTMLElement;
  const block = (place: Element | null | undefined): HTMLElement | null => place?.querySelector<HTMLElement>(".block") ?? null;
  if (key === "ArrowLeft") return block(item.previousElementSibling);
  if (key === "ArrowRight") return block(item.nextElementSibling);
  if (key === "ArrowUp") return nearest(from, row.previousElementSibling);
  return key === "ArrowDown" ? nearest(from, row.nextElementSibling) : null;
}

function nearest(from: HTMLElement, row: Element | null): HTMLElement | null {
  const left = from.getBoundingClientRect().left;
  const away = (block: HTMLElement): number => Math.abs(block.getBoundingClientRect().left - left);
  const blocks = [...(row?.querySelectorAll<HTMLElement>(".block") ?? [])];
  return blocks.sort((one, other) => away(one) - away(other))[0] ?? null;
}

/** On a small screen: begin where the evening is. */
export function scrollToNow(): void {
  const board = document.querySelector<HTMLElement>(".board");
  const now = board?.querySelector<HTMLElement>(".now");
  if (board && now) board.scrollLeft = now.offsetLeft - board.clientWidth / 2;
}
