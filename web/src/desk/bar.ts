// The bar: which house, which day, what time it is there, and whether what is shown is live.
import { html, nothing } from "lit-html";
import { serverNow } from "../api/clock.ts";
import { live } from "../api/live.ts";
import { session } from "../api/session.ts";
import { calendarDay, locale } from "../text/format.ts";
import { say } from "../text/desk.ts";
import { LANGUAGES, type Language, language, speak } from "../text/index.ts";
import { say as common } from "../text/shell.ts";
import { setTheme, theme } from "../theme.ts";
import { house } from "./house.ts";
import type { Venue } from "./types.ts";

const DAY_MS = 86_400_000;

export function bar(): unknown {
  const { venue } = house;
  return html`<header class="bar">
    <a class="brand" href="/"><img src="/favicon.svg" alt="Marquee" width="32" height="32"><span>${say("title")}</span></a>
    ${venue ? html`${venueChooser(venue)} ${dayChooser(venue)} ${clock(venue)}` : nothing}
    <div class="tools">${languagePicker()} ${themeButton()} ${who()}</div>
  </header>`;
}

function venueChooser(chosen: Venue): unknown {
  const choose = (event: Event): void => {
    const venue = house.venues.find(({ id }) => id === (event.target as HTMLSelectElement).value);
    if (venue) void house.choose(venue, house.day === house.today ? null : house.day);
  };
  return html`<select class="choice venue" aria-label=${say("venue")} @change=${choose}>
    ${house.venues.map(({ id, name, city }) => html`<option value=${id} ?selected=${id === chosen.id}>${name}${city ? `, ${city}` : ""}</option>`)}
  </select>`;
}

function dayChooser(venue: Venue): unknown {
  const to = (day: string): void => void house.choose(venue, day);
  const step = (days: number): void => to(new Date(Date.parse(house.day) + days * DAY_MS).toISOString().slice(0, 10));
  const pick = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    if (value) to(value);
  };
  return html`<div class="days" role="group" aria-label=${say("day")}>
    <button class="button quiet round" aria-label=${say("dayBefore")} @click=${() => step(-1)}>‹</button>
    <input class="choice" type="date" aria-label=${say("day")} .value=${house.day} @change=${pick}>
    <button class="button quiet round" aria-label=${say("dayAfter")} @click=${() => step(1)}>›</button>
    ${house.day === house.today ? nothing : html`<button class="button" @click=${() => to(house.today)}>${say("today")}</button>`}
  </div>`;
}

function clock({ timezone }: Venue): unknown {
  const now = serverNow();
  const time = new Intl.DateTimeFormat(locale(), { timeStyle: "medium", hourCycle: "h23", timeZone: timezone }).format(now);
  return html`<div class="clock" role="timer" aria-live="off" aria-label=${say("clock")}>
      <span class="time">${time}</span> <span class="soft small">${calendarDay(house.today)}</span>
    </div>
    ${liveDot()}`;
}

function liveDot(): unknown {
  const { state } = live;
  if (state === "idle") return nothing;
  const text = state === "live" ? "live" : state === "offline" ? "offline" : "reconnecting";
  return html`<span class="live ${state}" role="status"><span class="dot"></span>${common(text)}</span>`;
}

function languagePicker(): unknown {
  const choose = (event: Event): void => speak((event.target as HTMLSelectElement).value as Language);
  return html`<select class="choice plain" aria-label=${common("language")} @change=${choose}>
    ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code} ?selected=${code === language()}>${name}</option>`)}
  </select>`;
}

function themeButton(): unknown {
  const other = theme() === "dark" ? "light" : "dark";
  const change = (): void => {
    setTheme(other);
    window.dispatchEvent(new Event("marquee-redraw"));
  };
  return html`<button class="button quiet round" aria-label=${common(other === "dark" ? "toDark" : "toLight")} @click=${change}>
    ${other === "dark" ? "☾" : "☀"}</button>`;
}

function who(): unknown {
  const { person } = session;
  if (!person) return nothing;
  return html`<span class="who soft">${person.name}</span>
    <button class="button quiet" @click=${() => session.logOut()}>${common("logOut")}</button>`;
}
