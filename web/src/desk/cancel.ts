// Cancelling is not undone, so it is asked about first.
import { html, nothing } from "lit-html";
import { say } from "../text/desk-bookings.ts";
import { say as common } from "../text/shell.ts";
import { cancel, isRefusal } from "./api.ts";
import type { Booking } from "./types.ts";

const ID = "cancel";
let asked: { booking: Booking; key: string } | null = null;
let busy = false;
let problem = "";

const dialog = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>(`#${ID}`);
const redraw = (): boolean => window.dispatchEvent(new Event("marquee-redraw"));

export function askToCancel(booking: Booking): void {
  asked = { booking, key: crypto.randomUUID() };
  problem = "";
  redraw();
  queueMicrotask(() => dialog()?.showModal()); // when there is something inside
}

async function submit(event: SubmitEvent, changed: (booking: Booking) => void): Promise<void> {
  event.preventDefault();
  if (!asked || busy) return;
  busy = true;
  redraw();
  try {
    const answer = await cancel(asked.booking.id, asked.key);
    problem = typeof answer === "string" ? answer : "";
    if (typeof answer !== "string") {
      dialog()?.close();
      changed(answer);
    }
  } catch (error) {
    problem = isRefusal(error) ? say("noCancelRight") : common("wrong"); // the key is kept: trying again does not cancel twice
  }
  busy = false;
  redraw();
}

export function cancelDialog(changed: (booking: Booking) => void): unknown {
  return html`<dialog id=${ID} class="panel ask" aria-labelledby="cancel-title">
    ${asked ? question(asked.booking, changed) : nothing}
  </dialog>`;
}

function question({ reference, seats }: Booking, changed: (booking: Booking) => void): unknown {
  return html`<form @submit=${(event: SubmitEvent) => submit(event, changed)}>
    <h2 id="cancel-title">${say("cancelTitle", { reference })}</h2>
    <p>${say("cancelText", { count: seats.length, seats: seats.join(", ") })}</p>
    ${problem ? html`<p class="notice bad" role="alert">${problem}</p>` : nothing}
    <div class="answers">
      <button class="button" type="button" autofocus @click=${() => dialog()?.close()}>${say("keep")}</button>
      <button class="button main" ?disabled=${busy}>${say("cancel")}</button>
    </div>
  </form>`;
}
