// Choosing seats: what one press does to the selection, and how much it may hold.
import type { Store } from "./store.ts";

export interface Choice {
  labels: Set<string>;
  /** Whether it would be more than allowed; then it is not taken. */
  tooMany: boolean;
}

/** The selection after this seat was pressed, with the other half of a love seat; null if that changes nothing. */
export function pressed(store: Store, label: string, max: number): Choice | null {
  const together = [...store.withPairs([label])];
  if (!together.every((each) => isFree(store, each))) return null;
  const labels = new Set(store.selection);
  const isChosen = labels.has(label);
  for (const each of together) isChosen ? labels.delete(each) : labels.add(each);
  return { labels, tooMany: !isChosen && labels.size > max };
}

/** As many of these as are free. */
export function wanted(store: Store, asked: Iterable<string>, max: number): Choice {
  const labels = new Set([...store.withPairs(asked)].filter((label) => isFree(store, label)));
  return { labels, tooMany: labels.size > max };
}

function isFree(store: Store, label: string): boolean {
  const seat = store.seat(label);
  return seat !== undefined && store.isFree(seat);
}
