// Where everything is drawn: the house as a plan in drawing units, its rows bent gently around the screen.
import type { Seat } from "./types.ts";

export const SEAT = 32;
const ROW = 35;
const SIDE = 56;
const HEAD = 104;
const SECTION = 30;
const FOOT = 30;

export interface Point {
  x: number;
  y: number;
}

/** A seat in the drawing; `turn` in degrees. */
export interface Place extends Point {
  seat: Seat;
  turn: number;
  half: "left" | "right" | null;
}

export interface Row {
  name: string;
  section: string | null;
  places: Place[];
  ends: [Point, Point];
}

export interface Plan {
  width: number;
  height: number;
  rows: Row[];
  places: Map<string, Place>;
  sections: (Point & { name: string })[];
}

export function planOf(seats: Seat[]): Plan {
  const xs = seats.map(({ x }) => x);
  const first = Math.min(...xs);
  const columns = Math.max(...xs) - first + 1;
  const width = columns * SEAT + 2 * SIDE;
  const bend = bending(columns, width / 2);
  const plan: Plan = { width, height: 0, rows: [], places: new Map(), sections: [] };
  const partners = new Map(seats.map((seat) => [seat.label, seat]));
  const placeOf = (seat: Seat, y: number): Place => {
    const other = seat.pairedWith ? partners.get(seat.pairedWith) : undefined;
    // The halves of a love seat stand in one line, turned as one.
    const away = other ? (seat.x - other.x) / 2 : 0;
    const middle = SIDE + (seat.x - away - first + 0.5) * SEAT;
    const { rise, turn } = bend(middle);
    const slope = Math.tan((turn * Math.PI) / 180);
    return { seat, x: middle + away * SEAT, y: y - rise + slope * away * SEAT, turn, half: other ? (away < 0 ? "left" : "right") : null };
  };
  for (const { seats: members, y, opens } of rowsOf(seats)) {
    const places = members.map((seat) => placeOf(seat, y));
    const [{ row, section }] = members as [Seat];
    const ends = [SIDE / 2, width - SIDE / 2].map((x) => ({ x, y: y - bend(x).rise })) as [Point, Point];
    plan.rows.push({ name: row, section, places, ends });
    if (opens && section) plan.sections.push({ name: section, x: width / 2, y: y - ROW * 0.5 - SECTION / 2 });
    for (const place of places) plan.places.set(place.seat.label, place);
    plan.height = y + ROW / 2 + FOOT;
  }
  return plan;
}

/** Rows in order, each with the height it is drawn at; a section that begins without a cross aisle gets room for its name. */
function rowsOf(seats: Seat[]): { seats: Seat[]; y: number; opens: boolean }[] {
  const rows: Seat[][] = [];
  for (const seat of seats) {
    const last = rows.at(-1);
    if (last?.[0]?.row === seat.row) last.push(seat);
    else rows.push([seat]);
  }
  let extra = HEAD;
  let before: Seat | null = null;
  const front = seats[0]?.y ?? 0;
  return rows.map((members) => {
    const [seat] = members as [Seat];
    const opens = seat.section !== null && seat.section !== (before?.section ?? null);
    if (opens && (!before || seat.y - before.y < 2)) extra += SECTION;
    before = seat;
    return { seats: members, y: extra + (seat.y - front) * ROW, opens };
  });
}

/** How far a row rises at x towards the screen, and how a seat turns there. */
function bending(columns: number, middle: number): (x: number) => { rise: number; turn: number } {
  const depth = Math.min(ROW * 0.9, columns * 1.1);
  return (x) => {
    const t = (x - middle) / middle;
    return { rise: depth * t * t, turn: -Math.atan((2 * depth * t) / middle) * (180 / Math.PI) };
  };
}
