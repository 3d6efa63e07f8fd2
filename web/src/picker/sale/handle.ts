import type { BestSeats, Hold, SeatMapSnapshot, Wish } from "../../seat-map/types.ts";

/** What the sale uses of `<seat-map>`. */
export interface SeatMapHandle extends HTMLElement {
  readonly map: SeatMapSnapshot | null;
  selection: string[];
  select(labels: string[]): void;
  bestSeats(count: number, wish?: Wish): Promise<BestSeats | null>;
  hold(): Promise<Hold | null>;
  holdBest(count: number, wish?: Wish): Promise<Hold | null>;
  extend(): Promise<Hold | null>;
  release(): Promise<Hold | null>;
  resume(hold: Hold | null): unknown;
}
