// The outlines of seats, seen from above with the screen at the top, in a box from -13 to 13. A kind is known by its outline as well as
// by its colour, and a state by its sign or its lack of body.
import type { Place } from "./geometry.ts";
import type { Look } from "./store.ts";
import type { SeatKind } from "./types.ts";

const CHAIR = "M-7-12H7a5 5 0 0 1 5 5V3a9 9 0 0 1-9 9H-3a9 9 0 0 1-9-9V-7a5 5 0 0 1 5-5z";
const ARMCHAIR =
  "M-13-4a2 2 0 0 1 4 0V5a4 4 0 0 0 4 4H5a4 4 0 0 0 4-4V-4a2 2 0 0 1 4 0V5a8 8 0 0 1-8 8H-5a8 8 0 0 1-8-8z" +
  "M-4-12H4a3.5 3.5 0 0 1 3.5 3.5V4a3.5 3.5 0 0 1-3.5 3.5H-4A3.5 3.5 0 0 1-7.5 4V-8.5A3.5 3.5 0 0 1-4-12z";
const THRONE = "M-13-10.5l6.5 5L0-13l6.5 7.5L13-10.5V4a9 9 0 0 1-9 9H-4a9 9 0 0 1-9-9z";
const DISC = "M0-13a13 13 0 1 1 0 26a13 13 0 1 1 0-26z";
const LOZENGE = "M-4.5-12.5H4.5L12.5-4.5V4.5L4.5 12.5H-4.5L-12.5 4.5V-4.5z";
const DOT = "M0-5a5 5 0 1 1 0 10a5 5 0 1 1 0-10z";
const SOFA_LEFT = "M-7-12H16V13H-4a9 9 0 0 1-9-9V-6a6 6 0 0 1 6-6z";
const SOFA_RIGHT = "M7-12H-16V13H4a9 9 0 0 0 9-9V-6a6 6 0 0 0-6-6z";

const BODIES: Record<SeatKind, string> = { STANDARD: CHAIR, PREMIUM: ARMCHAIR, VIP: THRONE, WHEELCHAIR: DISC, COMPANION: LOZENGE };

const WHEELCHAIR = "M-1.5-8.5v.01M-1.5-4.5V1.5H4L6.5 7M-4.5-.5A5 5 0 1 0 2.5 6";
const PLUS = "M0-4.5V4.5M-4.5 0H4.5";
const HALF_HEART_LEFT = "M16-1C14.5-4.5 10-3.5 10.5-.5C11 2 14 4 16 5.5";
const HALF_HEART_RIGHT = "M-16-1C-14.5-4.5-10-3.5-10.5-.5C-11 2-14 4-16 5.5";
const CHECK = "M-5 .5L-1.5 4L5-3.5";
const PERSON = "M0-5.5a2.4 2.4 0 1 1 0 4.8a2.4 2.4 0 1 1 0-4.8zM-5 6.5a5 4.5 0 0 1 10 0";
const SLASH = "M-4-4L4 4M4-4L-4 4";

const KIND_SIGNS: Partial<Record<SeatKind, string>> = { WHEELCHAIR, COMPANION: PLUS };

export function bodyOf({ seat, half }: Place, look: Look): string {
  if (look === "booked" || look === "blocked") return DOT;
  if (half) return half === "left" ? SOFA_LEFT : SOFA_RIGHT;
  return BODIES[seat.kind];
}

/** The lines on the seat; none for most. */
export function signOf({ seat, half }: Place, look: Look): string {
  if (look === "selected") return CHECK;
  if (look === "mine") return PERSON;
  if (look === "blocked") return SLASH;
  if (look === "booked") return "";
  if (half) return half === "left" ? HALF_HEART_LEFT : HALF_HEART_RIGHT;
  return KIND_SIGNS[seat.kind] ?? "";
}

/** The outline of a kind, for the legend. */
export function outlineOf(kind: SeatKind): string {
  return BODIES[kind];
}

export const signOfKind = (kind: SeatKind): string => KIND_SIGNS[kind] ?? "";
