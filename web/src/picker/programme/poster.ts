// A film's poster; where there is none, or it does not load, one set in type, in colours of the film's own.
import { html, nothing } from "lit-html";
import type { Movie } from "./data.ts";

const HUES = 16;
const MOTIFS = 4;
const LONG = 8; // letters of a word

/** The same number for the same text, spread evenly (FNV-1a, then mixed: titles are short and alike). */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  return (sum ^ (sum >>> 13)) >>> 0;
}

/** The classes that give a film its colours. */
function colours({ title }: Pick<Movie, "title">): string {
  const number = hash(title);
  return `hue-${number % HUES} motif-${(number >>> 8) % MOTIFS}`;
}

/** Whether one of its words would be broken. */
function isLong({ title }: Pick<Movie, "title">): boolean {
  return title.split(/\s+/).some((word) => word.length > LONG);
}

/** The poster; `alt` says what it is where no title stands beside it. */
export function poster(movie: Pick<Movie, "title" | "posterUrl">, { alt = "", eager = false } = {}): unknown {
  return html`<span class="poster ${colours(movie)} ${isLong(movie) ? "long" : ""}" role=${alt ? "img" : nothing} aria-label=${alt || nothing}>
    <span class="poster-type" aria-hidden="true">
      <span class="poster-motif"></span>
      <span class="poster-title">${movie.title}</span>
    </span>
    ${movie.posterUrl ? picture(movie.posterUrl, eager) : nothing}
  </span>`;
}

/** The poster again, large and blurred, as the light of a scene. */
export function backdrop(movie: Movie): unknown {
  return html`<span class="backdrop ${colours(movie)}" aria-hidden="true">${movie.posterUrl ? picture(movie.posterUrl, true) : nothing}</span>`;
}

function picture(url: string, eager: boolean): unknown {
  const seen = (shown: boolean) => (event: Event): void => {
    (event.target as HTMLImageElement).hidden = !shown;
  };
  return html`<img src=${url} alt="" width="400" height="600" decoding="async" loading=${eager ? "eager" : "lazy"}
    @error=${seen(false)} @load=${seen(true)}>`;
}
