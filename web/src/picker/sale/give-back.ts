// Giving tickets back: which, what comes back for them by the house's rules, and the last word.
import { html, nothing } from "lit-html";
import { ask } from "../../api/graphql.ts";
import { serverNow } from "../../api/clock.ts";
import { language } from "../../text/index.ts";
import { day, locale, money, time } from "../../text/format.ts";
import { left } from "./countdown.ts";
import type { Booking, RefundQuote, Ticket } from "./model.ts";
import { say } from "./money-texts.ts";
import { wordsOf } from "./words.ts";

const QUOTE = `query Quote($id: ID!, $tickets: [ID!]!) { refundQuote(bookingId: $id, tickets: $tickets) {
  seats percent until refusal amount { amount currency } kept { amount currency } } }`;

const valid = ({ tickets }: Booking): Ticket[] => tickets.filter(({ status }) => status === "VALID");

/** Whether there is still something to give back; the server has the last word. */
export function mayGiveBack(booking: Booking): boolean {
  return booking.status === "CONFIRMED" && valid(booking).length > 0 && Date.parse(booking.showtime.startsAt) > serverNow();
}

const dialog = (): HTMLDialogElement | null => document.querySelector("#give-back");

export class GivingBack {
  quote: RefundQuote | null = null;
  problem = "";
  #chosen = new Set<string>();
  #round = 0;

  constructor(
    readonly bookingId: string,
    readonly changed: () => void,
  ) {}

  /** The ids of the chosen tickets. */
  get chosen(): string[] {
    return [...this.#chosen].sort();
  }

  has = (id: string): boolean => this.#chosen.has(id);

  /** Ask which; where there is only one, it is that. */
  open(booking: Booking): void {
    const [first, ...others] = valid(booking);
    this.choose(first && !others.length ? [first.id] : []);
    dialog()?.showModal();
  }

  close(): void {
    dialog()?.close();
  }

  choose(ids: string[]): void {
    this.#chosen = new Set(ids);
    void this.look();
  }

  turn(id: string): void {
    this.choose(this.has(id) ? this.chosen.filter((other) => other !== id) : [...this.#chosen, id]);
  }

  /** A quote holds for a while only. */
  tick(): void {
    const until = this.quote?.until;
    if (until && left(until) < 0 && dialog()?.open) void this.look();
  }

  /** Ask what would come back now. */
  async look(): Promise<void> {
    const round = ++this.#round;
    this.quote = null;
    this.problem = "";
    this.changed();
    if (!this.#chosen.size) return;
    try {
      const { refundQuote } = await ask<{ refundQuote: RefundQuote }>(QUOTE, { id: this.bookingId, tickets: this.chosen });
      if (round === this.#round) this.quote = refundQuote;
    } catch (error) {
      if (round === this.#round) this.problem = wordsOf(error);
    }
    this.changed();
  }
}

export interface GivingActs {
  busy: boolean;
  problem: string;
  yes: () => void;
}

export function giveBackDialog(booking: Booking, giving: GivingBack, { busy, problem, yes }: GivingActs): unknown {
  const tickets = valid(booking);
  const count = giving.chosen.length;
  const mayGive = !busy && giving.quote !== null && giving.quote.refusal === null;
  const wrong = problem || giving.problem;
  return html`<dialog id="give-back" class="panel" aria-labelledby="give-back-title">
    <form method="dialog">
      <h2 id="give-back-title">${say("giveBack")}</h2>
      ${tickets.length > 1 ? which(tickets, giving) : html`<p class="give-one">${tickets[0]?.seat}</p>`}
      <div class="quote" role="status" aria-busy=${count > 0 && !giving.quote && !wrong}>${giving.quote
        ? quoted(giving.quote, booking)
        : count ? nothing : html`<p class="soft">${say("choosing")}</p>`}</div>
      ${wrong ? html`<p class="notice bad" role="alert">${wrong}</p>` : nothing}
      ${policy(booking)}
      <button class="button danger" type="button" aria-disabled=${!mayGive} @click=${mayGive ? yes : nothing}>${count ? say("yes", { count }) : say("giveBack")}</button>
      <button class="button">${say("keep")}</button>
    </form>
  </dialog>`;
}

function which(tickets: Ticket[], giving: GivingBack): unknown {
  const all = giving.chosen.length === tickets.length;
  return html`<fieldset class="which"><legend>${say("giveBackWords")}</legend>
    <div class="which-seats">${tickets.map(({ id, seat }) => html`<label class="pick"><input type="checkbox" .checked=${giving.has(id)}
      @change=${() => giving.turn(id)}><span>${seat}</span></label>`)}</div>
    <label class="check"><input type="checkbox" .checked=${all} @change=${() => giving.choose(all ? [] : tickets.map(({ id }) => id))}> ${say("all")}</label>
  </fieldset>`;
}

function quoted({ amount, kept, percent, until, refusal }: RefundQuote, { showtime }: Booking): unknown {
  if (refusal !== null) return html`<p class="notice bad">${language() === "en" ? refusal : say("refused")}</p>`;
  const zone = showtime.screen.venue.timezone;
  return html`<dl>
      <div class="quote-back"><dt>${say("comesBack")} <span class="soft small">${share(percent)}</span></dt><dd>${money(amount)}</dd></div>
      ${percent < 100 ? html`<div><dt>${say("keeps")}</dt><dd>${money(kept)}</dd></div>` : nothing}
    </dl>
    ${until ? html`<p class="soft small">${say("holdsUntil", { when: `${day(until, zone)}, ${time(until, zone)}` })}</p>` : nothing}`;
}

function policy({ refundPolicy }: Booking): unknown {
  if (refundPolicy.length < 2) return nothing;
  return html`<details class="policy"><summary>${say("policy")}</summary><ul role="list">${refundPolicy.map(
    ({ hours, percent }) => html`<li><span>${hours ? say("step", { time: notice(hours) }) : say("stepStart")}</span><strong>${share(percent)}</strong></li>`,
  )}</ul></details>`;
}

const share = (percent: number): string => new Intl.NumberFormat(locale(), { style: "percent" }).format(percent / 100);

/** "2 hours", "3 days". */
function notice(hours: number): string {
  const [count, unit] = hours >= 48 && hours % 24 === 0 ? [hours / 24, "day"] : [hours, "hour"];
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(count);
}
