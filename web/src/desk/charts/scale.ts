// From figures to lengths.

/** Round figures from 0 to a little over the greatest one: 0, 20, 40, 60. */
export function ticks(greatest: number, about: number): number[] {
  if (greatest <= 0) return [0, 1];
  const rough = greatest / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough, Number.EPSILON);
  return Array.from({ length: Math.ceil(greatest / step) + 1 }, (_, place) => place * step);
}

/** A function from figures between 0 and `greatest` to places between two ends. */
export function scale(greatest: number, low: number, high: number): (figure: number) => number {
  return (figure) => low + (greatest ? figure / greatest : 0) * (high - low);
}

/** As much of a text as fits into a width, by the look of an average letter. */
export function fitting(text: string, width: number, letter = 7): string {
  const letters = [...text];
  const room = Math.max(4, Math.floor(width / letter));
  return letters.length > room ? `${letters.slice(0, room - 1).join("").trimEnd()}…` : text;
}
