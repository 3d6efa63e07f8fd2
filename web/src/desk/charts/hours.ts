// Sales by hour: what there was by then as a line above, what came in each hour as bars below, on one axis of time.
import { html, nothing, svg } from "lit-html";
import { say } from "../../text/desk-sales.ts";
import { calendarDay, time } from "../../text/format.ts";
import type { SalesPoint } from "../types.ts";
import type { Measure, Sold } from "./measure.ts";
import { scale, ticks } from "./scale.ts";

const HOUR = 3_600_000;
const LEAST_HOURS = 8;
const LEFT = 52;
const RIGHT = 12;
const LINE = { top: 26, bottom: 96 };
const BARS = { top: 130, bottom: 260 };
const HEIGHT = 286;
const LABEL = 44;

export interface Hour extends Sold {
  at: number;
}

export interface Hours {
  list: Hour[];
  zone: string;
  day: string;
  measure: Measure;
}

/** Every hour from the first sale to the last, or to now, the empty ones too. */
export function everyHour(points: readonly SalesPoint[], until: number, currency: string): Hour[] {
  const known = new Map(points.map((point) => [Date.parse(point.at), point]));
  const first = Math.min(...known.keys());
  const hours = Math.floor((Math.max(until, ...known.keys()) - first) / HOUR) + 1;
  const before = Math.max(0, LEAST_HOURS - hours);
  return Array.from({ length: hours + before }, (_, place) => {
    const at = first + (place - before) * HOUR;
    const { tickets = 0, revenue = { amount: "0", currency } } = known.get(at) ?? {};
    return { at, tickets, revenue };
  });
}

export function hoursChart(hours: Hours, width: number): unknown {
  const step = (width - LEFT - RIGHT) / hours.list.length;
  return html`<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${summary(hours)}>
    ${line(hours, step, width)} ${bars(hours, step, width)} ${axis(hours, step)}
  </svg>`;
}

export function hourTold({ at }: Hour, zone: string): string {
  return time(new Date(at).toISOString(), zone);
}

function summary({ list, zone, day, measure }: Hours): string {
  const most = list.reduce((best, hour) => (measure.of(hour) > measure.of(best) ? hour : best));
  const values = { what: measure.name, day: calendarDay(day), total: measure.total(list), hour: hourTold(most, zone), most: measure.told(most) };
  return say("hoursSummary", values);
}

function line({ list, measure }: Hours, step: number, width: number): unknown {
  let all = 0;
  const sums = [0, ...list.map((hour) => (all += measure.of(hour)))];
  const y = scale(all, LINE.bottom, LINE.top);
  const places = sums.map((sum, place) => [LEFT + place * step, y(sum)] as const);
  const points = places.map(([x, top]) => `${x.toFixed(1)},${top.toFixed(1)}`).join(" ");
  const [x, top] = places.at(-1) ?? [LEFT, LINE.bottom];
  return svg`<text class="pane" x=${LEFT} y="14">${say("soFar")}</text>
    <line class="base" x1=${LEFT} x2=${width - RIGHT} y1=${LINE.bottom} y2=${LINE.bottom}></line>
    <polygon class="area" points="${LEFT},${LINE.bottom} ${points} ${x},${LINE.bottom}"></polygon>
    <polyline class="rise" points=${points}></polyline>
    <circle class="end" cx=${x} cy=${top} r="4"></circle>
    <text class="total" x=${x} y=${top - 10} text-anchor="end">${measure.total(list)}</text>`;
}

function bars({ list, measure, zone }: Hours, step: number, width: number): unknown {
  const marks = ticks(Math.max(...list.map(measure.of)), 3);
  const y = scale(marks.at(-1) ?? 1, BARS.bottom, BARS.top);
  const thick = Math.min(48, step * 0.72);
  const bar = (hour: Hour, place: number): unknown => {
    const [x, top] = [LEFT + place * step, y(measure.of(hour))];
    return svg`<g class="bar"><title>${hourTold(hour, zone)}: ${measure.told(hour)}</title>
      <rect class="hit" x=${x} y=${BARS.top} width=${step} height=${BARS.bottom - BARS.top}></rect>
      <rect class="fill" x=${x + (step - thick) / 2} y=${top} width=${thick} height=${BARS.bottom - top} rx="2"></rect></g>`;
  };
  return svg`<text class="pane" x=${LEFT} y=${BARS.top - 10}>${say("byHour")}</text>
    ${marks.map((mark) => svg`<line class="base" x1=${LEFT} x2=${width - RIGHT} y1=${y(mark)} y2=${y(mark)}></line>
      <text x=${LEFT - 8} y=${y(mark) + 4} text-anchor="end">${measure.short(mark)}</text>`)}
    ${list.map(bar)}`;
}

/** As many of the hours as have room. */
function axis({ list, zone }: Hours, step: number): unknown {
  const every = Math.max(1, Math.ceil(LABEL / step));
  return list.map((hour, place) =>
    place % every ? nothing : svg`<text x=${LEFT + (place + 0.5) * step} y=${HEIGHT - 8} text-anchor="middle">${hourTold(hour, zone)}</text>`,
  );
}
