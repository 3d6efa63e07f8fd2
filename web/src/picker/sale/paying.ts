// How a booking is paid for: which way, going on with one that was begun, or what to say at the counter.
import { html, nothing } from "lit-html";
import { day, money, time } from "../../text/format.ts";
import type { Booking, Payment, Provider } from "./model.ts";
import { say } from "./money-texts.ts";
import { begun } from "./purchase.ts";

/** What the payer may do. */
export interface PayerActs {
  busy: boolean;
  start: (provider: Provider) => void;
  goOn: (payment: Payment) => void;
  giveUp: (payment: Payment) => void;
}

const SIGNS: Record<Provider, string> = {
  SANDBOX: "M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M7.5 15h9",
  STRIPE: "M3 6h18v12H3zM3 10h18M6.5 14.5h4",
  RAZORPAY: "M7 2.5h10v19H7zM10.5 18.5h3",
  VNPAY: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 20h1",
  COUNTER: "M3 10l1.5-6h15L21 10M3 10h18v3H3zM5 13v7.5h14V13M9.5 20.5V16h5v4.5",
};

/** Whether one button is enough: there is one way to pay, and it is not the counter's turn. */
export function isPlain({ paymentMethods, payments }: Booking): boolean {
  return paymentMethods.length === 1 && begun(payments)?.provider !== "COUNTER";
}

/** What there is to decide about the payment; nothing where one button says it all. */
export function paying(booking: Booking, acts: PayerActs): unknown {
  if (isPlain(booking)) return nothing;
  const payment = begun(booking.payments);
  if (!payment && !booking.paymentMethods.length) return html`<p class="notice">${say("noWay")}</p>`;
  const inside = !payment ? choice(booking, acts) : payment.provider === "COUNTER" ? counter(booking, payment, acts) : goOn(booking, payment, acts);
  return html`<section class="paying panel" aria-labelledby="paying-title">${inside}</section>`;
}

const title = (words: string): unknown => html`<h2 id="paying-title" tabindex="-1">${words}</h2>`;

const sign = (provider: Provider): unknown =>
  html`<svg class="way-sign" viewBox="0 0 24 24" aria-hidden="true"><path d=${SIGNS[provider]}></path></svg>`;

function choice({ paymentMethods }: Booking, { busy, start }: PayerActs): unknown {
  return html`${title(say("choose"))}<p class="soft">${say("chooseWords")}</p>
    <ul class="ways" role="list">${paymentMethods.map(({ provider }) => html`<li>
      <button class="way" aria-disabled=${busy} @click=${() => start(provider)}>${sign(provider)}
        <span class="way-words"><strong>${say(provider)}</strong><span class="soft small">${say(`by_${provider}`)}</span></span>
        <span class="way-on" aria-hidden="true">→</span></button></li>`)}</ul>`;
}

function goOn(booking: Booking, payment: Payment, acts: PayerActs): unknown {
  const provider = say(payment.provider);
  return html`${title(say("begun", { provider }))}<p class="soft">${say("begunWords")}</p>
    <p class="paying-ways"><button class="button main" aria-disabled=${acts.busy} @click=${() => acts.goOn(payment)}>${say("goOn", { provider })}</button>
      ${another(booking, payment, acts)}</p>`;
}

function counter(booking: Booking, payment: Payment, acts: PayerActs): unknown {
  const { venue } = booking.showtime.screen;
  const until = booking.payableUntil;
  return html`${title(say("counter"))}<p class="soft">${say("counterWords", { venue: venue.name })}</p>
    <p class="counter-reference">${booking.reference}</p>
    <dl class="counter-facts">
      <div><dt>${say("toPay")}</dt><dd>${money(payment.amount)}</dd></div>
      ${until ? html`<div><dt>${say("until")}</dt><dd>${time(until, venue.timezone)} <span class="soft small">${day(until, venue.timezone)}</span></dd></div>` : nothing}
    </dl>
    <p class="paying-ways">${another(booking, payment, acts)}</p>`;
}

function another({ paymentMethods }: Booking, payment: Payment, { busy, giveUp }: PayerActs): unknown {
  if (!paymentMethods.some(({ provider }) => provider !== payment.provider)) return nothing;
  return html`<button class="button" aria-disabled=${busy} @click=${() => giveUp(payment)}>${say("another")}</button>`;
}
