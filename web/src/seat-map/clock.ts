// The server's time: a countdown must be right on a computer whose clock is wrong.

export class Clock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Take the answer to "what time is it?", asked and heard at these moments of our own clock. */
  set(serverTime: string, asked: number, heard: number): void {
    this.#ahead = Date.parse(serverTime) - (asked + heard) / 2;
  }
}
