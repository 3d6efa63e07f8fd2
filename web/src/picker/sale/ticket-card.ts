// A ticket as a card: the film and the seat on its body, the code for the door on its stub.
import { html, nothing } from "lit-html";
import { day, time } from "../../text/format.ts";
import { poster } from "../programme/poster.ts";
import { say } from "./booking-texts.ts";
import type { Showtime, Ticket } from "./model.ts";

const STAMPS = { USED: "used", CANCELLED: "voided" } as const;

export function ticketCard(ticket: Ticket, showtime: Showtime, reference: string): unknown {
  const { movie, screen, startsAt } = showtime;
  const zone = screen.venue.timezone;
  return html`<li class="admission ${ticket.status.toLowerCase()}">
    <div class="admission-body">
      <div class="admission-film">${poster(showtime.movie)}
        <div>
          <h3>${movie.title}</h3>
          <p class="soft">${[screen.venue.name, screen.venue.city].filter(Boolean).join(" · ")}</p>
        </div>
      </div>
      <dl class="admission-facts">
        <div><dt>${say("when")}</dt><dd>${day(startsAt, zone)} <strong>${time(startsAt, zone)}</strong></dd></div>
        <div><dt>${say("screen")}</dt><dd>${screen.name}</dd></div>
        <div class="admission-seat"><dt>${say("seat")}</dt><dd>${ticket.seat}</dd></div>
      </dl>
    </div>
    <div class="admission-stub">${picture(ticket)}
      <p class="small">${ticket.status === "VALID" ? say("admits") : nothing} <span class="mono">${reference}</span></p>
      ${ticket.status === "VALID" ? nothing : html`<p class="stamp">${say(STAMPS[ticket.status])}</p>`}
    </div>
  </li>`;
}

/** The code for the door. One that admits nobody is not shown: nobody shall queue with it. */
function picture({ qr, seat, status }: Ticket): unknown {
  if (status === "CANCELLED") return html`<div class="qr empty" aria-hidden="true"></div>`;
  return html`<img class="qr" src="data:image/svg+xml,${encodeURIComponent(qr)}" alt=${say("qr", { seat })} width="160" height="160">`;
}
