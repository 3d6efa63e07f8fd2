// What the shapes and colours of the map mean and cost; each kind is a button that dims all others.
import { html, nothing } from "lit-html";
import { bodyOf, signOf } from "../../seat-map/shapes.ts";
import type { Seat, SeatKind } from "../../seat-map/types.ts";
import { type Money, money } from "../../text/format.ts";
import type { Choice } from "./choice.ts";
import { say } from "./texts.ts";

const ORDER: SeatKind[] = ["STANDARD", "PREMIUM", "VIP", "WHEELCHAIR", "COMPANION"];

const STATES = ["selected", "mine", "held", "booked"] as const;
type Look = "available" | (typeof STATES)[number];

/** A seat as the map draws it. */
export function mark(kind: SeatKind, look: Look = "available", half: "left" | null = null): unknown {
  const outlined = { seat: { kind }, half };
  return html`<svg class="kind ${kind.toLowerCase()} ${look}" viewBox="-15 -15 30 30" aria-hidden="true">
    <path d=${bodyOf(outlined, look)} /><path class="sign" d=${signOf(outlined, look)} /></svg>`;
}

/** What the signs on seats mean. */
function signs(seats: Seat[]): unknown {
  const pair = seats.find(({ pairedWith }) => pairedWith);
  return html`<ul class="legend-signs small" role="list">
    ${STATES.map((look) => html`<li>${mark("STANDARD", look)} ${say(look)}</li>`)}
    ${pair ? html`<li>${mark(pair.kind, "available", "left")} ${say("pairs")}</li>` : nothing}
  </ul>`;
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
        ${mark(kind)}<span class="chip-words"><strong>${say(kind)}</strong>
          <span>${money(from)} <span class="soft">· ${say("freeOf", { count: free })}</span></span></span>
      </button></li>`)}
    </ul>
    ${signs(seats)}
    <p class="soft small">${say("legendHint")}</p>
  </section>`;
}
