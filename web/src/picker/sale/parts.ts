// Pieces that several of the sale's views show: where and when, a log-in panel, a failure with a way on.
import { html, nothing } from "lit-html";
import { ApiError } from "../../api/graphql.ts";
import { go } from "../../router.ts";
import { day, locale, time } from "../../text/format.ts";
import { say } from "./texts.ts";
import { say as sayShell } from "../../text/shell.ts";
import { askToLogIn } from "../login.ts";
import type { Showtime } from "./model.ts";
import { wordsOf } from "./words.ts";

const SHORT = { weekday: "short", day: "numeric", month: "short" } as const;

/** "Sat 21 November, 19:30", where the venue is. */
export function when({ startsAt, screen }: Showtime): string {
  return `${day(startsAt, screen.venue.timezone)}, ${time(startsAt, screen.venue.timezone)}`;
}

/** "Roxy, Screen 1". */
export function where({ screen }: Showtime): string {
  return `${screen.venue.name}, ${screen.name}`;
}

/** "A1, A2" with the language's own "and": "A1 and A2". */
export function listed(seats: string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(seats);
}

/** The day of a showtime as a leaf of a calendar. */
export function leaf({ startsAt, screen }: Showtime): unknown {
  const format = new Intl.DateTimeFormat(locale(), { ...SHORT, timeZone: screen.venue.timezone });
  const parts = Object.fromEntries(format.formatToParts(new Date(startsAt)).map(({ type, value }) => [type, value]));
  return html`<span class="leaf" aria-hidden="true"><span>${parts["month"]}</span><strong>${parts["day"]}</strong><span>${parts["weekday"]}</span></span>`;
}

/** A panel in the middle of the page: some words and a way on. */
export function instead(words: string, way: unknown, title?: string): unknown {
  return html`<section class="instead panel">${title ? html`<h1>${title}</h1>` : nothing}<p>${words}</p>${way}</section>`;
}

/** Ask for a person; the view begins again by the session's change. */
export function logInInstead(words: string, title: string): unknown {
  return instead(words, html`<button class="button main" @click=${() => askToLogIn()}>${sayShell("logIn")}</button>`, title);
}

/** What went wrong, with a button for another try, or for the log-in. */
export function failed(error: unknown, again: () => void): unknown {
  if (error instanceof ApiError && error.has("UNAUTHENTICATED")) return logInInstead(wordsOf(error), sayShell("logIn"));
  return instead(wordsOf(error), html`<button class="button main" @click=${again}>${sayShell("again")}</button>`);
}

/** Nothing at this address: the way home. */
export function nothingHere(words: string): unknown {
  return instead(words, html`<a class="button main" href="/">${say("whatsOn")}</a>`);
}

/** A grey shape of the page while its first answer is on the way. */
export function waiting(): unknown {
  return html`<div class="waiting" role="status"><span class="unseen">${sayShell("loading")}</span><i></i><i></i><i></i></div>`;
}

/** Leave for an address outside of this page, or go to one within. */
export function leaveFor(address: string): void {
  if (address.startsWith("/bookings")) go(address);
  else location.assign(address);
}
