// The stretch of time a timetable shows: whole hours of the house's clock, from the first showtime to the end of the last.
import { time } from "../text/format.ts";
import type { Showtime } from "./types.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface Span {
  from: number;
  to: number;
}

export function spanOf(showtimes: readonly Showtime[], zone: string): Span | null {
  if (!showtimes.length) return null;
  const first = Math.min(...showtimes.map(({ startsAt }) => Date.parse(startsAt)));
  const last = Math.max(...showtimes.map(({ endsAt }) => Date.parse(endsAt)));
  return { from: hourBefore(first, zone), to: hourBefore(last + HOUR - 1, zone) };
}

export function hoursOf({ from, to }: Span): number[] {
  return Array.from({ length: (to - from) / HOUR }, (_, hour) => from + hour * HOUR);
}

/** Where a moment lies: 0 at the left end, 1 at the right. */
export function placeOf(moment: number, { from, to }: Span): number {
  return (moment - from) / (to - from);
}

/** Zones are not whole hours apart: the minutes are those of the clock on the wall. */
function hourBefore(moment: number, zone: string): number {
  const minutes = Number(time(new Date(moment).toISOString(), zone).slice(-2));
  return Math.floor(moment / MINUTE) * MINUTE - minutes * MINUTE;
}
