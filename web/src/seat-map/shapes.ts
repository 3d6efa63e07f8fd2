// The outlines of seats, seen from above with the screen at the top, in a box from -13 to 13. A kind is known by its outline as well as
// by its colour, and a state by its sign or its lack of body.
import type { Place } from "./geometry.ts";
import type { Look } from "./store.ts";
import type { SeatKind } from "./types.ts";

const CHAIR = "M-7-12H7a5 5 0 0 1 5 5V3a9 9 0 0 1-9 9H-3a9 9 0 0 1-9-9V-7a5 5 0 0 1 5-5z";
const ARMCHAIR =
  "M-13-3.5a1.4 1.4 0 0 1 2.8 0V5.5a4.5 4.5 0 0 0 4.5 4.5H5.7a4.5 4.5 0 0 0 4.5-4.5V-3.5a1.4 1.4 0 0 1 2.8 0V5.5a7.5 7.5 0 0 1-7.5 7.5" +
  "H-5.5a7.5 7.5 0 0 1-7.5-7.5zM-4.5-12H4.5a4 4 0 0 1 4 4V4.5a4 4 0 0 1-4 4H-4.5a4 4 0 0 1-4-4V-8a4 4 0 0 1 4-4z";
const THRONE = "M-12.5-11l6 4L0-12.5l6.5 5.5 6-4V4a8.5 8.5 0 0 1-8.5 8.5H-4a8.5 8.5 0 0 1-8.5-8.5z";
const DISC = "M0-13a13 13 0 1 1 0 26a13 13 0 1 1 0-26z";
const LOZENGE = "M-4.5-12.5H4.5L12.5-4.5V4.5L4.5 12.5H-4.5L-12.5 4.5V-4.5z";
const DOT = "M0-6.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z";
const SOFA_LEFT = "M-7-12H16.4V13H-4a9 9 0 0 1-9-9V-6a6 6 0 0 1 6-6z";
const SOFA_RIGHT = "M7-12H-16.4V13H4a9 9 0 0 0 9-9V-6a6 6 0 0 0-6-6z";

const BODIES: Record<SeatKind, string> = { STANDARD: CHAIR, PREMIUM: ARMCHAIR, VIP: THRONE, WHEELCHAIR: DISC, COMPANION: LOZENGE };

const WHEELCHAIR = "M-1.5-8.5v.01M-1.5-4.5V1.5H4L6.5 7M-4.5-.5A5 5 0 1 0 2.5 6";
const PLUS = "M0-4.5V4.5M-4.5 0H4.5";
const HALF_HEART_LEFT = "M16-1C14.5-4.5 10-3.5 10.5-.5C11 2 14 4 16 5.5";
const HALF_HEART_RIGHT = "M-16-1C-14.5-4.5-10-3.5-10.5-.5C-11 2-14 4-16 5.5";
const CHECK = "M-5 .5L-1.5 4L5-3.5";
const PERSON = "M0-5.5a2.4 2.4 0 1 1 0 4.8a2.4 2.4 0 1 1 0-4.8zM-5 6.5a5 4.5 0 0 1 10 0";
const SLASH = "M-4-4L4 4M4-4L-4 4";

const KIND_SIGNS: Partial<Record<SeatKind, string>> = { WHEELCHAIR, COMPANION: PLUS };

/** What the outline depends on. */
type Outlined = Pick<Place, "half"> & { seat: { kind: SeatKind } };

export function bodyOf({ seat, half }: Outlined, look: Look): string {
  if (look === "booked" || look === "blocked") return DOT;
  if (half) return half === "left" ? SOFA_LEFT : SOFA_RIGHT;
  return look === "held" && seat.kind === "PREMIUM" ? CHAIR : BODIES[seat.kind]; // a dashed line around each part would be a thicket
}

/** The lines on the seat; none for most. */
export function signOf({ seat, half }: Outlined, look: Look): string {
  if (look === "selected") return CHECK;
  if (look === "mine") return PERSON;
  if (look === "blocked") return SLASH;
  if (look === "booked") return "";
  if (half) return half === "left" ? HALF_HEART_LEFT : HALF_HEART_RIGHT;
  return KIND_SIGNS[seat.kind] ?? "";
}
