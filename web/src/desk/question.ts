// What cannot be undone is asked about first: cancelling, money taken, money handed back.
import { html, nothing } from "lit-html";
import { money } from "../text/format.ts";
import { say } from "../text/desk-bookings.ts";
import { say as common } from "../text/shell.ts";
import { cancel, handBack, isRefusal, takePayment } from "./api.ts";
import type { Booking, Payment, Refund } from "./types.ts";

interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
  /** Do it; the booking as it is then, or the reason why not. A repetition with the same key does it once. */
  work: (key: string) => Promise<Booking | string>;
  done: string;
}

const ID = "question";
let asked: { question: Question; key: string } | null = null;
let busy = false;
let problem = "";

const dialog = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>(`#${ID}`);
const redraw = (): boolean => window.dispatchEvent(new Event("marquee-redraw"));

function askFirst(question: Question): void {
  asked = { question, key: crypto.randomUUID() };
  problem = "";
  redraw();
  queueMicrotask(() => dialog()?.showModal()); // when there is something inside
}

export function askToCancel({ id, reference, seats }: Booking): void {
  askFirst({
    title: say("cancelTitle", { reference }),
    text: say("cancelText", { count: seats.length, seats: seats.join(", ") }),
    yes: say("cancel"),
    no: say("keep"),
    work: (key) => cancel(id, key),
    done: say("cancelled", { reference }),
  });
}

export function askIfPaid(booking: Booking, { id, amount }: Payment): void {
  const values = { reference: booking.reference, amount: money(amount) };
  askFirst({
    title: say("paidTitle", values),
    text: say("paidText"),
    yes: say("paidYes", values),
    no: say("notYet"),
    work: (key) => takePayment(booking, id, key),
    done: say("paidDone", values),
  });
}

export function askIfHandedBack(booking: Booking, { id, amount }: Refund): void {
  const values = { reference: booking.reference, amount: money(amount) };
  askFirst({
    title: say("backTitle", values),
    text: say("backText"),
    yes: say("backYes", values),
    no: say("notYet"),
    work: (key) => handBack(booking, id, key),
    done: say("backDone", values),
  });
}

async function submit(event: SubmitEvent, changed: (booking: Booking, message: string) => void): Promise<void> {
  event.preventDefault();
  if (!asked || busy) return;
  busy = true;
  redraw();
  try {
    const answer = await asked.question.work(asked.key);
    problem = typeof answer === "string" ? answer || common("wrong") : "";
    if (typeof answer !== "string") {
      dialog()?.close();
      changed(answer, asked.question.done);
    }
  } catch (error) {
    problem = isRefusal(error) ? say("noRight") : common("wrong"); // the key is kept: trying again does nothing twice
  }
  busy = false;
  redraw();
}

export function questionDialog(changed: (booking: Booking, message: string) => void): unknown {
  return html`<dialog id=${ID} class="panel ask" aria-labelledby="question-title">
    ${asked ? draw(asked.question, changed) : nothing}
  </dialog>`;
}

function draw({ title, text, yes, no }: Question, changed: (booking: Booking, message: string) => void): unknown {
  return html`<form @submit=${(event: SubmitEvent) => submit(event, changed)}>
    <h2 id="question-title">${title}</h2>
    <p>${text}</p>
    ${problem ? html`<p class="notice bad" role="alert">${problem}</p>` : nothing}
    <div class="answers">
      <button class="button" type="button" autofocus @click=${() => dialog()?.close()}>${no}</button>
      <button class="button main" ?disabled=${busy}>${yes}</button>
    </div>
  </form>`;
}
