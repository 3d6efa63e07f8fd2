// Everything a person has booked, what comes next first, and the seats they are holding.
import { html, nothing } from "lit-html";
import { serverNow, syncClock } from "../../api/clock.ts";
import { session } from "../../api/session.ts";
import type { View } from "../../router.ts";
import { money, countdown } from "../../text/format.ts";
import { say } from "./booking-texts.ts";
import { say as saySale } from "./texts.ts";
import { everySecond, left } from "./countdown.ts";
import { Fetched } from "./fetched.ts";
import { askMe } from "./me.ts";
import { BOOKING_LINE, type BookingLine, HOLD, type Hold, SHOWTIME, type Showtime, bookingPath, seatsPath } from "./model.ts";
import { failed, instead, leaf, logInInstead, waiting, when, where } from "./parts.ts";
import { wordsOf } from "./words.ts";

const PAGE = 20;
const MOST = 100;
const MINE = `query Mine($first: Int!, $after: String) {
  me { holds { ${HOLD} showtime { ${SHOWTIME} } } bookings(first: $first, after: $after) {
    nodes { ${BOOKING_LINE} } pageInfo { hasNextPage endCursor } } }
}`;

type HoldLine = Hold & { showtime: Showtime };

interface Mine {
  holds: HoldLine[];
  bookings: { nodes: BookingLine[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

const COMING = new Set(["PENDING", "CONFIRMED"]);

const fetchMine = (first: number, after: string | null = null): Promise<Mine | null> => askMe<Mine>(MINE, { first, after });

export class BookingsPage implements View {
  #changed = (): void => undefined;
  #mine = new Fetched<Mine | null>(() => fetchMine(this.#shown), () => this.#changed());
  #ends: (() => void)[] = [];
  #busy = false;
  #problem = "";

  /** As many as are shown already: a fresh look shall not shorten the list. */
  get #shown(): number {
    return Math.min(MOST, Math.max(PAGE, this.#mine.value?.bookings.nodes.length ?? 0));
  }

  get title(): string {
    return say("mine");
  }

  start(changed: () => void): void {
    this.#changed = changed;
    const again = (): void => this.#begin();
    const seen = (): void => {
      if (!document.hidden) again();
    };
    session.addEventListener("change", again);
    document.addEventListener("visibilitychange", seen);
    this.#ends = [
      () => session.removeEventListener("change", again),
      () => document.removeEventListener("visibilitychange", seen),
      everySecond(() => this.#tick()),
    ];
    this.#begin();
  }

  stop(): void {
    this.#mine.stop();
    for (const end of this.#ends) end();
  }

  draw(): unknown {
    if (!session.person) return logInInstead(say("logIn"), say("mine"));
    const { value, failure } = this.#mine;
    if (!value) return failure ? failed(failure, this.#mine.again) : waiting();
    return html`<section class="mine"><h1>${say("mine")}</h1>${this.#lists(value)}</section>`;
  }

  #begin(): void {
    this.#mine.stop();
    if (!session.person) {
      this.#mine.value = undefined;
      return;
    }
    void syncClock().catch(() => undefined);
    this.#mine.start();
  }

  /** Holds and unpaid bookings count down; one that ends is asked for again. */
  #tick(): void {
    const mine = this.#mine.value;
    if (!mine) return;
    const ends = [...mine.holds.map(({ expiresAt }) => expiresAt), ...mine.bookings.nodes.map(({ payableUntil }) => payableUntil)];
    const running = ends.filter((end) => end !== null);
    if (!running.length) return;
    if (running.some((end) => left(end) < 0 && left(end) > -2000)) void this.#mine.again();
    this.#changed();
  }

  #lists({ holds, bookings }: Mine): unknown {
    if (!holds.length && !bookings.nodes.length) {
      return instead(say("noneWords"), html`<a class="button main" href="/">${say("whatsOn")}</a>`, say("none"));
    }
    const isComing = ({ status, showtime }: BookingLine): boolean => COMING.has(status) && Date.parse(showtime.endsAt) > serverNow();
    const upcoming = bookings.nodes.filter(isComing).sort((one, other) => Date.parse(one.showtime.startsAt) - Date.parse(other.showtime.startsAt));
    const past = bookings.nodes.filter((booking) => !isComing(booking));
    return html`${list(say("holding"), holds.filter(({ expiresAt }) => left(expiresAt) > 0).map(holdLine))}
      ${list(say("upcoming"), upcoming.map(bookingLine))} ${list(say("past"), past.map(bookingLine))}
      ${this.#problem ? html`<p class="notice bad" role="alert">${this.#problem}</p>` : nothing}
      ${bookings.pageInfo.hasNextPage ? html`<button class="button" aria-disabled=${this.#busy} @click=${() => this.#more()}>${say("more")}</button>` : nothing}`;
  }

  async #more(): Promise<void> {
    const mine = this.#mine.value;
    if (this.#busy || !mine) return;
    this.#busy = true;
    this.#changed();
    try {
      const next = await fetchMine(PAGE, mine.bookings.pageInfo.endCursor);
      if (next) mine.bookings = { nodes: [...mine.bookings.nodes, ...next.bookings.nodes], pageInfo: next.bookings.pageInfo };
      this.#problem = "";
    } catch (error) {
      this.#problem = wordsOf(error);
    }
    this.#busy = false;
    this.#changed();
  }
}

function list(title: string, lines: unknown[]): unknown {
  return lines.length ? html`<h2>${title}</h2><ul class="lines" role="list">${lines}</ul>` : nothing;
}

function holdLine({ showtime, seats, total, expiresAt }: HoldLine): unknown {
  return html`<li class="line panel holding"><a href=${seatsPath(showtime.id)}>
    ${leaf(showtime)}
    <span class="line-words"><strong>${showtime.movie.title}</strong><span class="soft">${when(showtime)} · ${where(showtime)}</span>
      <span>${saySale("chosen", { count: seats.length })}: ${seats.join(", ")} · ${money(total)}</span></span>
    <span class="badge warn">${say("payBefore")} <b>${countdown(left(expiresAt))}</b></span>
  </a></li>`;
}

function bookingLine({ id, showtime, seats, total, status, payableUntil, reference }: BookingLine): unknown {
  return html`<li class="line panel ${status.toLowerCase()}"><a href=${bookingPath(id)}>
    ${leaf(showtime)}
    <span class="line-words"><strong>${showtime.movie.title}</strong><span class="soft">${when(showtime)} · ${where(showtime)}</span>
      <span><span class="mono">${reference}</span> · ${seats.join(", ")} · ${money(total)}</span></span>
    <span class="badge ${status.toLowerCase()}">${say(status)} ${payableUntil ? html`<b>${countdown(left(payableUntil))}</b>` : nothing}</span>
  </a></li>`;
}
