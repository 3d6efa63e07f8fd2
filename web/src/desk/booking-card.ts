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
    <p class="small">${say("payments")}: ${booking.payments.length ? booking.payments.map(payment) : say("noPayments")}</p>
    ${booking.payments.flatMap(({ refunds }) => refunds.map(refund))}
    <div class="ways">${taking(booking)} ${status === "CONFIRMED" || status === "PENDING"
      ? html`<button class="button" aria-label="${say("cancel")} ${reference}" @click=${() => askToCancel(booking)}>${say("cancel")}</button>`
      : nothing}</div>
  </li>`;
}

function payment({ provider, status, amount }: Payment): unknown {
  const chip = html`<span class="chip ${status.toLowerCase()}">${say(status === "PENDING" ? "WAITING" : (status as Key))}</span>`;
  return html`<span class="payment">${provider} ${money(amount)} ${chip}</span>`;
}

function refund({ amount, seats, reason, status, note }: Refund): unknown {
  const words = [say(`for_${reason}` as Key), seats.join(", "), note].filter(Boolean).join(" · ");
  return html`<p class="small">${say("refund")}: ${money(amount)} <span class="chip ${status.toLowerCase()}">${say(`back_${status}` as Key)}</span> ${words}</p>`;
}

/** What is done over the counter: taking the money, and handing it back. */
function taking(booking: Booking): unknown {
  const counter = booking.payments.filter(({ provider }) => provider === "COUNTER");
  const due = booking.status === "PENDING" ? counter.filter(({ status }) => status === "PENDING") : [];
  const back = counter.flatMap(({ refunds }) => refunds).filter(({ status }) => status === "PENDING" || status === "PROCESSING");
  return html`${due.map((paid) => way(booking, say("paid"), () => askIfPaid(booking, paid)))}
    ${back.map((given) => way(booking, say("handedBack"), () => askIfHandedBack(booking, given)))}`;
}

function way({ reference }: Booking, words: string, act: () => void): unknown {
  return html`<button class="button main" aria-label="${words} ${reference}" @click=${act}>${words}</button>`;
}
