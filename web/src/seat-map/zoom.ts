// How much of the house is seen: one transform on one group, never beyond the edges.
import { isStill } from "./dom.ts";
import { type Point, SEAT } from "./geometry.ts";

/** What a finger can hit, in CSS pixels. */
export const TAP = 24;
const NUMBERS = 24;
const COMFORTABLE = 44;
const NEAREST = 84;
/** CSS pixels a drawing unit has at most: a small house does not get giant seats. */
const LARGEST = 1.35;

export class Zoom {
  scale = 1;
  #x = 0;
  #y = 0;
  #width = 1;
  #height = 1;

  readonly #svg: SVGSVGElement;
  readonly #world: SVGGElement;
  readonly #changed: () => void;

  constructor(svg: SVGSVGElement, world: SVGGElement, changed: () => void) {
    this.#svg = svg;
    this.#world = world;
    this.#changed = changed;
  }

  /** The size of the plan, in drawing units. */
  resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.#svg.style.maxInlineSize = `${(width * LARGEST) / 16}rem`; // it grows with the page's type
    this.#set(this.scale, this.#x, this.#y, false);
  }

  get isIn(): boolean {
    return this.scale > 1.01;
  }

  /** CSS pixels a drawing unit has when the whole house is seen. */
  get #unit(): number {
    return this.#svg.getScreenCTM()?.a || 1;
  }

  /** How wide a seat is drawn now. */
  get seatPixels(): number {
    return SEAT * this.#unit * this.scale;
  }

  get showsNumbers(): boolean {
    return this.seatPixels >= NUMBERS;
  }

  get #most(): number {
    return Math.max(1.5, NEAREST / (SEAT * this.#unit));
  }

  /** Where in the plan a point of the window lies. */
  at(clientX: number, clientY: number): Point {
    const seen = this.#seen(clientX, clientY);
    return { x: (seen.x - this.#x) / this.scale, y: (seen.y - this.#y) / this.scale };
  }

  /** Where in the window a point of the plan lies. */
  onPage({ x, y }: Point): Point {
    const matrix = this.#svg.getScreenCTM();
    if (!matrix) return { x: 0, y: 0 };
    return { x: (x * this.scale + this.#x) * matrix.a + matrix.e, y: (y * this.scale + this.#y) * matrix.d + matrix.f };
  }

  /** Zoom so that what lies at this point of the window stays there. */
  by(factor: number, clientX: number, clientY: number, smooth = false): void {
    const scale = Math.min(this.#most, Math.max(1, this.scale * factor));
    const seen = this.#seen(clientX, clientY);
    const { x, y } = this.at(clientX, clientY);
    this.#set(scale, seen.x - x * scale, seen.y - y * scale, smooth);
  }

  /** Zoom around the middle of what is seen. */
  step(factor: number): void {
    const { left, top, width, height } = this.#svg.getBoundingClientRect();
    this.by(factor, left + width / 2, top + height / 2, true);
  }

  /** Come so near to this point that seats can be hit. */
  near(point: Point, pixels = COMFORTABLE): void {
    const scale = Math.min(this.#most, Math.max(this.scale, pixels / (SEAT * this.#unit)));
    this.#set(scale, this.#width / 2 - point.x * scale, this.#height / 2 - point.y * scale, true);
  }

  /** Move what is seen, in CSS pixels; false if it is at its edge already. */
  pan(byX: number, byY: number): boolean {
    const [x, y] = [this.#x, this.#y];
    this.#set(this.scale, x + byX / this.#unit, y + byY / this.#unit, false);
    return this.#x !== x || this.#y !== y;
  }

  fit(): void {
    this.#set(1, 0, 0, true);
  }

  /** Move as little as needed for this point to be seen. */
  show({ x, y }: Point): void {
    const move = (at: number, size: number): number => Math.max(0, SEAT * 1.5 - at) + Math.min(0, size - SEAT * 1.5 - at);
    const right = move(x * this.scale + this.#x, this.#width);
    const down = move(y * this.scale + this.#y, this.#height);
    if (right || down) this.#set(this.scale, this.#x + right, this.#y + down, true);
  }

  #seen(clientX: number, clientY: number): Point {
    const matrix = this.#svg.getScreenCTM();
    return matrix ? { x: (clientX - matrix.e) / matrix.a, y: (clientY - matrix.f) / matrix.d } : { x: 0, y: 0 };
  }

  #set(scale: number, x: number, y: number, smooth: boolean): void {
    this.scale = scale;
    this.#x = Math.min(0, Math.max(this.#width * (1 - scale), x));
    this.#y = Math.min(0, Math.max(this.#height * (1 - scale), y));
    this.#world.classList.toggle("smooth", smooth && !isStill());
    this.#world.style.transform = `translate(${this.#x}px,${this.#y}px) scale(${scale})`;
    this.#changed();
  }
}
