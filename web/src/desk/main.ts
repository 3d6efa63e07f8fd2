// The admin desk: one page, drawn anew from what the house says.
import "../styles/tokens.css";
import "../styles/base.css";
import "./desk.css";
import "./timetable.css";
import "./sales.css";
import { html, nothing, render } from "lit-html";
import { live } from "../api/live.ts";
import { session } from "../api/session.ts";
import { say } from "../text/desk.ts";
import { say as common } from "../text/shell.ts";
import "../theme.ts";
import { bar } from "./bar.ts";
import { findBooking, forgetBookings } from "./bookings.ts";
import { watchWidths } from "./charts/widths.ts";
import { figures } from "./figures.ts";
import { house } from "./house.ts";
import { loginCard, refusedCard } from "./login.ts";
import { salesCharts } from "./sales.ts";
import { reopenShowtime, showtimeDialog } from "./showtime.ts";
import { scrollToNow, timetable } from "./timetable.ts";

const root = document.querySelector<HTMLElement>("#desk") as HTMLElement;
let scrolledFor = "";
let waiting = false;

function draw(): void {
  render(page(), root);
  document.title = `${say("title")} · Marquee`;
  watchWidths(root);
  beginAtNow();
  reopenShowtime();
}

/** Several changes at once are drawn once. */
function redraw(): void {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    draw();
  });
}

function page(): unknown {
  const inside = !session.person ? loginCard() : house.phase === "refused" ? refusedCard() : desk();
  return html`<a class="skip" href="#main">${common("skip")}</a>${bar()}<main id="main" tabindex="-1">${inside}</main>`;
}

function desk(): unknown {
  if (!house.venue) return html`<h1 class="unseen">${say("title")}</h1>${noVenue()}`;
  return html`<h1 class="unseen">${say("title")} · ${house.venue.name}</h1>
    ${house.phase === "failed" ? html`<p class="notice bad" role="alert">${common("unreachable")}</p>` : nothing}
    ${house.reports ? figures() : nothing} ${timetable()}
    <div class="below">${house.reports ? salesCharts() : nothing} ${findBooking()}</div>
    ${showtimeDialog()}`;
}

function noVenue(): unknown {
  if (house.phase === "open") return html`<p class="nothing soft">${say("noVenues")}</p>`;
  if (house.phase === "loading") return html`<p class="nothing soft" role="status">${common("loading")}</p>`;
  return html`<div class="nothing"><p role="alert">${common("unreachable")}</p>
    <button class="button" @click=${() => house.open()}>${common("again")}</button></div>`;
}

function beginAtNow(): void {
  const shown = house.showtimes.length ? `${house.venue?.id} ${house.day}` : "";
  if (shown && shown !== scrolledFor) scrollToNow();
  scrolledFor = shown;
}

function begin(): void {
  forgetBookings();
  if (session.person) void house.open();
  else house.close();
  redraw();
}

session.addEventListener("change", begin);
house.addEventListener("change", redraw);
live.addEventListener("change", redraw);
for (const event of ["marquee-language", "marquee-redraw"]) window.addEventListener(event, redraw);
document.addEventListener("visibilitychange", () => document.hidden || void house.refresh());
setInterval(redraw, 1000); // the clock, and the line of now
begin();
