// The figures of now, each with its past.
import { html } from "lit-html";
import { calendarDay, money } from "../text/format.ts";
import { say } from "../text/desk.ts";
import { house } from "./house.ts";
import { count, size } from "./numbers.ts";
import { sparkline } from "./sparkline.ts";
import type { Sales } from "./types.ts";

interface Figure {
  name: string;
  label: string;
  value: string;
  hint: string;
  past: readonly number[];
  summary: (low: number, high: number) => string;
}

export function figures(): unknown {
  return html`<section class="figures" aria-label=${say("figures")}>${[...ofNow(), ...ofSales()].map(card)}</section>`;
}

function ofNow(): Figure[] {
  const { now, histories } = house;
  return (["viewers", "holds", "heldSeats"] as const).map((name) => ({
    name,
    label: say(name),
    value: now ? count(now[name]) : "–",
    hint: say(`${name}Hint`),
    past: histories[name].points,
    summary: (low, high) => say("sinceOpened", { low: count(low), high: count(high) }),
  }));
}

function ofSales(): Figure[] {
  const { sales } = house;
  const day = house.salesDay === house.today ? say("today") : calendarDay(house.salesDay);
  return [
    {
      name: "tickets",
      label: say("tickets"),
      value: sales ? count(sales.tickets) : "–",
      hint: sales ? say("ticketsHint", { count: sales.bookings, n: count(sales.bookings), day }) : day,
      past: adding(sales?.byHour.map(({ tickets }) => tickets) ?? []),
      summary: () => say("overTheDay"),
    },
    {
      name: "revenue",
      label: say("revenue"),
      value: sales ? money(sales.revenue) : "–",
      hint: sales ? refunds(sales) : day,
      past: adding(sales?.byHour.map(({ revenue }) => size(revenue)) ?? []),
      summary: () => say("overTheDay"),
    },
  ];
}

function card({ name, label, value, hint, past, summary }: Figure): unknown {
  return html`<div class="panel figure" data-figure=${name}>
    <h2>${label}</h2>
    <p class="value ${value.length > 9 ? "long" : ""}">${value}</p>
    <p class="soft small">${hint}</p>
    ${sparkline(past, summary)}
  </div>`;
}

function refunds({ refunded }: Sales): string {
  return size(refunded) ? say("refunded", { amount: money(refunded) }) : say("nothingRefunded");
}

/** What came in each hour, as what there was by then; from nothing. */
function adding(points: number[]): number[] {
  let all = 0;
  return points.length ? [0, ...points.map((point) => (all += point))] : [];
}
