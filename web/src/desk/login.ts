// Before the desk: the card to log in with, and the one for people who may not look.
import { html, nothing } from "lit-html";
import { Refused, session } from "../api/session.ts";
import { say } from "../text/desk.ts";
import { say as common } from "../text/shell.ts";

let busy = false;
let problem = "";
let needsCode = false;

const redraw = (): boolean => window.dispatchEvent(new Event("marquee-redraw"));

async function submit(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  busy = true;
  problem = "";
  redraw();
  try {
    await session.logIn(String(form.get("email")), String(form.get("password")), form.get("code")?.toString() ?? null);
    needsCode = false;
  } catch (error) {
    problem = error instanceof Refused ? error.message : common("wrong");
    needsCode = error instanceof Refused && error.secondFactorNeeded;
  }
  busy = false;
  redraw();
}

export function loginCard(): unknown {
  return html`<form class="panel card-alone" aria-labelledby="login-title" @submit=${submit}>
    <img src="/favicon.svg" alt="" width="48" height="48">
    <h1 id="login-title">${say("title")}</h1>
    <p class="soft">${say("staffOnly")}</p>
    ${problem ? html`<p class="notice bad" role="alert">${problem}</p>` : nothing}
    <label class="field">${common("email")}<input name="email" type="email" required autocomplete="username"></label>
    <label class="field">${common("password")}<input name="password" type="password" required autocomplete="current-password"></label>
    ${needsCode ? html`<label class="field">${common("secondFactor")}<input name="code" required autocomplete="one-time-code" maxlength="40"></label>` : nothing}
    <button class="button main" ?disabled=${busy}>${common("logIn")}</button>
  </form>`;
}

export function refusedCard(): unknown {
  return html`<section class="panel card-alone" aria-labelledby="refused-title">
    <img src="/favicon.svg" alt="" width="48" height="48">
    <h1 id="refused-title">${say("title")}</h1>
    <p role="alert">${say("noRight", { name: session.person?.name ?? "" })}</p>
    <button class="button main" @click=${() => session.logOut()}>${say("somebodyElse")}</button>
    <a class="button" href="/">${say("toProgramme")}</a>
  </section>`;
}
