// How full a showtime is: what the house says now, or else what its seat map said when we last asked.
import type { Showtime, ShowtimeNow } from "./types.ts";

export interface Occupancy {
  capacity: number;
  booked: number;
  held: number;
  viewers: number;
  /** Booked and held seats of all, from 0 to 1. */
  share: number;
}

export function occupancy({ seatMap }: Showtime, now: ShowtimeNow | undefined): Occupancy {
  const { capacity } = seatMap;
  const booked = now ? now.bookedSeats : capacity - seatMap.available;
  const held = now?.heldSeats ?? 0;
  return { capacity, booked, held, viewers: now?.viewers ?? 0, share: capacity ? (booked + held) / capacity : 0 };
}

/** A whole number that never says "full" of a house with a seat left, nor "empty" of one with a seat taken. */
export function percentOf(share: number): number {
  if (share <= 0) return 0;
  return share >= 1 ? 100 : Math.min(99, Math.max(1, Math.round(share * 100)));
}

const STEPS = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1];

/** The colour, from 0 (nothing taken) to 8 (sold out). */
export function heat(share: number): number {
  if (share <= 0) return 0;
  const step = STEPS.findIndex((below) => share < below);
  return step < 0 ? 8 : step + 1;
}
