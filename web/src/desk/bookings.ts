// Find a booking by its reference, its owner's e-mail or its showtime: to cancel it, to take its money, to hand it back.
import { html, nothing } from "lit-html";
import { say } from "../text/desk-bookings.ts";
import { say as common } from "../text/shell.ts";
import { type BookingFilter, bookings, isRefusal } from "./api.ts";
import { bookingCard } from "./booking-card.ts";
import { count } from "./numbers.ts";
import { questionDialog } from "./question.ts";
import type { Booking } from "./types.ts";

interface Search {
  filter: BookingFilter;
  /** What was searched for, where the field does not say it. */
  title: string;
  found: Booking[] | null;
  more: string | null;
  problem: string;
}

let search: Search | null = null;
let message = "";

const redraw = (): boolean => window.dispatchEvent(new Event("marquee-redraw"));

/** Forget what the person before has found. */
export function forgetBookings(): void {
  search = null;
  message = "";
}

export function findOfShowtime(showtimeId: string, title: string): void {
  void find({ showtimeId }, title);
  toHeading()?.scrollIntoView({ block: "center" });
}

function toHeading(): HTMLElement | null {
  const heading = document.querySelector<HTMLElement>("#find-title");
  heading?.focus({ preventScroll: true });
  return heading;
}

async function find(filter: BookingFilter, title = ""): Promise<void> {
  message = "";
  search = { filter, title, found: null, more: null, problem: "" };
  redraw();
  await load(search);
}

async function load(asked: Search): Promise<void> {
  try {
    const { nodes, pageInfo } = await bookings(asked.filter, asked.more);
    asked.found = [...(asked.found ?? []), ...nodes];
    asked.more = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } catch (error) {
    asked.found ??= [];
    asked.problem = isRefusal(error) ? say("noBookingRight") : common("wrong");
  }
  redraw();
}

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const text = String(new FormData(event.target as HTMLFormElement).get("text")).trim();
  if (text) void find(text.includes("@") ? { email: text } : { reference: text.toUpperCase() });
}

/** A booking as it is now, wherever it stands in what was found. */
function changed(booking: Booking, done: string): void {
  message = done;
  if (search?.found) search.found = search.found.map((each) => (each.id === booking.id ? booking : each));
  redraw();
  toHeading(); // the button that was pressed is gone
}

export function findBooking(): unknown {
  return html`<section class="panel find" aria-labelledby="find-title">
    <div class="head"><h2 id="find-title" tabindex="-1">${say("find")}</h2></div>
    <form role="search" @submit=${submit}>
      <label class="field">${say("findLabel")}
        <input name="text" required autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="320" placeholder=${say("findHint")}></label>
      <button class="button main">${say("findButton")}</button>
    </form>
    <div role="status">${message ? html`<p class="notice good">${message}</p>` : status()}</div>
    ${search?.found?.length ? html`<ul class="bookings" role="list">${search.found.map((each) => bookingCard(each))}</ul>` : nothing}
    ${search?.more ? html`<button class="button" @click=${() => search && load(search)}>${say("moreBookings")}</button>` : nothing}
    ${questionDialog(changed)}
  </section>`;
}

function status(): unknown {
  if (!search) return nothing;
  if (!search.found) return html`<p class="soft">${common("loading")}</p>`;
  if (search.problem) return html`<p class="notice bad">${search.problem}</p>`;
  const { length } = search.found;
  const text = length === 0 ? say("notFound") : say(search.more ? "foundMany" : "found", { count: length, n: count(length) });
  return html`<p class="soft">${search.title ? `${search.title}: ` : ""}${text}</p>`;
}
