// The house around the seats: the screen and its light, the names of sections and rows.
import { draw } from "./dom.ts";
import type { Plan, Point, Row } from "./geometry.ts";
import type { Scene } from "./view.ts";

const unseen = { "aria-hidden": "true" };

const word = (name: string, { x, y }: Point, text: string): SVGTextElement =>
  draw("text", { class: name, x: x.toFixed(1), y: y.toFixed(1), ...unseen }, text);

/** The screen as a bent line that throws its light on the first rows. */
export function screenOf({ width }: Plan, name: string): SVGGElement {
  const [left, right, middle] = [width * 0.14, width * 0.86, width / 2];
  const arc = `M${left} 44Q${middle} 8 ${right} 44`;
  const strokes = ["far", "near", "line"].map((name) => draw("path", { class: `screen ${name}`, d: arc }));
  const light = draw("path", { d: `${arc}L${width} 60V200H0V60z`, fill: "url(#light)" });
  return draw("g", unseen, light, ...strokes, word("screen-name", { x: middle, y: 56 }, name));
}

/** The way the light fades, downwards and to the sides. */
export function lightOf(): SVGDefsElement {
  const stops = [0, 1].map((offset) => draw("stop", { offset, class: `stop-${offset}` }));
  return draw("defs", {}, draw("radialGradient", { id: "light", cx: 0.5, cy: 0.06, r: 0.5 }, ...stops));
}

export function rowOf(row: Row, seats: Element[], { speech }: Scene): SVGGElement {
  const names = row.ends.map((end) => word("row-name", end, row.name));
  return draw("g", { role: "row", "aria-label": speech.say("row", { row: row.name }) }, ...names, ...seats);
}

/** Rows, each with the section it lies in, as groups of rows. */
export function sectionsOf(plan: Plan, rows: SVGGElement[]): SVGGElement[] {
  const groups: SVGGElement[] = [];
  plan.rows.forEach((row, index) => {
    if (!index || row.section !== plan.rows[index - 1]?.section) {
      const heading = plan.sections.find(({ name }) => name === row.section);
      const group = draw("g", { role: "rowgroup", ...(row.section && { "aria-label": row.section }) });
      if (heading) group.append(word("section-name", heading, heading.name));
      groups.push(group);
    }
    groups.at(-1)?.append(rows[index] as SVGGElement);
  });
  return groups;
}
