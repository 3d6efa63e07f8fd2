// What the shapes and colours of the map mean and cost; each kind is a button that dims all others.
import { html, nothing } from "lit-html";
import { bodyOf, outlineOf, signOf, signOfKind } from "../../seat-map/shapes.ts";
import type { Seat, SeatKind } from "../../seat-map/types.ts";
import { type Money, money } from "../../text/format.ts";
import type { Choice } from "./choice.ts";
import { say } from "./texts.ts";

const ORDER: SeatKind[] = ["STANDARD", "PREMIUM", "VIP", "WHEELCHAIR", "COMPANION"];

/** A seat's shape in its colour, beside its name. */
export function mark(kind: SeatKind): unknown {
  return html`<svg class="kind ${kind.toLowerCase()}" viewBox="-15 -15 30 30" width="24" height="24" aria-hidden="true">
    <path d=${outlineOf(kind)} /><path class="sign" d=${signOfKind(kind)} /></svg>`;
}

const STATES = ["selected", "mine", "held", "booked"] as const;

/** What the signs on seats mean. */
function states(seats: Seat[]): unknown {
  const [any] = seats;
  if (!any) return nothing;
  const place = { seat: { ...any, kind: "STANDARD" as const }, half: null, x: 0, y: 0, turn: 0 };
  return html`<ul class="legend-states small" role="list">${STATES.map((look) => html`<li>
    <svg class="kind look ${look}" viewBox="-15 -15 30 30" width="20" height="20" aria-hidden="true"><path d=${bodyOf(place, look)} /><path class="sign" d=${signOf(place, look)} /></svg>
    ${say(look)}</li>`)}</ul>`;
}

interface Kind {
  kind: SeatKind;
  from: Money;
  free: number;
}

/** The kinds of a map with their prices and how many are free. */
export function kindsOf(seats: Seat[]): Kind[] {
  return ORDER.flatMap((kind) => {
    const some = seats.filter((seat) => seat.kind === kind);
    const cheapest = some.reduce<Seat | null>((best, seat) => (best && Number(best.price.amount) <= Number(seat.price.amount) ? best : seat), null);
    return cheapest ? [{ kind, from: cheapest.price, free: some.filter(({ state }) => state === "AVAILABLE").length }] : [];
  });
}

export function legend(seats: Seat[], { kinds: chosen, filter: choose }: Choice): unknown {
  const turn = (kind: SeatKind) => (): void => {
    const next = chosen?.includes(kind) ? chosen.filter((other) => other !== kind) : [...(chosen ?? []), kind];
    choose(next.length ? next : null);
  };
  return html`<section class="legend" slot="legend" aria-label=${say("legend")}>
    <ul class="legend-kinds" role="list">${kindsOf(seats).map(({ kind, from, free }) => html`<li>
      <button class="chip" aria-pressed=${chosen?.includes(kind) ?? false} @click=${turn(kind)}>
        ${mark(kind)}<span class="chip-words"><strong>${say(kind)}</strong><span>${money(from)} <span class="soft">· ${say("freeOf", { count: free })}</span></span></span>
      </button></li>`)}
    </ul>
    ${states(seats)}
    <p class="soft small">${say("legendHint")} ${seats.some(({ pairedWith }) => pairedWith) ? say("pairs") : nothing}</p>
  </section>`;
}
