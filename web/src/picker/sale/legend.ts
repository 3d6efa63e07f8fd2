// What the shapes and colours of the map mean and cost; each kind is a button that dims all others.
import { html, nothing, svg } from "lit-html";
import type { Seat, SeatKind } from "../../seat-map/types.ts";
import { type Money, money } from "../../text/format.ts";
import { say } from "./texts.ts";

const ORDER: SeatKind[] = ["STANDARD", "PREMIUM", "VIP", "WHEELCHAIR", "COMPANION"];

const SHAPES: Record<SeatKind, unknown> = {
  STANDARD: svg`<rect x="3" y="3" width="18" height="18" rx="5" />`,
  PREMIUM: svg`<path d="M3 9a6 6 0 0 1 6-6h6a6 6 0 0 1 6 6v12H3z" />`,
  VIP: svg`<path d="M12 2l10 10-10 10L2 12z" />`,
  WHEELCHAIR: svg`<circle cx="12" cy="12" r="10" />`,
  COMPANION: svg`<path d="M7 3h10l5 9-5 9H7l-5-9z" />`,
};

/** A seat's shape in its colour, beside its name. */
export function mark(kind: SeatKind): unknown {
  return html`<svg class="kind ${kind.toLowerCase()}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">${SHAPES[kind]}</svg>`;
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

export function legend(seats: Seat[], chosen: SeatKind[] | null, choose: (kinds: SeatKind[] | null) => void): unknown {
  const turn = (kind: SeatKind) => (): void => {
    const next = chosen?.includes(kind) ? chosen.filter((other) => other !== kind) : [...(chosen ?? []), kind];
    choose(next.length ? next : null);
  };
  return html`<section class="legend" aria-label=${say("legend")}>
    <ul role="list">${kindsOf(seats).map(({ kind, from, free }) => html`<li>
      <button class="chip" aria-pressed=${chosen?.includes(kind) ?? false} @click=${turn(kind)}>
        ${mark(kind)}<span class="chip-words"><strong>${say(kind)}</strong><span>${money(from)} <span class="soft">· ${say("freeOf", { count: free })}</span></span></span>
      </button></li>`)}
    </ul>
    <p class="soft small">${say("legendHint")} ${seats.some(({ pairedWith }) => pairedWith) ? say("pairs") : nothing}</p>
  </section>`;
}
