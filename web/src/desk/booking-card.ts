// A booking as the person at the counter wants to see it.
import { html, nothing } from "lit-html";
import { say } from "../text/desk-bookings.ts";
import { day, money, time } from "../text/format.ts";
import { askToCancel } from "./cancel.ts";
import type { Booking } from "./types.ts";

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
    <p class="small">${say("payments")}: ${booking.payments.length ? booking.payments.map(payment) : say("noPayments")}</p>
    ${status === "CONFIRMED" || status === "PENDING"
      ? html`<button class="button" aria-label="${say("cancel")} ${reference}" @click=${() => askToCancel(booking)}>${say("cancel")}</button>`
      : nothing}
  </li>`;
}

function payment({ provider, status, amount }: Booking["payments"][number]): unknown {
  return html`<span class="payment">${provider} ${money(amount)} <span class="chip ${status.toLowerCase()}">${say(status as Key)}</span></span>`;
}
