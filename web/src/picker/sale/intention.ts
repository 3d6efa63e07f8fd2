// A key for every intention ("pay for this booking"), kept until the answer is here: a reload in the middle, or a second
// try after the network came back, asks for the same thing again instead of doing it twice.
const PREFIX = "marquee.intention.";

function fresh(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The key to send with everything that serves this intention. */
export function keyOf(intention: string): string {
  const kept = sessionStorage.getItem(PREFIX + intention);
  if (kept) return kept;
  const key = fresh();
  sessionStorage.setItem(PREFIX + intention, key);
  return key;
}

/** The answer is here: the next time is another intention. */
export function answered(intention: string): void {
  sessionStorage.removeItem(PREFIX + intention);
}
