// What to say when something did not work: in the visitor's language, and never a code.
import { ApiError, Unreachable } from "../../api/graphql.ts";
import { language } from "../../text/index.ts";
import { say as sayShell } from "../../text/shell.ts";
import { say } from "./texts.ts";
import { Refusal } from "./purchase.ts";

const KNOWN = {
  HoldExpired: "holdExpired",
  NotOnSale: "notOnSale",
  PaymentRefused: "paymentRefused",
  CancellationRefused: "cancellationRefused",
  OfferOver: "offerOver",
  RefundRefused: "cancellationRefused",
  IdempotencyConflict: "wrongTwice",
} as const;

/** The API's own words are English; other languages have a sentence for every kind of refusal. */
export function wordsOf(error: unknown): string {
  if (error instanceof Unreachable) return sayShell("unreachable");
  if (error instanceof Refusal) {
    if (language() === "en" && error.message) return error.message;
    return error.kind in KNOWN ? say(KNOWN[error.kind as keyof typeof KNOWN]) : sayShell("wrong");
  }
  if (error instanceof ApiError && error.has("UNAUTHENTICATED")) return say("logInFirst");
  return sayShell("wrong");
}
