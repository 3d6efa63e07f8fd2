// The money of a booking that goes, or went, back: how much, why, and how far it has come.
import { html, nothing } from "lit-html";
import { day, money, time } from "../../text/format.ts";
import type { Booking, Provider, Refund } from "./model.ts";
import { say } from "./money-texts.ts";
import { listed } from "./parts.ts";

type Returned = Refund & { provider: Provider };

/** Every refund of a booking, oldest first; of one that had to be tried again only the last try. */
function refundsOf({ payments }: Booking): Returned[] {
  const all = payments.flatMap(({ provider, refunds }) => refunds.map((refund) => ({ ...refund, provider })));
  const isOver = (refund: Returned): boolean =>
    refund.status === "FAILED" &&
    all.some((other) => other.attempt === refund.attempt + 1 && other.reason === refund.reason && other.amount.amount === refund.amount.amount);
  return all.filter((refund) => !isOver(refund)).sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
}

/** Whether any of the booking's money goes back, or was kept for seats that did. */
export const hasRefunds = ({ payments }: Booking): boolean => payments.some(({ refunds }) => refunds.length > 0);

export function refundList(booking: Booking): unknown {
  const refunds = refundsOf(booking);
  if (!refunds.length) return nothing;
  return html`<section class="refunds panel" aria-labelledby="refunds-title">
    <h2 id="refunds-title" tabindex="-1">${say("refunds")}</h2>
    <ul role="list">${refunds.map((refund) => line(refund, booking))}</ul>
  </section>`;
}

const isZero = (amount: string): boolean => Number(amount) === 0;

function line(refund: Returned, { showtime }: Booking): unknown {
  const { amount, kept, seats, reason, note, createdAt } = refund;
  const zone = showtime.screen.venue.timezone;
  return html`<li>
    <p class="refund-head"><strong>${money(amount)}</strong> ${isZero(amount.amount) ? nothing : badge(refund)}</p>
    <p>${say(`for_${reason}`, { seats: listed(seats) })}${reason !== "CUSTOMER" && seats.length ? html` <span class="soft">${listed(seats)}</span>` : nothing}</p>
    ${isZero(kept.amount) ? nothing : html`<p class="soft">${say("kept", { amount: money(kept) })}</p>`}
    ${note ? html`<p class="refund-note">${note}</p>` : nothing}
    <p class="soft small">${day(createdAt, zone)}, ${time(createdAt, zone)}</p>
  </li>`;
}

function badge({ provider, status }: Returned): unknown {
  const waits = provider === "COUNTER" && (status === "PENDING" || status === "PROCESSING");
  return html`<span class="badge refund-${status.toLowerCase()}">${say(waits ? "atCounter" : `is_${status}`)}</span>`;
}
