// What the cart has to say: in words, with at most one way on.
import { html, nothing } from "lit-html";
import type { SeatMapEvents } from "../../seat-map/types.ts";
import { language } from "../../text/index.ts";
import { say } from "./texts.ts";
import { say as sayShell } from "../../text/shell.ts";
import { listed } from "./parts.ts";

export interface Notice {
  tone: "bad" | "calm";
  words: () => string;
  /** The seats it is about. */
  about?: string[];
  way?: { label: () => string; go: () => void } | undefined;
}

export type RefusedSelection = SeatMapEvents["selection-refused"];

/** What a refusal may be answered with. */
export interface Ways {
  take: (seats: string[]) => void;
  best: () => void;
  again: () => void;
  bookings: () => void;
}

const RULES = { NO_LONELY_SEAT: "lonely", COMPANION_WITH_WHEELCHAIR: "companion", LOVE_SEAT_IN_PAIRS: "pair" } as const;
const PLAIN = {
  TooManySeats: "tooMany", NotOnSale: "notOnSale", HoldLimitReached: "holdLimit", NotEnoughSeats: "notEnough", UNAUTHENTICATED: "logInFirst",
} as const;

/** The words for a refusal, and the one button that leads on. */
export function noticeOf(refused: RefusedSelection, ways: Ways): Notice {
  return { tone: "bad", words: () => wordsFor(refused), about: refused.seats, way: wayOn(refused, ways) };
}

function wordsFor({ reason, rule, seats, message }: RefusedSelection): string {
  const values = { seats: listed(seats), count: seats.length };
  if (reason === "UNREACHABLE") return sayShell("unreachable");
  if (reason === "SeatsUnavailable") return say("taken", values);
  if (reason === "SeatSelectionRefused") return rule && seats.length ? say(RULES[rule], values) : message;
  if (reason in PLAIN) return language() === "en" && message ? message : say(PLAIN[reason]);
  return message || sayShell("wrong");
}

function wayOn({ reason, suggestion }: RefusedSelection, ways: Ways): Notice["way"] {
  if (suggestion?.length) return { label: () => say("take", { seats: listed(suggestion) }), go: () => ways.take(suggestion) };
  if (reason === "SeatsUnavailable" || reason === "SeatSelectionRefused") return { label: () => say("otherBest"), go: ways.best };
  if (reason === "HoldLimitReached") return { label: () => say("myBookings"), go: ways.bookings };
  if (reason === "UNREACHABLE" || reason === "UNAUTHENTICATED") return { label: () => sayShell("again"), go: ways.again };
  return undefined;
}

export function notice(given: Notice | null, busy: boolean): unknown {
  if (!given) return nothing;
  return html`<div class="notice ${given.tone}" role="alert">
    <p>${given.words()}</p>
    ${given.way ? html`<button class="button" aria-disabled=${busy} @click=${given.way.go}>${given.way.label()}</button>` : nothing}
  </div>`;
}
