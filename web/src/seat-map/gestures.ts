// Mouse, touch and wheel on the map. Whatever the map does not need is the page's: nobody gets stuck on it while scrolling.
import { type Point, SEAT } from "./geometry.ts";
import { TAP, type Zoom } from "./zoom.ts";

export interface Touched {
  /** The label of the seat at this point of the plan. */
  find(point: Point): string | null;
  toggle(label: string): void;
  hover(label: string | null): void;
}

const A_DRAG = 6;
const DOUBLE = 320;

export class Gestures {
  readonly #zoom: Zoom;
  readonly #touched: Touched;
  readonly #fingers = new Map<number, PointerEvent>();
  #moved = 0;
  #tap = { at: 0, x: 0, y: 0 };

  constructor(svg: SVGSVGElement, zoom: Zoom, touched: Touched) {
    this.#zoom = zoom;
    this.#touched = touched;
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"] as const) svg.addEventListener(name, ({ pointerId }) => this.#fingers.delete(pointerId));
    svg.addEventListener("pointerleave", () => touched.hover(null));
    svg.addEventListener("click", (event) => this.#click(event));
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    // Two fingers are for the map; the browser asks before it scrolls with them.
    svg.addEventListener("touchmove", (event) => event.touches.length > 1 && event.cancelable && event.preventDefault(), { passive: false });
  }

  #down(event: PointerEvent): void {
    if (!this.#fingers.size) this.#moved = 0;
    this.#fingers.set(event.pointerId, event);
  }

  #move(event: PointerEvent): void {
    const before = this.#fingers.get(event.pointerId);
    if (!before) return this.#touched.hover(event.pointerType === "mouse" ? this.#seatAt(event) : null);
    const other = [...this.#fingers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY];
    this.#moved += Math.hypot(x, y);
    if (other) this.#pinch(before, event, other);
    else if (this.#zoom.isIn && this.#moved > A_DRAG) this.#drag(event, x, y);
    this.#fingers.set(event.pointerId, event);
  }

  #drag(event: PointerEvent, x: number, y: number): void {
    const svg = event.currentTarget as SVGSVGElement;
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    this.#zoom.pan(x, y);
  }

  #pinch(before: PointerEvent, now: PointerEvent, other: PointerEvent): void {
    const distance = (one: PointerEvent): number => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
    this.#zoom.by(distance(now) / distance(before), (now.clientX + other.clientX) / 2, (now.clientY + other.clientY) / 2);
    this.#zoom.pan((now.clientX - before.clientX) / 2, (now.clientY - before.clientY) / 2);
  }

  #click(event: MouseEvent): void {
    if (this.#moved > A_DRAG && event.detail) return;
    const label = this.#seatAt(event);
    const isTouch = (event as PointerEvent).pointerType === "touch";
    if (isTouch && this.#zoom.seatPixels < TAP) return this.#zoom.near(this.#zoom.at(event.clientX, event.clientY));
    if (label) this.#touched.toggle(label);
    else if (this.#isSecond(event)) this.#double(event);
  }

  #isSecond({ timeStamp, clientX: x, clientY: y }: MouseEvent): boolean {
    const { at, x: beforeX, y: beforeY } = this.#tap;
    this.#tap = { at: timeStamp, x, y };
    return timeStamp - at < DOUBLE && Math.hypot(x - beforeX, y - beforeY) < 2 * TAP;
  }

  #double(event: MouseEvent): void {
    this.#tap.at = 0;
    if (this.#zoom.isIn) this.#zoom.fit();
    else this.#zoom.by(2.5, event.clientX, event.clientY, true);
  }

  #wheel(event: WheelEvent): void {
    const lines = event.deltaMode ? 16 : 1;
    if (event.ctrlKey || event.metaKey) {
      this.#zoom.by(Math.exp(-event.deltaY * lines * 0.01), event.clientX, event.clientY);
      event.preventDefault();
    } else if (this.#zoom.isIn && this.#zoom.pan(-event.deltaX * lines, -event.deltaY * lines)) {
      event.preventDefault();
    }
  }

  /** The seat that was pressed: the one under the pointer, or whose place it is. */
  #seatAt(event: MouseEvent): string | null {
    const pressed = (event.target as Element).closest<SVGGElement>("[data-label]")?.dataset["label"];
    return pressed ?? this.#touched.find(this.#zoom.at(event.clientX, event.clientY));
  }
}

/** Whether a point lies in the square that belongs to a place. */
export function isAt(place: Point, { x, y }: Point): boolean {
  return Math.abs(place.x - x) <= SEAT / 2 && Math.abs(place.y - y) <= SEAT / 2;
}
