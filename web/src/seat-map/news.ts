// What is said aloud: one's own doings at once, other people's not more than once in a while.
import { make } from "./dom.ts";

const PAUSE = 5_000;

export class News {
  readonly root = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
  #waiting: (() => string) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Say something now. */
  say(text: string): void {
    this.root.textContent = text;
  }

  /** Say something soon; what is newer by then is said instead. */
  mention(text: () => string): void {
    this.#waiting = text;
    this.#timer ??= setTimeout(() => this.#tell(), PAUSE);
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#waiting) this.say(this.#waiting());
    this.#waiting = null;
  }
}
