// A booking as the person at the counter wants to see it.
import { html, nothing } from "lit-html";
import { say } from "../text/desk-bookings.ts";
import { day, money, time } from "../text/format.ts";
import { askIfHandedBack, askIfPaid, askToCancel } from "./question.ts";
import type { Booking, Payment, Refund } from "./types.ts";

type Key = Parameters<typeof say>[0];

export function bookingCard(booking: Booking): unknown {
  const { showtime, reference, status, seats, total } = booking;
  const { screen } = showtime;
  const { venue } = screen;
  const when = (moment: string): string => `${day(moment, venue.timezone)}, ${time(moment, venue.timezone)}`;
  return html`<li class="booking" data-booking=${reference}>
    <div class="line"><b class="reference">${reference}</b> <span class="chip ${status.toLowerCase()}">${say(status)}</span></div>
    <p><b>${showtime.movie.title}</b><br>${when(showtime.startsAt)} · ${screen.name} · ${venue.name}</p>
    <p>${seats.join(", ")} · ${money(total)} <span class="soft small">${say("bookedAt", { when: when(booking.createdAt) })}</span></p>
    <p class="small">${say("payments")}: ${booking.payments.length ? booking.payments.map((each) => payment(booking, each)) : say("noPayments")}</p>
    ${booking.payments.flatMap((each) => each.refunds.map((back) => refund(booking, each, back)))}
    ${status === "CONFIRMED" || status === "PENDING"
      ? html`<button class="button" aria-label="${say("cancel")} ${reference}" @click=${() => askToCancel(booking)}>${say("cancel")}</button>`
      : nothing}
  </li>`;
}

function payment(booking: Booking, paid: Payment): unknown {
  const { provider, status, amount } = paid;
  const waits = provider === "COUNTER" && status === "PENDING" && booking.status === "PENDING";
  return html`<span class="payment">${provider} ${money(amount)} <span class="chip ${status.toLowerCase()}">${say(status === "PENDING" ? "WAITING" : (status as Key))}</span>
    ${waits ? html`<button class="button small" aria-label="${say("paid")} ${booking.reference}" @click=${() => askIfPaid(booking, paid)}>${say("paid")}</button>` : nothing}</span>`;
}

function refund(booking: Booking, { provider }: Payment, back: Refund): unknown {
  const { amount, seats, reason, status, note } = back;
  const waits = provider === "COUNTER" && (status === "PENDING" || status === "PROCESSING");
  return html`<p class="small">${say("refund")}: ${money(amount)} <span class="chip ${status.toLowerCase()}">${say(`back_${status}` as Key)}</span>
    ${[say(`for_${reason}` as Key), seats.join(", "), note].filter(Boolean).join(" · ")}
    ${waits ? html`<button class="button small" aria-label="${say("handedBack")} ${booking.reference}" @click=${() => askIfHandedBack(booking, back)}>${say("handedBack")}</button>` : nothing}</p>`;
}
