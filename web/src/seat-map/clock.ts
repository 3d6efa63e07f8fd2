// The server's time: a countdown must be right on a computer whose clock is wrong.

const SLOW_MS = 5_000; // the computer may have slept on the way: who knows when the question was answered?

export class Clock {
  #ahead: number | null = null;

  now(): number {
    return Date.now() + (this.#ahead ?? 0);
  }

  /** Take the answer to "what time is it?", asked and heard at these moments of our own clock; a slow one only if it is the first. */
  set(serverTime: string, asked: number, heard: number): void {
    if (this.#ahead !== null && heard - asked > SLOW_MS) return;
    this.#ahead = Date.parse(serverTime) - (asked + heard) / 2;
  }
}
