// The seats of one showtime: who comes, the map, what it costs, and the cart.
import "../../seat-map/index.ts";
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { ref } from "lit-html/directives/ref.js";
import type { View } from "../../router.ts";
import { day, time } from "../../text/format.ts";
import { say } from "./texts.ts";
import { say as sayShell } from "../../text/shell.ts";
import { cart } from "./cart.ts";
import { legend } from "./legend.ts";
import type { Showtime } from "./model.ts";
import { failed, nothingHere, poster, waiting, when, where } from "./parts.ts";
import { MOST, partyBar } from "./party.ts";
import { Sale } from "./sale.ts";

export class SeatPage implements View {
  readonly #sale: Sale;

  constructor(readonly id: string) {
    this.#sale = new Sale(id);
  }

  get title(): string {
    return this.#sale.showtime.value?.movie.title ?? say("choose");
  }

  start(changed: () => void): void {
    this.#sale.start(changed);
  }

  stop(): void {
    this.#sale.stop();
  }

  draw(): unknown {
    const { value, failure, again } = this.#sale.showtime;
    if (value === undefined) return failure ? failed(failure, again) : waiting();
    if (value === null) return nothingHere(say("noShowtime"));
    return html`<article class="seat-page">
      ${film(value, this.#sale.connection)}
      <p class="unseen" role="status">${this.#sale.aloud}</p>
      ${value.onSale ? nothing : html`<p class="notice" role="status">${whyNot(value)}</p>`}
      <div class="seat-columns">
        <div class="seat-side">${value.onSale && !this.#sale.hold ? partyBar(this.#sale.party, this.#sale) : nothing} ${this.#map(value)}</div>
        ${value.onSale || this.#sale.hold ? cart(this.#sale) : nothing}
      </div>
    </article>`;
  }

  #map(showtime: Showtime): unknown {
    const sale = this.#sale;
    const seats = sale.map?.seats;
    const element = html`<seat-map ${ref(sale.attach)} showtime=${this.id} aria-label=${say("map", { screen: showtime.screen.name })}
      .max=${MOST} .token=${sale.token} .mine=${sale.mine} .kinds=${sale.kinds} .readonly=${!showtime.onSale}
      @map-ready=${sale.mapped} @map-change=${sale.mapped} @seat-select=${sale.selected} @seat-lost=${sale.lost}
      @hold-start=${sale.held} @hold-change=${sale.held} @hold-end=${sale.ended} @hold-expired=${sale.expired}
      @selection-refused=${sale.refused} @connection-change=${sale.connected}></seat-map>`;
    return html`<section class="map-panel panel" aria-label=${say("map", { screen: showtime.screen.name })}>
      ${keyed(sale.generation, element)} ${seats ? legend(seats, sale.kinds, sale.filter) : nothing}
    </section>`;
  }
}

function film(showtime: Showtime, connection: string): unknown {
  const { movie, language, format } = showtime;
  const runtime = movie.runtimeMinutes ? say("runtime", { count: movie.runtimeMinutes }) : null;
  const age = movie.ageRestriction ? say("age", { age: movie.ageRestriction }) : null;
  return html`<header class="film">
    ${poster(showtime)}
    <div>
      <h1>${movie.title}</h1>
      <p class="film-when"><strong>${when(showtime)}</strong> <span>${where(showtime)}</span></p>
      <p class="soft small">${[format, language, runtime, age].filter(Boolean).join(" · ")}</p>
    </div>
    ${pill(connection)}
  </header>`;
}

const STATES = { live: "live", reconnecting: "reconnecting", offline: "offline", connecting: "loading" } as const;

function pill(connection: string): unknown {
  const state = connection in STATES ? STATES[connection as keyof typeof STATES] : "loading";
  return html`<p class="pill ${state}" role="status">${sayShell(state)}</p>`;
}

function whyNot({ status, salesOpenAt, screen }: Showtime): string {
  if (status === "CANCELLED") return say("cancelled");
  if (status !== "SCHEDULED") return say("begun");
  const zone = screen.venue.timezone;
  return salesOpenAt ? say("opens", { when: `${day(salesOpenAt, zone)}, ${time(salesOpenAt, zone)}` }) : say("notOnSale");
}
