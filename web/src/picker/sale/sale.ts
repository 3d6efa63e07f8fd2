// The sale of one showtime's seats: what is chosen, held and owed, and everything that may be done about it.
import { syncClock } from "../../api/clock.ts";
import { ask } from "../../api/graphql.ts";
import { session } from "../../api/session.ts";
import { go } from "../../router.ts";
import type { Connection, Money, Seat, SeatKind, SeatMapElement, SeatMapEvents, SeatMapSnapshot } from "../../seat-map/types.ts";
import { countdown } from "../../text/format.ts";
import { askToLogIn } from "../login.ts";
import { tellOthers, whenBack } from "./coming-back.ts";
import { Warnings, everySecond, left } from "./countdown.ts";
import { Fetched } from "./fetched.ts";
import { type MineHere, NOTHING, type Unpaid, mineAt } from "./mine.ts";
import { type Hold, SHOWTIME, type Showtime, bookingPath } from "./model.ts";
import { type Notice, noticeOf } from "./notice.ts";
import { leaveFor, listed } from "./parts.ts";
import { type Party, keepParty, keptParty } from "./party.ts";
import { Refusal, book, checkoutOf } from "./purchase.ts";
import { say } from "./texts.ts";
import { wordsOf } from "./words.ts";

const READ = `query Showtime($id: ID!) { showtime(id: $id) { ${SHOWTIME} } }`;
type Action = "best" | "hold" | "extend" | "release" | "pay";
type Told<Name extends keyof SeatMapEvents> = CustomEvent<SeatMapEvents[Name]>;

export class Sale {
  readonly showtime: Fetched<Showtime | null>;
  party = keptParty();
  kinds: SeatKind[] | null = null;
  map: SeatMapSnapshot | null = null;
  selection: Seat[] = [];
  total: Money | null = null;
  hold: Hold | null = null;
  unpaid: Unpaid | null = null;
  /** Labels of seats this person has booked. */
  mine: string[] = [];
  notice: Notice | null = null;
  connection: Connection = "connecting";
  busy: Action | null = null;
  /** Whether the sheet is drawn up, on a phone. */
  isOpen = false;
  /** What a screen reader says next. */
  aloud = "";
  /** Another number is another element: one that knows nothing of the hold before. */
  generation = 0;
  token = (): Promise<string | null> => session.accessToken();
  #element: SeatMapElement | null = null;
  #changed = (): void => undefined;
  #ends: (() => void)[] = [];
  #warnings = new Warnings();
  #round = 0;
  #refused = false;
  #mustLogIn = false;
  #last = (): void => undefined;

  constructor(readonly showtimeId: string) {
    const load = async (): Promise<Showtime | null> => (await ask<{ showtime: Showtime | null }>(READ, { id: showtimeId })).showtime;
    this.showtime = new Fetched(load, () => this.#changed());
  }

  start(changed: () => void): void {
    this.#changed = changed;
    const recall = (): void => {
      if (this.busy === "pay") this.busy = null;
      void this.recall();
    };
    const another = (): void => {
      this.token = () => session.accessToken();
      changed();
      void this.recall();
    };
    this.#ends = [whenBack(recall, another), everySecond(() => this.#tick())];
    this.showtime.start();
    void this.recall();
  }

  stop(): void {
    this.showtime.stop();
    for (const end of this.#ends) end();
  }

  attach = (element?: Element): void => {
    this.#element = (element as SeatMapElement | undefined) ?? null;
    if (this.hold) void this.#element?.resume(this.hold);
  };

  // What the visitor does.

  change = (party: Party): void => {
    this.party = party;
    keepParty(party);
    this.#changed();
  };

  filter = (kinds: SeatKind[] | null): void => {
    this.kinds = kinds;
    this.#changed();
  };

  turnSheet = (): void => {
    this.isOpen = !this.isOpen;
    this.#changed();
  };

  leaveOut = (label: string): void => {
    if (this.#element) this.#element.selection = this.selection.map((seat) => seat.label).filter((other) => other !== label);
    this.#focusCart();
  };

  best = (): void => this.#act("best", async (element) => this.#judge(await element.bestSeats(this.party.count, this.#wishes())));

  holdBest = (): void => this.#act("hold", async (element) => this.#judge(await element.holdBest(this.party.count, this.#wishes())), true);

  holdSelection = (): void => {
    if (this.selection.length) this.#act("hold", (element) => element.hold(), true);
  };

  take = (seats: string[]): void =>
    this.#act("hold", async (element) => {
      element.select(seats);
      await element.hold();
    }, true);

  extend = (): void => this.#act("extend", (element) => element.extend());

  release = (): void => this.#act("release", (element) => element.release());

  pay = (): void => {
    const { hold, unpaid } = this;
    this.#act("pay", async () => {
      const bookingId = hold ? await book(hold.id) : unpaid?.id;
      tellOthers();
      if (bookingId) leaveFor(await checkoutOf(bookingId, hold ? [] : unpaid?.payments).catch(toBooking(bookingId)));
    });
  };

  // What the map tells.

  mapped = (): void => {
    this.map = this.#element?.map ?? null;
    this.#changed();
  };

  selected = ({ detail }: Told<"seat-select">): void => {
    this.selection = detail.seats;
    this.total = detail.total;
    if (detail.seats.length && this.notice?.tone === "bad" && !this.busy) this.notice = null;
    this.#changed();
  };

  lost = ({ detail: { seats } }: Told<"seat-lost">): void => {
    this.#note({ tone: "bad", words: () => say("lost", { seats: listed(seats), count: seats.length }) });
  };

  held = ({ detail }: Told<"hold-start"> | Told<"hold-change">): void => {
    const isNew = detail.hold.id !== this.hold?.id;
    this.hold = detail.hold;
    this.#warnings.reset();
    if (this.busy) {
      const values = { seats: listed(this.hold.seats), time: countdown(left(this.hold.expiresAt)) };
      this.aloud = say(isNew ? "held" : "extended", values);
      tellOthers();
    }
    if (isNew) this.#focusCart();
    this.#changed();
  };

  ended = ({ detail: { reason } }: Told<"hold-end">): void => {
    this.hold = null;
    if (reason === "released") this.#note({ tone: "calm", words: () => say("released") });
    else void this.recall();
    if (this.busy) tellOthers();
    this.#focusCart();
  };

  expired = ({ detail: { hold } }: Told<"hold-expired">): void => this.#over(hold.seats);

  refused = ({ detail }: Told<"selection-refused">): void => {
    this.#refused = true;
    if (detail.reason === "UNAUTHENTICATED") this.#mustLogIn = true;
    this.#note(noticeOf(detail, { take: this.take, best: this.holdBest, again: this.#last, bookings: () => go("/bookings") }));
  };

  connected = ({ detail }: Told<"connection-change">): void => {
    const isBack = detail.state === "live" && this.connection === "reconnecting";
    this.connection = detail.state;
    if (isBack) void this.recall();
    this.#changed();
  };

  /** Ask what is mine here, whatever happened meanwhile. */
  async recall(): Promise<void> {
    const round = ++this.#round;
    try {
      await syncClock();
      const mine = session.person ? await mineAt(this.showtimeId) : NOTHING;
      if (round === this.#round && !this.busy) this.#remember(mine);
    } catch {
      // Out of reach: the page says so, and asks again when the connection is back.
    }
  }

  #remember({ hold, unpaid, seats }: MineHere): void {
    if (seats.join() !== this.mine.join()) this.mine = seats;
    this.unpaid = unpaid;
    if (hold && (hold.id !== this.hold?.id || hold.expiresAt !== this.hold.expiresAt)) {
      this.hold = hold;
      this.#warnings.reset();
      void this.#element?.resume(hold);
    } else if (!hold && this.hold) {
      this.hold = null;
      this.generation += 1;
    }
    this.#changed();
  }

  #tick(): void {
    const until = this.hold?.expiresAt ?? this.unpaid?.payableUntil;
    if (!until) return;
    this.aloud = this.#warnings.at(left(until)) ?? this.aloud;
    if (left(until) < 0 && !this.hold) void this.recall();
    this.#changed();
  }

  #wishes(): { kinds?: SeatKind[]; accessible?: number } {
    return { ...(this.kinds ? { kinds: this.kinds } : {}), accessible: this.party.accessible ? 1 : 0 };
  }

  #judge(found: { together: boolean } | null): void {
    if (found && !found.together) this.#note({ tone: "calm", words: () => say("apart") });
    if (!found && !this.#refused) this.#note({ tone: "bad", words: () => say("notEnough") });
  }

  #note(notice: Notice | null): void {
    this.notice = notice;
    this.#changed();
  }

  /** The hold's time is over: back to choosing, with the same party. */
  #over(seats: string[]): void {
    this.hold = null;
    this.#note({ tone: "bad", words: () => say("expired", { seats: listed(seats) }), way: { label: () => say("best"), go: this.best } });
    this.#focusCart();
  }

  #act(name: Action, work: (element: SeatMapElement) => Promise<unknown>, asPerson = false): void {
    this.#last = () => this.#act(name, work, asPerson);
    void this.#carryOut(name, work, asPerson);
  }

  async #carryOut(name: Action, work: (element: SeatMapElement) => Promise<unknown>, asPerson: boolean): Promise<void> {
    const element = this.#element;
    if (this.busy || !element || (asPerson && !(await askToLogIn()))) return;
    this.#round += 1;
    this.busy = name;
    this.#refused = this.#mustLogIn = false;
    this.#note(null);
    try {
      await work(element);
      if (this.#mustLogIn && (await logInAgain())) await work(element);
      if (name === "pay") return;
    } catch (error) {
      this.#failed(error);
    }
    this.busy = null;
    this.#changed();
  }

  #failed(error: unknown): void {
    if (error instanceof Refusal && error.kind === "HoldExpired") return this.#over(this.hold?.seats ?? []);
    this.#note({ tone: "bad", words: () => wordsOf(error), way: { label: () => say("again"), go: this.#last } });
  }

  /** What had the focus may be gone: go on at the cart's title. */
  #focusCart(): void {
    queueMicrotask(() => document.querySelector<HTMLElement>("#cart-title")?.focus({ preventScroll: true }));
  }
}

/** The session has ended although its token looked alive: renew it, or ask for a person. */
async function logInAgain(): Promise<boolean> {
  const token = await session.accessToken();
  return Boolean(token && (await session.renew(token))) || askToLogIn();
}

/** A payment that cannot be started: the booking's own page says why and goes on. */
function toBooking(id: string): (error: unknown) => string {
  return (error) => {
    if (error instanceof Refusal) return bookingPath(id);
    throw error;
  };
}
