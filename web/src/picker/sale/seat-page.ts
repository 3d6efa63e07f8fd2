// The seats of one showtime: who comes, the map, what it costs, and the cart.
import "../../seat-map/index.ts";
import { html, nothing } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { View } from "../../router.ts";
import { day, time } from "../../text/format.ts";
import { poster } from "../programme/poster.ts";
import { say } from "./texts.ts";
import { cart } from "./cart.ts";
import { legend } from "./legend.ts";
import type { Showtime } from "./model.ts";
import { failed, nothingHere, waiting, when, where } from "./parts.ts";
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
      ${film(value)}
      <p class="unseen" role="status">${this.#sale.aloud}</p>
      ${this.#sale.connection === "offline" ? html`<p class="notice warn" role="status">${say("offline")}</p>` : nothing}
      ${value.onSale ? nothing : html`<p class="notice" role="status">${whyNot(value)}</p>`}
      <div class="seat-columns">
        <div class="seat-side">${value.onSale && !this.#sale.mine.hold ? partyBar(this.#sale) : nothing} ${this.#map(value)}</div>
        ${value.onSale || this.#sale.mine.hold ? cart(this.#sale) : nothing}
      </div>
    </article>`;
  }

  #map(showtime: Showtime): unknown {
    const sale = this.#sale;
    const seats = sale.map?.seats;
    return html`<section class="map-panel panel" aria-label=${say("map", { screen: showtime.screen.name })}>
      <seat-map ${ref(sale.attach)} showtime=${this.id}
      .max=${MOST} .token=${sale.token} .mine=${sale.mine.seats} .kinds=${sale.choice.kinds} .readonly=${!showtime.onSale}
      @map-ready=${sale.mapped} @map-change=${sale.mapped} @seat-select=${sale.selected} @seat-lost=${sale.lost}
      @hold-start=${sale.held} @hold-change=${sale.held} @hold-end=${sale.ended} @hold-expired=${sale.expired}
      @selection-refused=${sale.refused} @map-error=${sale.troubled} @connection-change=${sale.connected}>
        ${seats ? legend(seats, sale.choice) : nothing}</seat-map>
    </section>`;
  }
}

function film(showtime: Showtime): unknown {
  const { movie, language, format } = showtime;
  const runtime = movie.runtimeMinutes ? say("runtime", { count: movie.runtimeMinutes }) : null;
  const age = movie.ageRestriction ? say("age", { age: movie.ageRestriction }) : null;
  return html`<header class="seat-film">
    ${poster(showtime.movie)}
    <div>
      <h1>${movie.title}</h1>
      <p class="seat-film-when"><strong>${when(showtime)}</strong> <span>${where(showtime)}</span></p>
      <p class="soft small">${[format, language, runtime, age].filter(Boolean).join(" · ")}</p>
    </div>
  </header>`;
}

function whyNot({ status, salesOpenAt, screen }: Showtime): string {
  if (status === "CANCELLED") return say("cancelled");
  if (status !== "SCHEDULED") return say("begun");
  const zone = screen.venue.timezone;
  return salesOpenAt ? say("opens", { when: `${day(salesOpenAt, zone)}, ${time(salesOpenAt, zone)}` }) : say("notOnSale");
}
