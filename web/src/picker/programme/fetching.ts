// What a view needs from the server: waited for, there, or failed and asked for again until it comes.
import { ApiError } from "../../api/graphql.ts";

export const AGAIN_MS = 5_000;
const FRESH_MS = 60_000;

/** "change" is dispatched whenever an answer, or a failure, has come. */
export const arrivals = new EventTarget();

export class Fetching<T> {
  /** What came last; it stays while something newer is fetched. */
  value: T | null = null;
  /** Why the last attempt failed. */
  problem: unknown = null;
  #at = -Infinity;
  #busy = false;

  constructor(private readonly fetch: () => Promise<T>) {}

  /** Whether an answer has come, be it null. */
  get isThere(): boolean {
    return this.#at > -Infinity && this.problem === null;
  }

  /** Fetch, unless it is there and fresh, on its way, or has failed just now. */
  need(): void {
    const age = Date.now() - this.#at;
    const wait = this.problem === null ? FRESH_MS : this.problem instanceof ApiError ? Infinity : AGAIN_MS - 100;
    if (age >= wait) void this.again();
  }

  /** Fetch now. */
  async again(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.value = await this.fetch();
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
    this.#busy = false;
    this.#at = Date.now();
    arrivals.dispatchEvent(new Event("change"));
  }
}

/** One Fetching for every question, kept for whoever asks the same again. */
export function kept<Question, Answer>(fetch: (question: Question) => Promise<Answer>): (question: Question) => Fetching<Answer> {
  const known = new Map<string, Fetching<Answer>>();
  return (question) => {
    const key = JSON.stringify(question);
    const there = known.get(key) ?? new Fetching(() => fetch(question));
    known.set(key, there);
    return there;
  };
}
