// One showtime, opened from the timetable: its figures and its seats, live.
import { html, nothing } from "lit-html";
import { session } from "../api/session.ts";
import { say } from "../text/desk.ts";
import { day, time } from "../text/format.ts";
import { say as common } from "../text/shell.ts";
import { address, keep } from "./address.ts";
import { findOfShowtime } from "./bookings.ts";
import { house } from "./house.ts";
import { count, percent } from "./numbers.ts";
import { heat, occupancy, percentOf } from "./occupancy.ts";
import type { Showtime, Venue } from "./types.ts";

const ID = "showtime";
let opened: string | null = null;

const dialog = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>(`#${ID}`);
const redraw = (): boolean => window.dispatchEvent(new Event("marquee-redraw"));
const token = (): Promise<string | null> => session.accessToken();

export function openShowtime(id: string): void {
  opened = id;
  keep({ showtime: id });
  void import("../seat-map/index.ts"); // as large as the desk itself: fetched when somebody wants to see seats
  redraw();
  queueMicrotask(() => dialog()?.open || dialog()?.showModal()); // when there is something inside
}

/** After a reload: what was open is open again. */
export function reopenShowtime(): void {
  const { showtime } = address();
  if (showtime && !opened && house.showtimes.some(({ id }) => id === showtime)) openShowtime(showtime);
}

function closed(): void {
  opened = null;
  keep({ showtime: null });
  redraw();
}

export function showtimeDialog(): unknown {
  const showtime = house.showtimes.find(({ id }) => id === opened);
  return html`<dialog id=${ID} class="drawer" aria-labelledby="showtime-title" @close=${closed} @click=${closeOutside}>
    ${showtime && house.venue ? inside(showtime, house.venue) : nothing}
  </dialog>`;
}

function inside(showtime: Showtime, venue: Venue): unknown {
  const screen = house.screens.find(({ id }) => id === showtime.screen.id)?.name ?? "";
  const shown = [screen, showtime.format, showtime.language].filter(Boolean).join(" · ");
  const times = say("ends", { from: time(showtime.startsAt, venue.timezone), to: time(showtime.endsAt, venue.timezone) });
  return html`<div class="drawer-inside">
    <div class="drawer-head">
      <div><h2 id="showtime-title">${showtime.movie.title}</h2>
        <p>${day(showtime.startsAt, venue.timezone)}, ${times} ${state(showtime)}</p><p class="soft small">${shown}</p></div>
      <button class="button quiet round" aria-label=${common("close")} @click=${() => dialog()?.close()}>✕</button>
    </div>
    ${figuresOf(showtime)}
    <h3 class="unseen">${say("seatsNow")}</h3>
    <seat-map readonly showtime=${showtime.id} .token=${token}></seat-map>
    <button class="button" @click=${() => toBookings(showtime, venue)}>${say("itsBookings")}</button>
  </div>`;
}

function state({ status }: Showtime): unknown {
  const text = { SCHEDULED: null, ONGOING: "running", COMPLETED: "over", CANCELLED: "cancelledShow" } as const;
  const key = text[status];
  return key ? html`<span class="chip">${say(key)}</span>` : nothing;
}

function figuresOf(showtime: Showtime): unknown {
  const { booked, held, capacity, viewers, share } = occupancy(showtime, house.nowOf(showtime.id));
  const figure = (label: string, value: number): unknown => html`<div><dt>${label}</dt><dd>${count(value)}</dd></div>`;
  return html`<dl class="facts">
    <div class="heat-${heat(share)}"><dt>${say("taken")}</dt><dd>${percent(percentOf(share))}</dd></div>
    ${figure(say("booked"), booked)} ${figure(say("held"), held)} ${figure(say("free"), capacity - booked - held)} ${figure(say("viewers"), viewers)}
  </dl>`;
}

function toBookings(showtime: Showtime, venue: Venue): void {
  dialog()?.close();
  findOfShowtime(showtime.id, say("bookingsOf", { film: showtime.movie.title, time: time(showtime.startsAt, venue.timezone) }));
}

function closeOutside(event: MouseEvent): void {
  if (event.target === event.currentTarget) dialog()?.close();
}
