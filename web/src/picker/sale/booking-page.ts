// One booking, as it happens: waiting for its money, confirmed with tickets, or over.
import { html, nothing } from "lit-html";
import { ask } from "../../api/graphql.ts";
import { live } from "../../api/live.ts";
import { session } from "../../api/session.ts";
import { syncClock } from "../../api/clock.ts";
import type { View } from "../../router.ts";
import { money } from "../../text/format.ts";
import { say } from "./booking-texts.ts";
import { bookingStatus, cancelDialog, closeCancel, facts, isConfirming, mayCancel, openCancel, tickets } from "./booking-parts.ts";
import { Warnings, everySecond, left } from "./countdown.ts";
import { Fetched } from "./fetched.ts";
import { GivingBack, giveBackDialog, mayGiveBack } from "./give-back.ts";
import { BOOKING, type Booking, type Payment, type Provider } from "./model.ts";
import { say as sayMoney } from "./money-texts.ts";
import { offerCard } from "./offer-card.ts";
import { failed, leaveFor, listed, logInInstead, nothingHere, waiting } from "./parts.ts";
import { paying } from "./paying.ts";
import { Refusal, accept, begun, cancel, checkoutOf, decline, giveBack, giveUp, startPayment, tellReturn } from "./purchase.ts";
import { refundList } from "./refund-list.ts";
import { wordsOf } from "./words.ts";

const READ = `query Booking($id: ID!) { booking(id: $id) { ${BOOKING} } }`;
const WATCH = `subscription Booking($id: ID!) { booking(id: $id) { ${BOOKING} } }`;

export class BookingPage implements View {
  #changed = (): void => undefined;
  #booking = new Fetched<Booking | null>(async () => (await ask<{ booking: Booking | null }>(READ, { id: this.id })).booking, () => this.#read());
  #ends: (() => void)[] = [];
  #unwatch: (() => void) | null = null;
  #warnings = new Warnings();
  #offerWarnings = new Warnings((time) => sayMoney("offerLeft", { time }));
  #giving: GivingBack;
  #aloud = "";
  #busy = false;
  #problem = "";
  #news = "";

  constructor(readonly id: string) {
    this.#giving = new GivingBack(id, () => this.#changed());
  }

  get title(): string {
    const booking = this.#booking.value;
    return booking ? say("booking", { reference: booking.reference }) : say("mine");
  }

  start(changed: () => void): void {
    this.#changed = changed;
    const person = (): void => this.#begin();
    const state = (): void => changed();
    session.addEventListener("change", person);
    live.addEventListener("change", state);
    window.addEventListener("pageshow", person);
    this.#ends = [
      () => session.removeEventListener("change", person),
      () => live.removeEventListener("change", state),
      () => window.removeEventListener("pageshow", person),
      everySecond(() => this.#tick()),
    ];
    this.#begin();
  }

  stop(): void {
    this.#booking.stop();
    this.#unwatch?.();
    this.#unwatch = null;
    for (const end of this.#ends) end();
  }

  draw(): unknown {
    if (!session.person) return logInInstead(say("logIn"), say("mine"));
    const { value, failure } = this.#booking;
    if (value === undefined) return failure ? failed(failure, this.#booking.again) : waiting();
    return value ? this.#page(value) : nothingHere(say("noBooking"));
  }

  /** Ask as whoever is logged in now. */
  #begin(): void {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#busy = false;
    this.#booking.stop();
    this.#booking.value = undefined;
    if (!session.person) return;
    void syncClock().catch(() => undefined);
    void tellReturn(this.id);
    this.#booking.start();
  }

  /** The first answer is here: from now on, hear every change. */
  #read(): void {
    if (this.#booking.value && !this.#unwatch) {
      const hear = ({ booking }: { booking: Booking }): void => this.#hear(booking);
      this.#unwatch = live.watch<{ booking: Booking }>(WATCH, () => ({ id: this.id }), hear, () => this.#lose());
    }
    this.#changed();
  }

  /** The watch was refused: perhaps the session has ended. Asking will tell. */
  #lose(): void {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#booking.later();
  }

  #hear(booking: Booking): void {
    this.#booking.value = booking;
    this.#problem = "";
    this.#changed();
  }

  #tick(): void {
    this.#giving.tick();
    const { payableUntil = null, offer = null } = this.#booking.value ?? {};
    const until = payableUntil ?? offer?.expiresAt;
    if (!until) return;
    this.#aloud = (offer ? this.#offerWarnings : this.#warnings).at(left(until)) ?? this.#aloud;
    if (left(until) < 0) void this.#booking.again();
    this.#changed();
  }

  #page(booking: Booking): unknown {
    const busy = this.#busy;
    return html`<article class="booking ${booking.offer ? "offered" : booking.status.toLowerCase()}">
      <p class="unseen" role="status">${this.#aloud}</p>
      ${bookingStatus(booking, { busy, pay: () => this.#pay(booking) })}
      ${this.#problem ? html`<p class="notice bad" role="alert">${this.#problem}</p>` : nothing}
      <div class="booking-news" role="status">${this.#news ? html`<p class="notice">${this.#news}</p>` : nothing}</div>
      ${live.state === "live" || live.state === "idle" ? nothing : html`<p class="notice" role="status">${say("stale")}</p>`}
      ${this.#toDecide(booking)}
      <div class="booking-columns">${tickets(booking)} <div class="booking-side">${refundList(booking)} ${facts(booking)}</div></div>
      ${this.#ways(booking)}
      ${cancelDialog(booking, { busy, yes: () => this.#cancel() })}
      ${giveBackDialog(booking, this.#giving, { busy, problem: this.#problem, yes: () => this.#giveBack() })}
    </article>`;
  }

  /** The question that is open: how to pay, or whether to take other seats. */
  #toDecide(booking: Booking): unknown {
    const busy = this.#busy;
    if (booking.offer) return offerCard(booking, booking.offer, { busy, take: () => this.#answer(accept, "taken"), leave: () => this.#answer(decline, "left") });
    if (booking.status !== "PENDING" || isConfirming(booking)) return nothing;
    return paying(booking, {
      busy,
      start: (provider) => this.#start(provider),
      goOn: (payment) => this.#leave(payment),
      giveUp: (payment) => this.#giveUp(payment),
    });
  }

  #ways(booking: Booking): unknown {
    const hasTickets = booking.tickets.some(({ status }) => status !== "CANCELLED");
    return html`<p class="booking-ways">
      ${hasTickets ? html`<button class="button" @click=${() => window.print()}>${say("print")}</button>` : nothing}
      ${mayGiveBack(booking) ? html`<button class="button quiet" @click=${() => this.#giving.open(booking)}>${sayMoney("giveBack")}</button>` : nothing}
      ${mayCancel(booking) ? html`<button class="button quiet" @click=${openCancel}>${say("cancel")}</button>` : nothing}
      <a class="button quiet" href="/bookings">${say("back")}</a>
    </p>`;
  }

  async #pay({ payments, paymentMethods }: Booking): Promise<void> {
    const payment = begun(payments);
    const provider = paymentMethods[0]?.provider;
    if (payment) await this.#leave(payment);
    else if (provider) await this.#start(provider);
  }

  async #start(provider: Provider): Promise<void> {
    await this.#do(async () => this.#to(await startPayment(this.id, provider)));
  }

  async #leave(payment: Payment): Promise<void> {
    await this.#do(() => this.#to(payment));
  }

  /** To the payment's page; the counter has none: what to say there is shown here. */
  async #to(payment: Payment): Promise<void> {
    if (payment.checkoutUrl) return leaveFor(checkoutOf(this.id, payment));
    await this.#booking.again();
    focusOn("paying-title");
  }

  async #giveUp({ id }: Payment): Promise<void> {
    await this.#do(async () => {
      await giveUp(id);
      await this.#booking.again();
      focusOn("paying-title");
    });
  }

  async #answer(given: (id: string) => Promise<Booking>, news: "taken" | "left"): Promise<void> {
    await this.#do(async () => {
      this.#hear(await given(this.id));
      this.#tell(sayMoney(news));
      focusOn("standing-title");
    });
  }

  async #cancel(): Promise<void> {
    await this.#do(async () => this.#hear(await cancel(this.id)));
    closeCancel();
  }

  async #giveBack(): Promise<void> {
    const { quote, chosen } = this.#giving;
    if (!quote) return;
    await this.#do(async () => {
      this.#hear(await giveBack(this.id, chosen));
      this.#giving.close();
      const values = { seats: listed(quote.seats), amount: money(quote.amount) };
      this.#tell(sayMoney(Number(quote.amount.amount) ? "gave" : "gaveFree", values));
      focusOn("refunds-title");
    });
  }

  #tell(news: string): void {
    this.#news = news;
    this.#changed();
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#problem = this.#news = "";
    this.#changed();
    try {
      await work();
    } catch (error) {
      this.#problem = wordsOf(error);
      if (error instanceof Refusal) void this.#booking.again();
    }
    this.#busy = false;
    this.#changed();
  }
}

/** What was pressed is gone: go on where the change is. */
function focusOn(id: string): void {
  queueMicrotask(() => document.getElementById(id)?.focus());
}
