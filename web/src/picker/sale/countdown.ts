// A time that runs out: seen every second, said aloud three times.
import { serverNow } from "../../api/clock.ts";
import { countdown } from "../../text/format.ts";
import { say } from "./texts.ts";
import { html } from "lit-html";

const MARKS = [300, 60, 30];
const USUAL_SECONDS = 600;

/** Milliseconds until a moment, on the server's clock. */
export function left(until: string): number {
  return Date.parse(until) - serverNow();
}

/** Call back at every full second of the server's clock until the returned function is called. */
export function everySecond(tick: () => void): () => void {
  let timer = 0;
  const next = (): void => {
    timer = window.setTimeout(() => {
      next();
      tick();
    }, 1000 - (serverNow() % 1000));
  };
  next();
  return () => window.clearTimeout(timer);
}

/** Which of the marks (5 minutes, 1 minute, 30 seconds) has been passed since the last look. */
export class Warnings {
  #before = Number.POSITIVE_INFINITY;

  constructor(readonly words = (time: string): string => say("timeLeft", { time })) {}

  /** What to say aloud now; null: nothing new. */
  at(milliseconds: number): string | null {
    const seconds = milliseconds / 1000;
    const passed = MARKS.filter((mark) => seconds <= mark && mark < this.#before).at(-1);
    this.#before = seconds;
    return passed === undefined || seconds <= 0 ? null : this.words(inWords(passed));
  }

  /** The time was extended, or is another one: warn again. */
  reset(): void {
    this.#before = Number.POSITIVE_INFINITY;
  }
}

function inWords(seconds: number): string {
  return seconds >= 60 ? say("minutes", { count: seconds / 60 }) : say("seconds", { count: seconds });
}

/** The time as a ring that empties, with its minutes and seconds inside. */
export function ring(until: string, label = say("timeLeftLabel")): unknown {
  const milliseconds = left(until);
  const share = Math.min(1, Math.max(0, milliseconds / 1000 / USUAL_SECONDS));
  const hurry = milliseconds <= 60_000 ? "last" : milliseconds <= 300_000 ? "soon" : "calm";
  return html`<div class="ring ${hurry}" role="timer" aria-label=${label}>
    <svg viewBox="0 0 100 100" aria-hidden="true">
      <circle class="track" cx="50" cy="50" r="45" />
      <circle class="rest" cx="50" cy="50" r="45" pathLength="100" stroke-dasharray="${(share * 100).toFixed(2)} 100" transform="rotate(-90 50 50)" />
    </svg>
    <strong>${countdown(milliseconds)}</strong>
  </div>`;
}
