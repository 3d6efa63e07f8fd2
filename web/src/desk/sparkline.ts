// A figure's past as a small line: where it comes from, not what it is.
import { html } from "lit-html";

const WIDTH = 100;
const HEIGHT = 28;
const ROOM = 2;
/** What moves by less than this share of itself shall not look like a storm. */
const CALM = 0.2;

/** `points` are oldest first; fewer than two have no past. */
export function sparkline(points: readonly number[], summary: (low: number, high: number) => string): unknown {
  if (points.length < 2) return html`<div class="spark"></div>`;
  const [low, high] = [Math.min(...points), Math.max(...points)];
  const across = WIDTH / (points.length - 1);
  const ground = Math.min(low, high * (1 - CALM));
  const height = (figure: number): number => HEIGHT - ROOM - (high ? (figure - ground) / (high - ground) : 0) * (HEIGHT - 2 * ROOM);
  const line = points.map((figure, place) => `${(place * across).toFixed(1)},${height(figure).toFixed(1)}`).join(" ");
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${summary(low, high)}>
    <polygon points="0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}"></polygon>
    <polyline points=${line}></polyline>
  </svg>`;
}
