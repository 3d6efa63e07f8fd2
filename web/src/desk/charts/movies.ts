// Sales by film: the best first, as bars to be compared at a glance.
import { html, nothing, svg } from "lit-html";
import { say } from "../../text/desk-sales.ts";
import { calendarDay } from "../../text/format.ts";
import type { MovieSales } from "../types.ts";
import type { Measure } from "./measure.ts";
import { fitting, scale } from "./scale.ts";

const MOST = 7;
const ROW = 36;
const FIGURE = 96;

export interface Movies {
  list: MovieSales[];
  day: string;
  measure: Measure;
}

export function bestFirst(list: readonly MovieSales[], { of }: Measure): MovieSales[] {
  return [...list].sort((one, other) => of(other) - of(one));
}

export function moviesChart({ list, day, measure }: Movies, width: number): unknown {
  const shown = list.slice(0, MOST);
  const length = scale(Math.max(...shown.map(measure.of)), 0, width);
  return html`<svg viewBox="0 0 ${width} ${shown.length * ROW}" role="img" aria-label=${summary(shown, day, measure)}>
      ${shown.map((sold, place) => bar(sold, place * ROW))}
    </svg>
    ${list.length > MOST ? html`<p class="soft small">${say("more", { count: list.length - MOST, n: list.length - MOST })}</p>` : nothing}`;

  function bar(sold: MovieSales, top: number): unknown {
    return svg`<g class="bar"><title>${sold.movie.title}: ${measure.told(sold)}</title>
      <text class="name" x="0" y=${top + 14}>${fitting(sold.movie.title, width - FIGURE)}</text>
      <text class="name" x=${width} y=${top + 14} text-anchor="end">${measure.told(sold)}</text>
      <rect class="ground" x="0" y=${top + 20} width=${width} height="8" rx="4"></rect>
      <rect class="fill" x="0" y=${top + 20} width=${length(measure.of(sold))} height="8" rx="4"></rect></g>`;
  }
}

function summary(shown: MovieSales[], day: string, measure: Measure): string {
  const list = shown.map((sold) => `${sold.movie.title} ${measure.told(sold)}`).join(", ");
  return say("moviesSummary", { what: measure.name, day: calendarDay(day), list });
}
