// The cart: seats that are chosen, or held with their countdown. On a phone it is a sheet at the bottom.
import { html, nothing } from "lit-html";
import { rounded } from "../../seat-map/money.ts";
import type { Seat } from "../../seat-map/types.ts";
import { type Money, money } from "../../text/format.ts";
import { say } from "./texts.ts";
import { left, ring } from "./countdown.ts";
import { mark } from "./legend.ts";
import { type BookingLine, type Hold, bookingPath } from "./model.ts";
import { notice } from "./notice.ts";
import { furtherRows, seatRows } from "./price.ts";
import type { Sale } from "./sale.ts";

export function cart(sale: Sale): unknown {
  const { isOpen } = sale;
  const { hold, unpaid } = sale.mine;
  const [head, body, foot] = hold ? held(sale, hold) : unpaid && !sale.choice.seats.length ? waitingForMoney(sale, unpaid) : choosing(sale);
  const state = hold || unpaid ? "is-held" : sale.choice.seats.length ? "" : "is-empty";
  return html`<section class="cart panel ${isOpen ? "open" : ""} ${state}" aria-labelledby="cart-title">
    <button class="sheet-handle" aria-label=${say("sheet")} aria-expanded=${isOpen} aria-controls="cart-body" @click=${sale.turnSheet}></button>
    <header class="cart-head">${head}</header>
    ${notice(sale.notice, sale.busy !== null)}
    <div class="cart-body" id="cart-body">${body}</div>
    <footer class="cart-foot">${foot}</footer>
  </section>`;
}

/** The second click of a double click was meant for the button that was there before. */
const single = (act: () => void) => (event: MouseEvent): void => {
  if (event.detail < 2) act();
};

const title = (words: string): unknown => html`<h2 id="cart-title" tabindex="-1">${words}</h2>`;

function choosing(sale: Sale): unknown[] {
  const { busy } = sale;
  const { seats, total, party } = sale.choice;
  const count = seats.length;
  const head = html`${title(say("cart"))}<p class="soft small">${count ? say("ofParty", { count, party: party.count }) : say("empty")}</p>`;
  const body = html`<ul class="cart-lines" role="list">${seats.map((seat) => chosenLine(seat, sale))}</ul>`;
  const foot = html`${count && total ? sum(money(rounded(total, roundTo(sale)))) : nothing}
    <button class="button main wide" aria-disabled=${busy !== null || count === 0} aria-busy=${busy === "hold"} aria-describedby="hold-hint"
      @click=${sale.holdSelection}>${say("hold")}</button>
    <p class="soft small" id="hold-hint">${say("holdHint")}</p>`;
  return [head, body, foot];
}

const roundTo = (sale: Sale): Money | null => sale.showtime.value?.screen.venue.priceTerms?.roundTo ?? null;

function chosenLine(seat: Seat, sale: Sale): unknown {
  const what = [say(seat.kind), seat.section].filter(Boolean).join(" · ");
  const name = say("remove", { seat: say("seat", { seat: seat.label }) });
  return html`<li>${mark(seat.kind)}
    <span class="line-words"><strong>${seat.label}</strong><span class="soft small">${what}</span></span>
    <span class="amount">${money(seat.price)}</span>
    <button class="button quiet round" aria-label=${name} @click=${() => sale.leaveOut(seat.label)}>✕</button>
  </li>`;
}

function held(sale: Sale, hold: Hold): unknown[] {
  const { busy } = sale;
  const isLongest = Date.parse(hold.expiresAt) >= Date.parse(hold.extendableUntil);
  const head = html`<div class="cart-title">${title(say("yours"))}<p class="seats">${hold.seats.join(", ")}</p></div>${ring(hold.expiresAt)}`;
  const body = html`${seatRows(hold.lines)} ${furtherRows(hold.lines)}
    <div class="cart-ways">
      <button class="button" aria-disabled=${busy !== null || isLongest} aria-describedby=${isLongest ? "longest" : nothing}
        @click=${isLongest ? nothing : single(sale.extend)}>${say("extend")}</button>
      <button class="button quiet" aria-disabled=${busy !== null} @click=${single(sale.release)}>${say("release")}</button>
    </div>
    ${isLongest ? html`<p class="soft small" id="longest">${say("extendOver")}</p>` : nothing}`;
  return [head, body, html`${sum(money(hold.total))} ${payButton(sale, money(hold.total))}`];
}

function waitingForMoney(sale: Sale, unpaid: BookingLine): unknown[] {
  const until = unpaid.payableUntil;
  const words = say("unpaid", { reference: unpaid.reference });
  const head = html`<div class="cart-title">${title(words)}<p class="seats">${unpaid.seats.join(", ")}</p></div>
    ${until && left(until) > 0 ? ring(until) : nothing}`;
  const body = html`<p><a class="button quiet" href=${bookingPath(unpaid.id)}>${say("toBooking")}</a></p>`;
  return [head, body, html`${sum(money(unpaid.total))} ${payButton(sale, money(unpaid.total))}`];
}

function payButton(sale: Sale, price: string): unknown {
  const paying = sale.busy === "pay";
  return html`<button class="button main wide" aria-disabled=${sale.busy !== null} aria-busy=${paying} @click=${single(sale.pay)}>
    ${paying ? say("paying") : say("pay", { price })}</button>`;
}

function sum(total: string): unknown {
  return html`<p class="sum"><span>${say("total")}</span><strong>${total}</strong></p>`;
}
