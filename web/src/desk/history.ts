// How a figure has moved since the page was opened, in a fixed amount of memory.
const MOST = 240;

/** Keeps every figure at first, then every second, every fourth …: the whole time, ever more coarsely. */
export class History {
  #points: number[] = [];
  #step = 1;
  #waiting: number[] = [];

  add(figure: number): void {
    this.#waiting.push(figure);
    if (this.#waiting.length < this.#step) return;
    this.#points.push(Math.max(...this.#waiting));
    this.#waiting = [];
    if (this.#points.length < MOST) return;
    this.#points = pairs(this.#points);
    this.#step *= 2;
  }

  /** The oldest first; the last one is the figure of now. */
  get points(): readonly number[] {
    return this.#waiting.length ? [...this.#points, this.#waiting.at(-1) as number] : this.#points;
  }
}

/** A peak must not disappear: of two neighbours the greater one stays. */
function pairs(points: number[]): number[] {
  return points.filter((_, place) => place % 2 === 0).map((point, place) => Math.max(point, points[2 * place + 1] ?? point));
}
