// One booking, as it happens: waiting for its money, confirmed with tickets, or over.
import { html, nothing } from "lit-html";
import { ask } from "../../api/graphql.ts";
import { live } from "../../api/live.ts";
import { session } from "../../api/session.ts";
import { syncClock } from "../../api/clock.ts";
import type { View } from "../../router.ts";
import { say } from "./booking-texts.ts";
import { bookingStatus, cancelDialog, closeCancel, facts, mayCancel, openCancel, tickets } from "./booking-parts.ts";
import { Warnings, everySecond, left } from "./countdown.ts";
import { Fetched } from "./fetched.ts";
import { BOOKING, type Booking } from "./model.ts";
import { failed, leaveFor, logInInstead, nothingHere, waiting } from "./parts.ts";
import { Refusal, cancel, checkoutOf } from "./purchase.ts";
import { wordsOf } from "./words.ts";

const READ = `query Booking($id: ID!) { booking(id: $id) { ${BOOKING} } }`;
const WATCH = `subscription Booking($id: ID!) { booking(id: $id) { ${BOOKING} } }`;

export class BookingPage implements View {
  #changed = (): void => undefined;
  #booking = new Fetched<Booking | null>(async () => (await ask<{ booking: Booking | null }>(READ, { id: this.id })).booking, () => this.#read());
  #ends: (() => void)[] = [];
  #unwatch: (() => void) | null = null;
  #warnings = new Warnings();
  #aloud = "";
  #busy = false;
  #problem = "";

  constructor(readonly id: string) {}

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
    const until = this.#booking.value?.payableUntil;
    if (!until) return;
    this.#aloud = this.#warnings.at(left(until)) ?? this.#aloud;
    if (left(until) < 0) void this.#booking.again();
    this.#changed();
  }

  #page(booking: Booking): unknown {
    const hasTickets = booking.tickets.some(({ status }) => status !== "CANCELLED");
    return html`<article class="booking ${booking.status.toLowerCase()}">
      <p class="unseen" role="status">${this.#aloud}</p>
      ${bookingStatus(booking, { busy: this.#busy, pay: () => this.#pay(booking) })}
      ${this.#problem ? html`<p class="notice bad" role="alert">${this.#problem}</p>` : nothing}
      ${live.state === "live" || live.state === "idle" ? nothing : html`<p class="notice" role="status">${say("stale")}</p>`}
      <div class="booking-columns">${tickets(booking)} ${facts(booking)}</div>
      <p class="booking-ways">
        ${hasTickets ? html`<button class="button" @click=${() => window.print()}>${say("print")}</button>` : nothing}
        ${mayCancel(booking) ? html`<button class="button quiet" @click=${openCancel}>${say("cancel")}</button>` : nothing}
        <a class="button quiet" href="/bookings">${say("back")}</a>
      </p>
      ${cancelDialog(booking, { busy: this.#busy, yes: () => this.#cancel() })}
    </article>`;
  }

  async #pay(booking: Booking): Promise<void> {
    await this.#do(async () => leaveFor(await checkoutOf(booking.id, booking.payments)));
  }

  async #cancel(): Promise<void> {
    await this.#do(async () => this.#hear(await cancel(this.id)));
    closeCancel();
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#problem = "";
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
