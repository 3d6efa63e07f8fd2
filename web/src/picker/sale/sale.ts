// The sale of one showtime's seats: what is chosen, held and owed, and everything that may be done about it.
import { ask } from "../../api/graphql.ts";
import { session } from "../../api/session.ts";
import { go } from "../../router.ts";
import type { Connection, SeatMapElement, SeatMapEvents, SeatMapSnapshot } from "../../seat-map/index.ts";
import { countdown } from "../../text/format.ts";
import { say as sayShell } from "../../text/shell.ts";
import { askToLogIn } from "../login.ts";
import { Choice } from "./choice.ts";
import { tellOthers, whenBack } from "./coming-back.ts";
import { Warnings, everySecond, left } from "./countdown.ts";
import { Fetched } from "./fetched.ts";
import { Mine } from "./mine.ts";
import { type Hold, SHOWTIME, type Showtime } from "./model.ts";
import { type Notice, noticeOf } from "./notice.ts";
import { leaveFor, listed } from "./parts.ts";
import { Refusal, book, wayToPay } from "./purchase.ts";
import { say } from "./texts.ts";
import { wordsOf } from "./words.ts";

const READ = `query Showtime($id: ID!) { showtime(id: $id) { ${SHOWTIME} screen { venue { priceTerms { roundTo { amount currency } } } } } }`;
type Action = "best" | "hold" | "extend" | "release" | "pay";
type Work = (element: SeatMapElement) => Promise<unknown>;
type Told<Name extends keyof SeatMapEvents> = CustomEvent<SeatMapEvents[Name]>;

export class Sale {
  readonly showtime: Fetched<Showtime | null>;
  readonly mine: Mine;
  readonly choice = new Choice(() => this.#changed());
  map: SeatMapSnapshot | null = null;
  notice: Notice | null = null;
  connection: Connection = "connecting";
  busy: Action | null = null;
  /** Whether the sheet is drawn up, on a phone. */
  isOpen = false;
  aloud = ""; // what a screen reader says next
  token = (): Promise<string | null> => session.accessToken();
  #element: SeatMapElement | null = null;
  #changed = (): void => undefined;
  #ends: (() => void)[] = [];
  #warnings = new Warnings();
  #refused = false;
  #mustLogIn = false;
  #last = (): void => undefined;

  constructor(readonly showtimeId: string) {
    const load = async (): Promise<Showtime | null> => (await ask<{ showtime: Showtime | null }>(READ, { id: showtimeId })).showtime;
    this.showtime = new Fetched(load, () => this.#changed());
    this.mine = new Mine(showtimeId, {
      changed: () => this.#changed(),
      resumed: (hold) => this.#resume(hold),
      expired: (hold) => this.#over(hold.seats),
      gone: () => void this.#element?.resume(null),
    });
  }

  start(changed: () => void): void {
    this.#changed = changed;
    const another = (): void => {
      this.token = () => session.accessToken();
      changed();
      this.#recall();
    };
    this.#ends = [whenBack(this.#recall, another), everySecond(() => this.#tick())];
    this.showtime.start();
    this.#recall();
  }

  stop(): void {
    this.showtime.stop();
    for (const end of this.#ends) end();
  }

  attach = (element?: Element): void => {
    this.#element = (element as SeatMapElement | undefined) ?? null;
    if (this.mine.hold) void this.#element?.resume(this.mine.hold);
  };

  // What the visitor does.

  turnSheet = (): void => {
    this.isOpen = !this.isOpen;
    this.#changed();
  };

  leaveOut = (label: string): void => {
    if (this.#element) this.#element.selection = this.choice.without(label);
    focusCart();
  };

  best = (): void =>
    this.#act("best", async (element) => {
      this.#judge(await element.bestSeats(this.choice.party.count, this.choice.wish));
      if (matchMedia("(max-width: 63.99rem)").matches) element.scrollIntoView(); // the cart's sheet would lie on it
    });

  holdBest = (): void => this.#act("hold", async (element) => this.#judge(await element.holdBest(this.choice.party.count, this.choice.wish)));

  holdSelection = (): void => {
    if (this.choice.seats.length) this.#act("hold", (element) => element.hold());
  };

  take = (seats: string[]): void =>
    this.#act("hold", (element) => {
      element.select(seats);
      return element.hold();
    });

  extend = (): void => this.#act("extend", (element) => element.extend());

  release = (): void => this.#act("release", (element) => element.release());

  pay = (): void => {
    const { hold, unpaid } = this.mine;
    this.#act("pay", async () => {
      const bookingId = hold ? await book(hold.id) : unpaid?.id;
      tellOthers();
      if (bookingId) leaveFor(await wayToPay(bookingId));
    });
  };

  // What the map tells.

  mapped = (): void => {
    this.map = this.#element?.map ?? null;
    this.#changed();
  };

  selected = ({ detail }: Told<"seat-select">): void => this.choice.take(detail);

  lost = ({ detail: { seats } }: Told<"seat-lost">): void => {
    if (this.busy === "hold" || seats.every((seat) => this.notice?.about?.includes(seat))) return; // a refusal says it better
    this.#note({ tone: "bad", words: () => say("lost", { seats: listed(seats), count: seats.length }) });
  };

  held = ({ detail: { hold } }: Told<"hold-start"> | Told<"hold-change">): void => {
    const isNew = hold.id !== this.mine.hold?.id;
    this.mine.hold = hold;
    this.#warnings.reset();
    if (this.busy) {
      this.aloud = say(isNew ? "nowYours" : "extended", { seats: listed(hold.seats), time: countdown(left(hold.expiresAt)) });
      tellOthers();
    }
    if (isNew) focusCart();
    this.#changed();
  };

  ended = ({ detail: { reason } }: Told<"hold-end">): void => {
    this.mine.hold = null;
    if (reason === "released") this.#note({ tone: "calm", words: () => say("released") });
    else this.#recall();
    if (this.busy) tellOthers();
    focusCart();
  };

  expired = ({ detail: { hold } }: Told<"hold-expired">): void => this.#over(hold.seats);

  refused = ({ detail }: Told<"selection-refused">): void => {
    this.#refused = true;
    if (detail.reason === "UNAUTHENTICATED") this.#mustLogIn = true;
    this.#note(noticeOf(detail, { take: this.take, best: this.holdBest, again: this.#last, bookings: () => go("/bookings") }));
  };

  troubled = (): void => {
    if (!this.busy) return;
    this.#refused = true;
    this.#note({ tone: "bad", words: () => sayShell("wrong"), way: { label: () => say("again"), go: this.#last } });
  };

  connected = ({ detail: { state } }: Told<"connection-change">): void => {
    const isBack = state === "live" && this.connection !== "connecting";
    this.connection = state;
    if (isBack) this.#recall();
    this.#changed();
  };

  #recall = (): void => {
    if (this.busy === "pay") this.busy = null; // back from the payment's page
    if (!this.busy) void this.mine.recall();
  };

  #resume(hold: Hold): void {
    this.#warnings.reset();
    void this.#element?.resume(hold);
  }

  #tick(): void {
    const { until, hold } = this.mine;
    if (!until) return;
    this.aloud = this.#warnings.at(left(until)) ?? this.aloud;
    if (left(until) < 0 && !hold) this.#recall();
    this.#changed();
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
    this.mine.hold = null;
    this.#note({ tone: "bad", words: () => say("expired", { seats: listed(seats) }), way: { label: () => say("best"), go: this.best } });
    focusCart();
  }

  #act(name: Action, work: Work): void {
    this.#last = () => this.#act(name, work);
    void this.#carryOut(name, work);
  }

  async #carryOut(name: Action, work: Work): Promise<void> {
    if (this.busy || (name === "hold" && !(await askToLogIn())) || !this.#element) return;
    this.mine.overtake();
    this.busy = name;
    this.#refused = this.#mustLogIn = false;
    this.#note(null);
    try {
      await work(this.#element);
      if (this.#mustLogIn && (await logInAgain())) await work(this.#element);
      if (name === "pay") return; // the page is being left
    } catch (error) {
      this.#failed(error);
    }
    this.mine.overtake();
    this.busy = null;
    this.#changed();
  }

  #failed(error: unknown): void {
    if (error instanceof Refusal && error.kind === "HoldExpired") return this.#over(this.mine.hold?.seats ?? []);
    this.#note({ tone: "bad", words: () => wordsOf(error), way: { label: () => say("again"), go: this.#last } });
  }
}

/** What had the focus may be gone: go on at the cart's title. */
function focusCart(): void {
  queueMicrotask(() => document.querySelector<HTMLElement>("#cart-title")?.focus({ preventScroll: true }));
}

/** The session has ended although its token looked alive: renew it, or ask for a person. */
async function logInAgain(): Promise<boolean> {
  const token = await session.accessToken();
  return Boolean(token && (await session.renew(token))) || askToLogIn();
}
