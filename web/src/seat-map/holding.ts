// Holding seats: each intention has one key, so that asking again after a lost answer gives the same hold and never a second one.
import { type Failure, ask } from "./api.ts";
import { Clock } from "./clock.ts";
import { BEST_SEATS, EXTEND, HOLD_BEST, HOLD_SEATS, RELEASE, SERVER_TIME } from "./documents.ts";
import type { BestSeats, Hold, Refusal, RefusalReason, SeatRule, SeatState, Tell, Wish } from "./types.ts";

/** What holding needs to know, and whom it tells. */
export interface Holder {
  endpoint(): string;
  token(): Promise<string | null>;
  showtime(): string;
  tell: Tell;
  /** Words for a failure that comes without any. */
  words(reason: "UNREACHABLE" | "UNAUTHENTICATED" | "NotEnoughSeats"): string;
  /** There is a hold, another one, or none. */
  held(hold: Hold | null): void;
}

interface Problem {
  __typename: Exclude<RefusalReason, "UNAUTHENTICATED" | "UNREACHABLE"> | "HoldExpired" | "HoldBooked" | "IdempotencyConflict";
  message: string;
  seats?: string[];
  suggestion?: string[] | null;
  rule?: SeatRule;
}
type Result = ({ __typename: "Hold" } & Hold) | Problem;
type Input = Record<string, unknown>;

/** Milliseconds by which the server's news of an expiry may come early. */
const NEARLY = 1_500;

const isHold = (result: Result): result is { __typename: "Hold" } & Hold => result.__typename === "Hold";

export class Holding {
  readonly clock = new Clock();
  readonly #holder: Holder;
  #hold: Hold | null = null;
  #isChanging = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #intention = { about: "", key: "", answer: null as Promise<Hold | null> | null };

  constructor(holder: Holder) {
    this.#holder = holder;
  }

  get current(): Hold | null {
    return this.#hold;
  }

  hold(seats: string[]): Promise<Hold | null> {
    return this.#place(HOLD_SEATS, { showtimeId: this.#holder.showtime(), seats });
  }

  holdBest(count: number, { kinds = null, accessible = 0 }: Wish): Promise<Hold | null> {
    return this.#place(HOLD_BEST, { showtimeId: this.#holder.showtime(), count, kinds, accessible });
  }

  async best(count: number, { kinds = null, accessible = 0 }: Wish): Promise<BestSeats | null> {
    const variables = { showtime: this.#holder.showtime(), count, kinds, accessible };
    const answer = await this.#ask<{ bestSeats: BestSeats | null }>(BEST_SEATS, variables);
    if (!answer) return null;
    if (!answer.bestSeats) this.#refuse("NotEnoughSeats", this.#holder.words("NotEnoughSeats"));
    return answer.bestSeats;
  }

  async extend(): Promise<Hold | null> {
    const result = await this.#change(EXTEND);
    if (!result) return null;
    this.#set(result);
    this.#holder.tell("hold-change", { hold: result });
    return result;
  }

  async release(): Promise<Hold | null> {
    const result = await this.#change(RELEASE);
    if (!result) return null;
    this.#end("released", result);
    return result;
  }

  /** A hold from before a reload becomes the current one; null: there is none any more. */
  resume(hold: Hold | null): void {
    this.#set(hold?.status === "ACTIVE" ? hold : null);
    void this.sync();
  }

  /** What the map says of the hold's seats: it may end elsewhere, in another window, by payment, by the server's clock. */
  follow(states: SeatState[]): void {
    if (!this.#hold || this.#isChanging) return;
    if (states.includes("BOOKED")) this.#end("booked");
    else if (!states.includes("AVAILABLE")) return;
    else if (Date.parse(this.#hold.expiresAt) - this.clock.now() < NEARLY) this.#expire();
    else this.#end("released");
  }

  /** Ask the server for its time, and set the timer by it. */
  async sync(): Promise<void> {
    const asked = Date.now();
    const { data } = await ask<{ serverTime: string }>(this.#holder.endpoint(), async () => null, SERVER_TIME, {});
    if (data) this.clock.set(data.serverTime, asked, Date.now());
    this.watch();
  }

  /** Watch the clock; or no longer. */
  watch(on = true): void {
    clearTimeout(this.#timer);
    if (!this.#hold || !on) return;
    const left = Date.parse(this.#hold.expiresAt) - this.clock.now();
    if (left <= 0) this.#expire();
    else this.#timer = setTimeout(() => this.watch(), Math.min(left, 60_000));
  }

  /** One intention at a time: whoever asks for the same while it is on its way waits for the same answer. */
  #place(query: string, input: Input): Promise<Hold | null> {
    const about = query + JSON.stringify(input);
    if (this.#intention.about !== about) this.#intention = { about, key: newKey(), answer: null };
    const intention = this.#intention;
    intention.answer ??= this.#placeOnce(query, { ...input, idempotencyKey: intention.key }, intention).finally(() => {
      intention.answer = null;
    });
    return intention.answer;
  }

  async #placeOnce(query: string, input: Input, intention: { about: string }): Promise<Hold | null> {
    const answer = await this.#ask<{ result: Result }>(query, { input });
    if (!answer) return null; // what became of it is not known: asked again, it keeps its key
    intention.about = "";
    if (!isHold(answer.result)) return this.#explain(answer.result);
    this.#set(answer.result);
    this.#holder.tell("hold-start", { hold: answer.result });
    return answer.result;
  }

  async #change(query: string): Promise<Hold | null> {
    const hold = this.#hold;
    if (!hold) return null;
    this.#isChanging = true;
    const answer = await this.#ask<{ result: Result }>(query, { input: { holdId: hold.id } });
    this.#isChanging = false;
    if (!answer || this.#hold?.id !== hold.id) return null;
    return isHold(answer.result) ? answer.result : this.#explain(answer.result);
  }

  #explain(problem: Problem): null {
    const { __typename: reason, message, seats = [], suggestion = null, rule } = problem;
    if (reason === "HoldExpired") this.#expire();
    else if (reason === "HoldBooked") this.#end("booked");
    else if (reason === "IdempotencyConflict") this.#holder.tell("map-error", { code: reason, message });
    else this.#refuse(reason, message, { seats, suggestion, ...(rule && { rule }) });
    return null;
  }

  async #ask<Data>(query: string, variables: Input): Promise<Data | null> {
    const { data, failure } = await ask<Data>(this.#holder.endpoint(), () => this.#holder.token(), query, variables);
    if (failure) this.#fail(failure);
    return data ?? null;
  }

  #fail({ code, message }: Failure): void {
    if (code === "UNREACHABLE" || code === "UNAUTHENTICATED") this.#refuse(code, this.#holder.words(code));
    else this.#holder.tell("map-error", { code, message });
  }

  #refuse(reason: RefusalReason, message: string, more: Partial<Refusal> = {}): void {
    this.#holder.tell("selection-refused", { reason, message, seats: [], suggestion: null, ...more });
  }

  #end(reason: "released" | "booked", hold = this.#hold): void {
    if (!hold) return;
    this.#set(null);
    this.#holder.tell("hold-end", { hold, reason });
  }

  #set(hold: Hold | null): void {
    this.#hold = hold;
    this.#holder.held(hold);
    this.watch();
  }

  /** Its time is up; told once. */
  #expire(): void {
    const hold = this.#hold;
    if (!hold) return;
    this.#set(null);
    this.#holder.tell("hold-expired", { hold });
  }
}

/** 128 random bits; `crypto.randomUUID` is missing where the page came without TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
