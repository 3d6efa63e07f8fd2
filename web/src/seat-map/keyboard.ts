// Walking through the house with the keyboard: one tab stop, and the same steps on the map and in a spreadsheet.
import type { Place, Plan, Row } from "./geometry.ts";

const LEAP = 5;

/** Where a key leads from here; null if it is not a step. */
export function step(plan: Plan, from: Place, key: string, withControl: boolean): Place | null {
  const at = plan.rows.findIndex(({ places }) => places.includes(from));
  const row = plan.rows[at];
  if (!row) return null;
  const seat = row.places.indexOf(from);
  switch (key) {
    case "ArrowLeft": return row.places[seat - 1] ?? from;
    case "ArrowRight": return row.places[seat + 1] ?? from;
    case "ArrowUp": return nearest(plan.rows[at - 1], from);
    case "ArrowDown": return nearest(plan.rows[at + 1], from);
    case "Home": return (withControl ? plan.rows[0] : row)?.places[0] ?? from;
    case "End": return (withControl ? plan.rows.at(-1) : row)?.places.at(-1) ?? from;
    case "PageUp": return nearest(plan.rows[leap(plan.rows, at, -1)], from);
    case "PageDown": return nearest(plan.rows[leap(plan.rows, at, 1)], from);
    default: return null;
  }
}

/** The seat of a row above or below this one. */
function nearest(row: Row | undefined, from: Place): Place {
  return (row?.places ?? []).reduce<Place | null>((best, place) => (best && distance(best, from) <= distance(place, from) ? best : place), null) ?? from;
}

const distance = (one: Place, other: Place): number => Math.abs(one.x - other.x);

/** The first row of the next section or of this or the one before; without sections, some rows on. */
function leap(rows: Row[], at: number, way: 1 | -1): number {
  const starts = rows.flatMap((row, index) => (row.section !== rows[index - 1]?.section ? [index] : []));
  const next = way > 0 ? starts.find((start) => start > at) : starts.findLast((start) => start < at);
  const isDivided = starts.length > 1;
  return (isDivided ? next : null) ?? Math.min(rows.length - 1, Math.max(0, isDivided ? (way > 0 ? rows.length - 1 : 0) : at + LEAP * way));
}
