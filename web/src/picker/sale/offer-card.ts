// Seats offered because the money came after a booking's own were sold: which, where they are, until when, and the answer.
import "../../seat-map/index.ts";
import { html } from "lit-html";
import { session } from "../../api/session.ts";
import { ring } from "./countdown.ts";
import type { Booking, Offer } from "./model.ts";
import { say } from "./money-texts.ts";

export interface OfferActs {
  busy: boolean;
  take: () => void;
  leave: () => void;
}

const token = (): Promise<string | null> => session.accessToken();

export function offerCard({ showtime }: Booking, offer: Offer, { busy, take, leave }: OfferActs): unknown {
  return html`<section class="offer panel" aria-labelledby="offer-title">
    <div class="offer-words">
      <div class="offer-head">
        <div><h2 id="offer-title">${say("offer")}</h2><p class="soft">${say("offerWords")}</p></div>
        ${ring(offer.expiresAt, say("offerLeftLabel"))}
      </div>
      <ul class="offer-seats" role="list">${offer.seats.map((seat) => html`<li>${seat}</li>`)}</ul>
      <p>${say(offer.seats.length > 1 && !offer.together ? "apart" : "together")}</p>
      <p class="offer-ways">
        <button class="button main" aria-disabled=${busy} @click=${take}>${say("take")}</button>
        <button class="button" aria-disabled=${busy} @click=${leave}>${say("leave")}</button>
      </p>
    </div>
    <div class="offer-map" role="group" aria-label=${say("offerMap")}>
      <seat-map showtime=${showtime.id} readonly .token=${token} .mine=${offer.seats}></seat-map>
    </div>
  </section>`;
}
