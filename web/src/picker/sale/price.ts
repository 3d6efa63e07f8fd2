// What a price is made of: each seat at the price the map showed, what is for the whole sale, and what the seats' prices contain.
import { html, nothing } from "lit-html";
import { sum } from "../../seat-map/money.ts";
import { money } from "../../text/format.ts";
import { mark } from "./legend.ts";
import type { PriceLine } from "./model.ts";
import { say } from "./texts.ts";

/** One row a seat. */
export function seatRows(lines: PriceLine[]): unknown {
  const seats = lines.filter(({ part }) => part === "BASE");
  return html`<ul class="cart-lines" role="list">${seats.map(({ seat, kind }) =>
    html`<li>${kind ? mark(kind) : nothing}
      <span class="line-words"><strong>${seat}</strong>${kind ? html`<span class="soft small">${say(kind)}</span>` : nothing}</span>
      <span class="amount">${amount(lines.filter((line) => line.seat === seat))}</span></li>`)}</ul>`;
}

/** What is added for the whole sale; then the fees and taxes that are in the seats' prices already. */
export function furtherRows(lines: PriceLine[]): unknown {
  const forAll = byName(lines.filter(({ seat }) => seat === null));
  const within = byName(lines.filter(({ seat, part }) => seat !== null && part !== "BASE" && part !== "SEAT_KIND"));
  return html`${forAll.size ? html`<dl class="sums">${rows(forAll)}</dl>` : nothing}
    ${within.size ? html`<div class="soft small"><p>${say("within")}</p><dl class="sums">${rows(within)}</dl></div>` : nothing}`;
}

function byName(lines: PriceLine[]): Map<string, PriceLine[]> {
  const found = new Map<string, PriceLine[]>();
  for (const line of lines) found.set(name(line), [...(found.get(name(line)) ?? []), line]);
  return found;
}

/** In the visitor's language where the house has not chosen the words. */
function name({ part, text }: PriceLine): string {
  return part === "FEE" ? say("fee") : part === "ROUNDING" ? say("rounding") : text;
}

const rows = (named: Map<string, PriceLine[]>): unknown =>
  [...named].map(([words, lines]) => html`<div><dt>${words}</dt><dd class="amount">${amount(lines)}</dd></div>`);

function amount(lines: PriceLine[]): string {
  const total = sum(lines.map((line) => line.amount));
  return total ? money(total) : "";
}
