// What this person already has of a showtime: a hold, an unpaid booking, seats that are paid for. The server knows, the page only
// remembers: after a reload, a sleep, or something done in another window it asks again.
import { serverNow, syncClock } from "../../api/clock.ts";
import { session } from "../../api/session.ts";
import { left } from "./countdown.ts";
import { askMe } from "./me.ts";
import { BOOKING_LINE, type BookingLine, HOLD, type Hold } from "./model.ts";

const MINE = `query MineHere { me {
  holds { ${HOLD} showtime { id } }
  bookings(first: 50) { nodes { ${BOOKING_LINE} } }
} }`;

interface Answer {
  holds: (Hold & { showtime: { id: string } })[];
  bookings: { nodes: BookingLine[] };
}

interface Known {
  hold: Hold | null;
  unpaid: BookingLine | null;
  seats: string[];
}

const NOTHING: Known = { hold: null, unpaid: null, seats: [] };

async function mineAt(showtimeId: string): Promise<Known> {
  await syncClock();
  const me = await askMe<Answer>(MINE);
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

/** What became of a hold while nobody looked. */
export interface News {
  resumed: (hold: Hold) => void;
  expired: (hold: Hold) => void;
  gone: (hold: Hold) => void;
  changed: () => void;
}

export class Mine {
  hold: Hold | null = null;
  unpaid: BookingLine | null = null;
  /** Labels of the seats of this person's bookings. */
  seats: string[] = [];
  #round = 0;

  constructor(
    readonly showtimeId: string,
    readonly news: News,
  ) {}

  /** When the time to pay is over; null: there is nothing to pay for. */
  get until(): string | null {
    return this.hold?.expiresAt ?? this.unpaid?.payableUntil ?? null;
  }

  /** Something is being done now: an answer to an earlier question is out of date. */
  overtake(): void {
    this.#round += 1;
  }

  /** Ask what is mine here. */
  async recall(): Promise<void> {
    const round = ++this.#round;
    try {
      const known = session.person ? await mineAt(this.showtimeId) : NOTHING;
      if (round === this.#round) this.#remember(known);
    } catch {
      // Out of reach: the page says so, and asks again when the connection is back.
    }
  }

  #remember({ hold, unpaid, seats }: Known): void {
    const before = this.hold;
    this.hold = hold;
    this.unpaid = unpaid;
    if (seats.join() !== this.seats.join()) this.seats = seats;
    if (hold && (hold.id !== before?.id || hold.expiresAt !== before.expiresAt)) this.news.resumed(hold);
    if (before && !hold) this.news[left(before.expiresAt) > 0 ? "gone" : "expired"](before);
    this.news.changed();
  }
}
