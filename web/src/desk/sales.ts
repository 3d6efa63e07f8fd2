// Sales over time and by film: charts, or the same as tables.
import { html } from "lit-html";
import { serverNow } from "../api/clock.ts";
import { say as said } from "../text/desk.ts";
import { say } from "../text/desk-sales.ts";
import { calendarDay, money } from "../text/format.ts";
import { type Hour, everyHour, hourTold, hoursChart } from "./charts/hours.ts";
import { type MeasureName, type Sold, measure } from "./charts/measure.ts";
import { bestFirst, moviesChart } from "./charts/movies.ts";
import { widthOf } from "./charts/widths.ts";
import { house } from "./house.ts";
import { count } from "./numbers.ts";
import type { MovieSales, Sales, Venue } from "./types.ts";

type Chart = "hours" | "movies";
const asTable: Record<Chart, boolean> = { hours: false, movies: false };
let shown: MeasureName = "tickets";

const redraw = (): boolean => window.dispatchEvent(new Event("marquee-redraw"));

export function salesCharts(): unknown {
  const { venue, sales } = house;
  const sold = venue && sales?.byHour.length ? { venue, sales } : null;
  return html`${frame("hours", say("byHour"), sold && hours(sold.venue, sold.sales))}
    ${frame("movies", say("byMovie"), sold && movies(sold.venue, sold.sales))}`;
}

function frame(name: Chart, title: string, inside: unknown): unknown {
  const day = house.salesDay === house.today ? said("today") : house.salesDay && calendarDay(house.salesDay);
  return html`<section class="panel sales ${name}" aria-labelledby="${name}-title">
    <div class="head"><h2 id="${name}-title">${say("sales")} · ${title}</h2><p class="soft small">${day}</p>
      ${name === "hours" ? measures() : ""}
      <button class="button quiet small" aria-pressed=${asTable[name]} @click=${() => turn(name)}>${say("asTable")}</button>
    </div>
    <div class="chart" data-chart=${name}>${inside ?? html`<p class="nothing soft">${house.sales ? say("noSales") : ""}</p>`}</div>
  </section>`;
}

function measures(): unknown {
  const choose = (name: MeasureName): void => {
    shown = name;
    redraw();
  };
  const choice = (name: MeasureName, text: string): unknown =>
    html`<button class="small" aria-pressed=${shown === name} @click=${() => choose(name)}>${text}</button>`;
  return html`<div class="segments" role="group" aria-label=${say("measure")}>
    ${choice("tickets", say("showTickets"))}${choice("revenue", say("showRevenue"))}
  </div>`;
}

function turn(name: Chart): void {
  asTable[name] = !asTable[name];
  redraw();
}

function hours({ timezone, currency }: Venue, { byHour }: Sales): unknown {
  const list = everyHour(byHour, house.salesDay === house.today ? serverNow() : 0, currency);
  if (asTable.hours) return hoursTable(list, timezone);
  return hoursChart({ list, zone: timezone, day: house.salesDay, measure: measure(shown, currency) }, widthOf("hours"));
}

function movies({ currency }: Venue, { byMovie }: Sales): unknown {
  const counted = measure(shown, currency);
  const list = bestFirst(byMovie, counted);
  return asTable.movies ? moviesTable(list) : moviesChart({ list, day: house.salesDay, measure: counted }, widthOf("movies"));
}

function hoursTable(list: Hour[], zone: string): unknown {
  return table(say("byHour"), say("hour"), list.map((hour) => row(hourTold(hour, zone), hour)));
}

function moviesTable(list: MovieSales[]): unknown {
  return table(say("byMovie"), say("film"), list.map((sold) => row(sold.movie.title, sold)));
}

function row(name: string, { tickets, revenue }: Sold): unknown {
  return html`<tr><th scope="row">${name}</th><td>${count(tickets)}</td><td>${money(revenue)}</td></tr>`;
}

function table(title: string, first: string, rows: unknown[]): unknown {
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${title}><table>
    <caption class="unseen">${say("sales")} · ${title}, ${calendarDay(house.salesDay)}</caption>
    <thead><tr><th scope="col">${first}</th><th scope="col">${say("showTickets")}</th><th scope="col">${say("showRevenue")}</th></tr></thead>
    <tbody>${rows}</tbody>
  </table></div>`;
}
