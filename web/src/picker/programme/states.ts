// What there is to see while nothing is there: waiting, nothing found, something wrong.
import { html, nothing } from "lit-html";
import { ApiError } from "../../api/graphql.ts";
import { say as frame } from "../../text/shell.ts";
import { say } from "./texts.ts";

/** Cards to come. */
export function waiting(cards = 6): unknown {
  return html`<p class="unseen">${frame("loading")}</p>
    <ul class="films" role="list" aria-hidden="true">
      ${Array.from({ length: cards }, () => html`<li class="film bone"><span class="poster"></span><div class="film-body"><i></i><i></i><i></i></div></li>`)}
    </ul>`;
}

/** Why there is nothing to see, and a way to try again. */
export function failed(problem: unknown, again: () => void): unknown {
  return html`<div class="state" role="alert">
    ${REEL}
    <h2>${say("failed")}</h2>
    <p class="soft">${frame(problem instanceof ApiError ? "wrong" : "unreachable")}</p>
    <button class="button main" @click=${again}>${frame("again")}</button>
  </div>`;
}

/** Nothing to see, and what to do about it. */
export function empty(text: string, hint?: string, way?: { href: string; text: string }): unknown {
  return html`<div class="state">
    ${REEL}
    <p class="state-text">${text}</p>
    ${hint ? html`<p class="soft">${hint}</p>` : nothing}
    ${way ? html`<a class="button" href=${way.href}>${way.text}</a>` : nothing}
  </div>`;
}

/** What is shown is older than it should be. */
export function stale(again: () => void): unknown {
  return html`<div class="notice stale" role="status">
    <span>${say("stale")}</span>
    <button class="button" @click=${again}>${frame("again")}</button>
  </div>`;
}

const REEL = html`<svg class="reel" viewBox="0 0 48 48" width="64" height="64" aria-hidden="true">
  <circle cx="24" cy="24" r="21"></circle><circle cx="24" cy="24" r="3"></circle>
  <circle cx="24" cy="12.5" r="4.5"></circle><circle cx="34.9" cy="20.4" r="4.5"></circle><circle cx="30.8" cy="33.3" r="4.5"></circle>
  <circle cx="17.2" cy="33.3" r="4.5"></circle><circle cx="13.1" cy="20.4" r="4.5"></circle>
</svg>`;
