// Something asked of the API for a view: it keeps trying while the server cannot be reached, and says so meanwhile.
import { Unreachable } from "../../api/graphql.ts";

const LONGEST_PAUSE_MS = 15_000;

export class Fetched<T> {
  value: T | undefined;
  failure: unknown = null;
  #pause = 1000;
  #timer = 0;
  #round = 0;

  constructor(
    readonly load: () => Promise<T>,
    readonly changed: () => void,
  ) {}

  /** Ask now; an answer to an earlier question no longer counts. */
  again = async (): Promise<void> => {
    window.clearTimeout(this.#timer);
    const round = ++this.#round;
    try {
      const value = await this.load();
      if (round !== this.#round) return;
      this.value = value;
      this.failure = null;
      this.#pause = 1000;
    } catch (error) {
      if (round !== this.#round) return;
      this.failure = error;
      if (error instanceof Unreachable) this.later();
    }
    this.changed();
  };

  /** Ask, and again whenever the network or the person comes back to the page. */
  start(): void {
    window.addEventListener("online", this.again);
    void this.again();
  }

  stop(): void {
    window.removeEventListener("online", this.again);
    window.clearTimeout(this.#timer);
    this.#round += 1;
  }

  /** Ask again after a pause, which grows while there is no answer. */
  later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(this.again, this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }
}
