// What this person already has of a showtime: a hold, an unpaid booking, seats that are paid for.
import { ask } from "../../api/graphql.ts";
import { serverNow } from "../../api/clock.ts";
import { BOOKING_LINE, type BookingLine, HOLD, type Hold, type Payment } from "./model.ts";

const MINE = `query MineHere { me {
  holds { ${HOLD} showtime { id } }
  bookings(first: 50) { nodes { ${BOOKING_LINE} payments { id provider status checkoutUrl amount { amount currency } } } }
} }`;

export type Unpaid = BookingLine & { payments: Payment[] };

interface Answer {
  me: { holds: (Hold & { showtime: { id: string } })[]; bookings: { nodes: Unpaid[] } } | null;
}

export interface MineHere {
  hold: Hold | null;
  unpaid: Unpaid | null;
  /** Labels of the seats of bookings. */
  seats: string[];
}

export const NOTHING: MineHere = { hold: null, unpaid: null, seats: [] };

/** Ask what is mine here: after a reload, a sleep, or something done in another window. */
export async function mineAt(showtimeId: string): Promise<MineHere> {
  const { me } = await ask<Answer>(MINE);
  if (!me) return NOTHING;
  const holds = me.holds.filter(({ showtime, expiresAt }) => showtime.id === showtimeId && Date.parse(expiresAt) > serverNow());
  const bookings = me.bookings.nodes.filter(({ showtime }) => showtime.id === showtimeId);
  const kept = bookings.filter(({ status }) => status === "PENDING" || status === "CONFIRMED");
  return {
    hold: holds.sort((one, other) => Date.parse(other.expiresAt) - Date.parse(one.expiresAt))[0] ?? null,
    unpaid: kept.find(({ status }) => status === "PENDING") ?? null,
    seats: kept.flatMap(({ seats }) => seats),
  };
}
