// One seat of the map: its outline, its sign, its number, and its name for those who hear it.
import { attribute, draw, isStill } from "./dom.ts";
import type { Place } from "./geometry.ts";
import { bodyOf, signOf } from "./shapes.ts";
import type { Look } from "./store.ts";
import type { Scene } from "./view.ts";

const SIGNED: ReadonlySet<Look> = new Set(["selected", "mine", "blocked"]);

const PULSES = 8;
let pulsing = 0;

export class SeatDrawing {
  readonly node: SVGGElement;
  readonly place: Place;
  readonly #body = draw("path", { class: "body" });
  #sign: SVGPathElement | null = null;
  #number: SVGTextElement | null = null;

  constructor(place: Place) {
    this.place = place;
    const { seat, x, y, turn } = place;
    const transform = `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn.toFixed(2)})`;
    this.node = draw("g", { role: "gridcell", "data-label": seat.label, transform }, this.#body);
  }

  update(scene: Scene): void {
    const seat = scene.store.seat(this.place.seat.label) ?? this.place.seat;
    const look = scene.store.look(seat);
    const isFree = scene.store.isFree(seat);
    const classes = `seat ${seat.kind.toLowerCase()} ${look}${this.place.half ? " half" : ""}${scene.isDimmed(seat.label) ? " dim" : ""}`;
    attribute(this.node, "class", classes);
    attribute(this.node, "aria-label", scene.speech.name(seat, look));
    attribute(this.node, "aria-selected", isFree ? String(look === "selected") : null);
    attribute(this.node, "aria-disabled", isFree && !scene.readonly ? null : "true");
    attribute(this.#body, "d", bodyOf(this.place, look));
    this.#drawSign(signOf(this.place, look));
    this.node.classList.toggle("signed", SIGNED.has(look) || (seat.kind === "WHEELCHAIR" || seat.kind === "COMPANION"));
  }

  /** Its number; written only when somebody comes near enough to read it. */
  drawNumber(): void {
    this.#number ??= this.node.appendChild(draw("text", { class: "number", "aria-hidden": "true" }, String(this.place.seat.number)));
  }

  /** Show for a moment that it has just changed; not where a whole house is changing: each moment costs a drawing of the map. */
  pulse(): void {
    if (pulsing >= PULSES || isStill()) return;
    pulsing++;
    // Not opacity or scale: what moves with these becomes a layer of its own, and so does everything drawn after it.
    const halo = { fillOpacity: 0.2, stroke: "currentColor", strokeWidth: 9, strokeOpacity: 0.5 };
    const animation = this.#body.animate([halo, { ...halo, fillOpacity: 1, strokeWidth: 0, strokeOpacity: 0 }], { duration: 500, easing: "ease-out" });
    animation.onfinish = animation.oncancel = () => pulsing--;
  }

  #drawSign(lines: string): void {
    if (lines) {
      this.#sign ??= this.node.insertBefore(draw("path", { class: "sign" }), this.#body.nextSibling);
      attribute(this.#sign, "d", lines);
    } else {
      this.#sign?.remove();
      this.#sign = null;
    }
  }
}
