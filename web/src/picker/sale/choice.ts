// What the visitor wants: how many seats, of which kinds, and the seats they have chosen so far.
import type { Money, Seat, SeatKind } from "../../seat-map/types.ts";
import { type Party, keepParty, keptParty } from "./party.ts";

export class Choice {
  party = keptParty();
  /** Only seats of these kinds; null: of any. */
  kinds: SeatKind[] | null = null;
  seats: Seat[] = [];
  total: Money | null = null;

  constructor(readonly changed: () => void) {}

  /** What the best seats shall be like. */
  get wish(): { kinds: SeatKind[] | null; accessible: number } {
    return { kinds: this.kinds, accessible: this.party.accessible ? 1 : 0 };
  }

  change = (party: Party): void => {
    this.party = party;
    keepParty(party);
    this.changed();
  };

  filter = (kinds: SeatKind[] | null): void => {
    this.kinds = kinds;
    this.changed();
  };

  take({ seats, total }: { seats: Seat[]; total: Money | null }): void {
    this.seats = seats;
    this.total = total;
    this.changed();
  }

  /** The labels of the chosen seats but one. */
  without(label: string): string[] {
    return this.seats.map((seat) => seat.label).filter((other) => other !== label);
  }
}
