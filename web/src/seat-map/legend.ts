// What the outlines and signs mean, and what each kind costs. A page may put its own in the slot "legend".
import { draw, make } from "./dom.ts";
import { type Place, SEAT } from "./geometry.ts";
import { bodyOf, signOf } from "./shapes.ts";
import type { Look } from "./store.ts";
import type { Speech } from "./texts.ts";
import type { Seat } from "./types.ts";

const STATES: Look[] = ["selected", "mine", "held", "booked"];

export class Legend {
  readonly #list = make("ul", { class: "legend", part: "legend" });
  readonly root = make("slot", { name: "legend" }, this.#list);

  show(speech: Speech, seats: Seat[]): void {
    const kinds = [...new Map(seats.map((seat) => [seat.kind, seat])).values()];
    const pair = seats.find(({ pairedWith }) => pairedWith);
    const [any] = seats;
    this.#list.replaceChildren(
      ...kinds.map((seat) => item(seat, "available", speech.say(seat.kind), priceOf(seats, seat, speech))),
      ...(pair ? [item(pair, "available", speech.say("loveSeat"), "", ["left", "right"])] : []),
      ...(any ? STATES.map((look) => item({ ...any, kind: "STANDARD" }, look, speech.say(look), "")) : []),
    );
  }
}

/** What seats of this kind cost; nothing if they differ. */
function priceOf(seats: Seat[], { kind, price }: Seat, speech: Speech): string {
  return seats.every((seat) => seat.kind !== kind || seat.price.amount === price.amount) ? speech.money(price) : "";
}

function item(seat: Seat, look: Look, name: string, price: string, halves: Place["half"][] = [null]): HTMLLIElement {
  const pictures = halves.map((half, index) => {
    const place = { seat, half, x: 0, y: 0, turn: 0 };
    const paths = [draw("path", { class: "body", d: bodyOf(place, look) }), draw("path", { class: "sign", d: signOf(place, look) })];
    return draw("g", { transform: `translate(${index * SEAT})` }, ...paths);
  });
  const width = halves.length * SEAT;
  const classes = `seat ${seat.kind.toLowerCase()} ${look}`;
  const picture = draw("svg", { viewBox: `-16 -16 ${width} 32`, width: width * 0.7, class: classes, "aria-hidden": "true" }, ...pictures);
  return make("li", {}, picture, name, ...(price ? [" ", make("b", {}, price)] : []));
}
