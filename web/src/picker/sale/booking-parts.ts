// What a booking's view is made of: how it stands, the tickets, the facts, and the question before it is cancelled.
import { html, nothing } from "lit-html";
import { serverNow } from "../../api/clock.ts";
import { money } from "../../text/format.ts";
import { poster } from "../programme/poster.ts";
import { say } from "./booking-texts.ts";
import { say as saySale } from "./texts.ts";
import { ring } from "./countdown.ts";
import { type Booking, type Payment, seatsPath } from "./model.ts";
import { say as sayMoney } from "./money-texts.ts";
import { listed, when, where } from "./parts.ts";
import { isPlain } from "./paying.ts";
import { begun } from "./purchase.ts";
import { hasRefunds } from "./refund-list.ts";
import { furtherRows } from "./price.ts";
import { ticketCard } from "./ticket-card.ts";

const MARKS = { PENDING: "…", CONFIRMED: "✓", CANCELLED: "✕", EXPIRED: "–", COMPLETED: "★" } as const;
const WORDS = {
  CONFIRMED: "confirmedWords", CANCELLED: "cancelledWords", EXPIRED: "expiredWords", COMPLETED: "completedWords",
} as const;

interface Doing {
  busy: boolean;
}

const last = ({ payments }: Booking): Payment | undefined => payments.at(-1);

/** Whether the payer has paid and the provider has yet to say so. */
export function isConfirming(booking: Booking): boolean {
  const status = last(booking)?.status;
  return booking.status === "PENDING" && (status === "PROCESSING" || status === "SUCCEEDED");
}

function standing(booking: Booking): string {
  if (booking.offer) return sayMoney("offered");
  if (isConfirming(booking)) return say("confirming");
  return booking.status === "EXPIRED" && hasRefunds(booking) ? sayMoney("late") : say(booking.status);
}

function words(booking: Booking): string {
  if (booking.offer) return sayMoney("offeredWords", { seats: listed(booking.seats) });
  if (booking.status === "PENDING") return waitingWords(booking);
  const isOver = booking.status === "EXPIRED" || booking.status === "CANCELLED";
  return say(isOver && hasRefunds(booking) ? "moneyWords" : WORDS[booking.status]);
}

function waitingWords(booking: Booking): string {
  if (isConfirming(booking)) return say("confirmingWords");
  if (begun(booking.payments)?.provider === "COUNTER") return sayMoney("counterPending");
  const status = last(booking)?.status;
  return say(status === "FAILED" ? "declined" : status === "CANCELLED" ? "gaveUp" : "pendingWords");
}

/** How the booking stands, in large, with the one thing to do about it. */
export function bookingStatus(booking: Booking, { busy, pay }: Doing & { pay: () => void }): unknown {
  const confirming = isConfirming(booking);
  const price = money(booking.total);
  return html`<header class="standing panel">
    ${poster(booking.showtime.movie)}
    <div class="standing-words">
      <p class="standing-mark" role="status">${confirming ? html`<span class="mark turning"></span>` : mark(booking)}
        ${standing(booking)}</p>
      <h1 id="standing-title" tabindex="-1">${booking.showtime.movie.title}</h1>
      <p>${words(booking)}</p>
      ${!booking.offer && (booking.status === "EXPIRED" || booking.status === "CANCELLED") ? chooseAgain(booking) : nothing}
    </div>
    ${booking.status === "PENDING" && booking.payableUntil && !confirming
      ? html`<div class="standing-pay">${ring(booking.payableUntil)} ${isPlain(booking)
          ? html`<button class="button main" aria-disabled=${busy} @click=${pay}>${busy ? saySale("paying") : saySale("pay", { price })}</button>`
          : nothing}</div>`
      : nothing}
  </header>`;
}

function mark({ status, offer }: Booking): unknown {
  return html`<span class="mark" aria-hidden="true"><b>${offer ? "!" : MARKS[status]}</b></span>`;
}

function chooseAgain({ showtime }: Booking): unknown {
  return showtime.onSale ? html`<p><a class="button main" href=${seatsPath(showtime.id)}>${say("again")}</a></p>` : nothing;
}

/** One card a ticket, those that still admit somebody first; nothing while there are none. */
export function tickets(booking: Booking): unknown {
  const { tickets: all, showtime, reference } = booking;
  if (!all.length) return nothing;
  const kept = all.filter(({ status }) => status !== "CANCELLED");
  const gone = all.filter(({ status }) => status === "CANCELLED");
  return html`<section class="admissions" aria-labelledby="tickets-title">
    <h2 id="tickets-title">${say("tickets", { count: kept.length || all.length })}</h2>
    <ul role="list">${[...kept, ...gone].map((ticket) => ticketCard(ticket, showtime, reference))}</ul>
  </section>`;
}

/** What was booked, where and when, and every attempt to pay. */
export function facts(booking: Booking): unknown {
  const { showtime, payments } = booking;
  const { address, city } = showtime.screen.venue;
  return html`<section class="booking-facts panel" aria-label=${say("booking", { reference: booking.reference })}>
    <p class="reference"><span class="soft small">${say("reference")}</span><strong>${booking.reference}</strong></p>
    <dl>
      <dt>${say("when")}</dt><dd>${when(showtime)}</dd>
      <dt>${say("where")}</dt><dd>${where(showtime)}<br><span class="soft">${[address, city].filter(Boolean).join(", ")}</span></dd>
      <dt>${say("seats")}</dt><dd>${booking.seats.join(", ")}</dd>
      <dt>${say("total")}</dt><dd><strong>${money(booking.total)}</strong>${furtherRows(booking.lines)}</dd>
      ${payments.length ? html`<dt>${say("payments")}</dt><dd><ul role="list">${payments.map(paymentLine)}</ul></dd>` : nothing}
    </dl>
  </section>`;
}

function paymentLine({ provider, amount, status }: Payment): unknown {
  return html`<li>${sayMoney(provider)} · ${money(amount)} · ${say(`pay_${status}`)}</li>`;
}

/** Whether it can still be left unpaid; the server has the last word. */
export function mayCancel(booking: Booking): boolean {
  return booking.status === "PENDING" && !isConfirming(booking) && Date.parse(booking.showtime.startsAt) > serverNow();
}

const dialog = (): HTMLDialogElement | null => document.querySelector("#cancel");
export const openCancel = (): void => dialog()?.showModal();
export const closeCancel = (): void => dialog()?.close();

/** The question before a booking is cancelled that nobody has paid for. */
export function cancelDialog(booking: Booking, { busy, yes }: Doing & { yes: () => void }): unknown {
  return html`<dialog id="cancel" class="panel" aria-labelledby="cancel-title" aria-describedby="cancel-words">
    <form method="dialog">
      <h2 id="cancel-title">${say("cancelSure")}</h2>
      <p id="cancel-words">${say("cancelUnpaid", { seats: listed(booking.seats) })}</p>
      <button class="button" autofocus>${say("keep")}</button>
      <button class="button danger" type="button" aria-disabled=${busy} @click=${yes}>${say("cancelYes")}</button>
    </form>
  </dialog>`;
}
