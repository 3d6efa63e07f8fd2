// How wide each chart is: charts are drawn to the size they have, so that their letters are never stretched.
const known = new Map<string, number>();
const UNITS_A_REM = 16;
const USUAL = 640;

const observer = new ResizeObserver((entries) => {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  for (const { target, contentRect } of entries) {
    const name = (target as HTMLElement).dataset["chart"] ?? "";
    const width = Math.round((contentRect.width / rem) * UNITS_A_REM);
    if (width && known.get(name) !== width) {
      known.set(name, width);
      window.dispatchEvent(new Event("marquee-redraw"));
    }
  }
});

/** In units of a sixteenth of the page's letter size. */
export function widthOf(name: string): number {
  return known.get(name) ?? USUAL;
}

/** Watch the places for charts, `<div data-chart="name">`, that are on the page now. */
export function watchWidths(root: HTMLElement): void {
  for (const place of root.querySelectorAll("[data-chart]")) observer.observe(place);
}
