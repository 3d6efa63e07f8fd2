// How many want to sit together: asked first, so that the best seats can be found for them.
import { html } from "lit-html";
import { say } from "./texts.ts";

export const MOST = 10;
const KEPT = "marquee.party";

export interface Party {
  count: number;
  accessible: boolean;
}

/** The party of this visit; it stays the same from showtime to showtime. */
export function keptParty(): Party {
  try {
    const { count, accessible } = JSON.parse(sessionStorage.getItem(KEPT) ?? "") as Party;
    return { count: Math.min(MOST, Math.max(1, Number(count) || 2)), accessible: accessible === true };
  } catch {
    return { count: 2, accessible: false };
  }
}

export function keepParty(party: Party): void {
  sessionStorage.setItem(KEPT, JSON.stringify(party));
}

interface Doing {
  choice: { party: Party; change: (party: Party) => void };
  busy: string | null;
  best: () => void;
  holdBest: () => void;
}

export function partyBar({ choice: { party, change }, busy, best, holdBest }: Doing): unknown {
  const { count } = party;
  const to = (next: number) => (): void => change({ ...party, count: Math.min(MOST, Math.max(1, next)) });
  const wheelchair = (event: Event): void => change({ ...party, accessible: (event.target as HTMLInputElement).checked });
  return html`<section class="party panel" aria-labelledby="party-title">
    <div class="party-size"><h2 id="party-title">${say("party")}</h2>
    <div class="stepper" role="group" aria-labelledby="party-title">
      <button class="button" aria-label=${say("fewer")} aria-disabled=${count === 1} @click=${to(count - 1)}>−</button>
      <output aria-live="polite"><strong>${count}</strong><span class="unseen">${say("people", { count })}</span></output>
      <button class="button" aria-label=${say("more")} aria-disabled=${count === MOST} @click=${to(count + 1)}>+</button>
    </div></div>
    <label class="check"><input type="checkbox" .checked=${party.accessible} @change=${wheelchair}><span>${say("wheelchair")}</span></label>
    <div class="party-ways">
      <button class="button" aria-disabled=${busy !== null} aria-busy=${busy === "best"} @click=${best}>${say("best")}</button>
      <button class="button main" aria-disabled=${busy !== null} aria-busy=${busy === "hold"} @click=${holdBest}>${say("holdBest")}</button>
    </div>
  </section>`;
}
