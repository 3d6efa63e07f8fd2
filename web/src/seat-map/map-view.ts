// The map: the house drawn as SVG, seats that can be pressed, walked to and zoomed into.
import { attribute, draw, make } from "./dom.ts";
import { type Place, type Plan, type Point, planOf } from "./geometry.ts";
import { Gestures, isAt } from "./gestures.ts";
import { lightOf, rowOf, screenOf, sectionsOf } from "./house-drawing.ts";
import { step } from "./keyboard.ts";
import { SeatDrawing } from "./seat-drawing.ts";
import type { Scene, View } from "./view.ts";
import { Zoom } from "./zoom.ts";

const EMPTY: Plan = { width: 1, height: 1, rows: [], places: new Map(), sections: [] };

export class MapView implements View {
  readonly zoom: Zoom;
  readonly root = make("div", { class: "stage", part: "map" });
  readonly #scene: Scene;
  readonly #svg = draw("svg", { role: "grid", "aria-multiselectable": "true" });
  readonly #world = draw("g", { class: "world" });
  readonly #ring = draw("rect", { class: "ring", x: -17, y: -17, width: 34, height: 34, rx: 9 });
  readonly #tip = make("div", { class: "tip", "aria-hidden": "true", hidden: "" });
  readonly #drawings = new Map<string, SeatDrawing>();
  #plan = EMPTY;
  #active: Place | null = null;
  #hasNumbers = false;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#svg.append(lightOf(), this.#world);
    this.root.append(this.#svg, this.#tip);
    this.zoom = new Zoom(this.#svg, this.#world, () => this.#zoomed());
    new Gestures(this.#svg, this.zoom, {
      find: (point) => this.#find(point),
      toggle: (label) => this.#press(label),
      hover: (label) => this.#showTip(label),
    });
    this.#svg.addEventListener("keydown", (event) => this.#key(event));
    // Not on the svg: Chromium makes one that listens for focus a tab stop.
    this.root.addEventListener("focusin", ({ target }) => this.#focused(target as Element));
    this.root.addEventListener("focusout", () => this.#unfocused());
    new ResizeObserver(() => this.#zoomed()).observe(this.#svg);
  }

  build(): void {
    const { store, speech, readonly } = this.#scene;
    this.#plan = store.map ? planOf(store.map.seats) : EMPTY;
    this.#drawings.clear();
    for (const place of this.#plan.places.values()) this.#drawings.set(place.seat.label, new SeatDrawing(place));
    const rows = this.#plan.rows.map((row) =>
      rowOf(row, row.places.flatMap(({ seat }) => this.#drawings.get(seat.label)?.node ?? []), this.#scene),
    );
    this.#world.replaceChildren(screenOf(this.#plan, speech.say("screen")), ...sectionsOf(this.#plan, rows), this.#ring);
    attribute(this.#svg, "viewBox", `0 0 ${this.#plan.width} ${this.#plan.height}`);
    attribute(this.#svg, "aria-label", speech.say("map"));
    attribute(this.#svg, "aria-description", speech.say("keys"));
    attribute(this.#svg, "aria-readonly", readonly ? "true" : null);
    this.update(this.#drawings.keys(), new Set());
    this.#activate(this.#plan.places.get(this.#active?.seat.label ?? "") ?? this.#first());
    this.#hasNumbers = false;
    this.zoom.resize(this.#plan.width, this.#plan.height);
  }

  update(labels: Iterable<string>, fresh: ReadonlySet<string>): void {
    for (const label of labels) {
      const drawing = this.#drawings.get(label);
      drawing?.update(this.#scene);
      if (fresh.has(label)) drawing?.pulse();
    }
  }

  focus(label: string): void {
    const place = this.#plan.places.get(label);
    if (!place) return;
    this.#activate(place);
    this.#drawings.get(label)?.node.focus({ preventScroll: this.zoom.isIn });
    this.zoom.show(place);
  }

  #find(point: Point): string | null {
    for (const place of this.#plan.places.values()) if (isAt(place, point)) return place.seat.label;
    return null;
  }

  #press(label: string): void {
    const place = this.#plan.places.get(label);
    if (place) this.#activate(place);
    this.#scene.toggle(label);
  }

  /** The first seat that could be bought, for a start. */
  #first(): Place | null {
    const places = [...this.#plan.places.values()];
    return places.find(({ seat }) => this.#scene.store.isFree(seat)) ?? places[0] ?? null;
  }

  /** The one seat that the Tab key leads to. */
  #activate(place: Place | null): void {
    if (this.#active) this.#drawings.get(this.#active.seat.label)?.node.removeAttribute("tabindex");
    this.#active = place;
    if (place) this.#drawings.get(place.seat.label)?.node.setAttribute("tabindex", "0");
  }

  #key(event: KeyboardEvent): void {
    const from = this.#active;
    if (!from || event.altKey || event.metaKey) return;
    const zooms: Record<string, () => void> = { "+": () => this.zoom.step(1.5), "-": () => this.zoom.step(1 / 1.5), "0": () => this.zoom.fit() };
    const next = step(this.#plan, from, event.key, event.ctrlKey);
    if (next) this.focus(next.seat.label);
    else if (event.key === " " || event.key === "Enter") this.#scene.toggle(from.seat.label);
    else if (zooms[event.key] && !event.ctrlKey) zooms[event.key]?.();
    else return;
    event.preventDefault();
  }

  #focused(target: Element): void {
    if (!target.matches(":focus-visible") || !this.#active) return;
    const { x, y, turn, seat } = this.#active;
    attribute(this.#ring, "transform", `translate(${x} ${y}) rotate(${turn})`);
    this.#svg.classList.add("focused");
    this.zoom.show(this.#active);
    this.#showTip(seat.label);
  }

  #unfocused(): void {
    this.#svg.classList.remove("focused");
    this.#showTip(null);
  }

  #zoomed(): void {
    const { showsNumbers, isIn } = this.zoom;
    if (showsNumbers && !this.#hasNumbers) {
      for (const drawing of this.#drawings.values()) drawing.drawNumber();
      this.#hasNumbers = true;
    }
    this.#svg.classList.toggle("numbers", showsNumbers);
    this.#svg.classList.toggle("in", isIn);
    this.#showTip(null);
  }

  /** What a sighted person reads beside the seat they point at. */
  #showTip(label: string | null): void {
    const place = label ? this.#plan.places.get(label) : null;
    const seat = label ? this.#scene.store.seat(label) : null;
    this.#tip.hidden = !place || !seat;
    if (!place || !seat) return;
    const { speech, store } = this.#scene;
    const look = store.look(seat);
    const price = make("b", {}, speech.money(seat.price));
    const words = [speech.kind(seat), ...(look === "available" ? [] : [speech.say(look)])].join(" · ");
    this.#tip.replaceChildren(make("strong", {}, seat.label), " ", price, make("span", {}, words));
    const frame = this.root.getBoundingClientRect();
    const at = this.zoom.onPage({ x: place.x, y: place.y - 15 });
    const [x, half] = [at.x - frame.left, this.#tip.offsetWidth / 2];
    this.#tip.style.left = `${Math.min(frame.width - half, Math.max(half, x))}px`;
    this.#tip.style.top = `${at.y - frame.top}px`;
    this.#tip.classList.toggle("below", at.y - frame.top < this.#tip.offsetHeight);
  }
}
