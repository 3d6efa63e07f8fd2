// The map as it is known now, and what this person has chosen of it. Both views show what stands here.
import { sum } from "./money.ts";
import type { Money, Seat, SeatMapPatch, SeatMapSnapshot } from "./types.ts";

/** How a seat looks to this person. */
export type Look = "available" | "selected" | "mine" | "held" | "booked" | "blocked";

export class Store {
  map: SeatMapSnapshot | null = null;
  readonly selection = new Set<string>();
  /** What the page says this person has, and what the current hold holds. */
  mine = new Set<string>();
  held = new Set<string>();
  /** Seats we are asking for: when they become HELD, that is us. */
  asked = new Set<string>();
  #seats = new Map<string, Seat>();

  seat(label: string): Seat | undefined {
    return this.#seats.get(label);
  }

  /** Forget everything: another showtime. */
  empty(): void {
    this.map = null;
    this.#seats.clear();
    this.selection.clear();
    this.asked.clear();
  }

  /** Take a whole map. The labels of what changed, or null where the house itself is another. */
  replace(map: SeatMapSnapshot): string[] | null {
    const before = this.map;
    const same = before?.seats.length === map.seats.length && map.seats.every((seat, index) => isSamePlace(seat, before.seats[index]));
    const changed = same ? map.seats.filter((seat) => seat.state !== this.seat(seat.label)?.state).map(({ label }) => label) : null;
    this.map = map;
    this.#seats = new Map(map.seats.map((seat) => [seat.label, seat]));
    return changed;
  }

  /** Apply a change. The labels of the seats whose state is another now. */
  patch(change: SeatMapPatch): string[] {
    if (!this.map || change.version <= this.map.version) return [];
    this.map.version = change.version;
    this.map.available = change.available;
    return change.seats
      .filter(({ label, state }) => {
        const seat = this.seat(label);
        if (!seat || seat.state === state) return false;
        seat.state = state;
        return true;
      })
      .map(({ label }) => label);
  }

  /** Take what somebody else has got out of the selection. */
  loseTaken(): string[] {
    const lost = [...this.selection].filter((label) => !this.asked.has(label) && this.seat(label)?.state !== "AVAILABLE");
    for (const label of lost) this.selection.delete(label);
    return lost;
  }

  look(seat: Seat): Look {
    if (this.mine.has(seat.label) || this.held.has(seat.label)) return "mine";
    if (this.selection.has(seat.label)) return "selected";
    return seat.state.toLowerCase() as Look;
  }

  /** Whether this person may choose it. */
  isFree(seat: Seat): boolean {
    return this.look(seat) === "available" || this.look(seat) === "selected";
  }

  chosen(): Seat[] {
    return [...this.selection].flatMap((label) => this.seat(label) ?? []);
  }

  total(): Money | null {
    return sum(this.chosen().map(({ price }) => price));
  }

  /** These labels, and the other halves of love seats. */
  withPairs(labels: Iterable<string>): Set<string> {
    const all = new Set<string>();
    for (const label of labels) {
      all.add(label);
      const other = this.seat(label)?.pairedWith;
      if (other) all.add(other);
    }
    return all;
  }
}

function isSamePlace(one: Seat, other: Seat | undefined): boolean {
  return (
    one.label === other?.label && one.x === other.x && one.y === other.y && one.kind === other.kind && one.section === other.section &&
    one.pairedWith === other.pairedWith && one.price.amount === other.price.amount
  );
}
