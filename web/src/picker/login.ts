// The log-in dialog: any view may ask for a person, and goes on when there is one.
import { html, nothing } from "lit-html";
import { Refused, session } from "../api/session.ts";
import { say } from "../text/shell.ts";

let waiting: ((done: boolean) => void) | null = null;
let isNew = false;
let busy = false;
let problem: Refused | null = null;

const redraw = (): boolean => window.dispatchEvent(new Event("marquee-redraw"));

/** Ask the visitor to log in; true when somebody is. */
export function askToLogIn(): Promise<boolean> {
  if (session.person) return Promise.resolve(true);
  return new Promise((resolve) => {
    waiting?.(false);
    waiting = resolve;
    problem = null;
    redraw();
    document.querySelector<HTMLDialogElement>("#login")?.showModal();
  });
}

function done(): void {
  waiting?.(session.person !== null);
  waiting = null;
  problem = null;
  redraw();
}

async function submit(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  const [name, email, password] = ["name", "email", "password"].map((field) => String(form.get(field) ?? ""));
  busy = true;
  problem = null;
  redraw();
  try {
    await (isNew ? session.register(name ?? "", email ?? "", password ?? "") : session.logIn(email ?? "", password ?? ""));
    document.querySelector<HTMLDialogElement>("#login")?.close();
  } catch (error) {
    problem = error instanceof Refused ? error : new Refused(say("wrong"));
  }
  busy = false;
  redraw();
}

function turn(): void {
  isNew = !isNew;
  problem = null;
  redraw();
}

function problemOf(field: string): unknown {
  const found = problem?.fields.find(({ path }) => path.at(-1) === field);
  return found ? html`<span class="wrong" id="wrong-${field}">${found.message}</span>` : nothing;
}

/** The dialog, to be drawn once on the page. */
export function loginDialog(): unknown {
  const close = (): void => document.querySelector<HTMLDialogElement>("#login")?.close();
  return html`<dialog id="login" class="panel" aria-labelledby="login-title" @close=${done}>
    <form @submit=${submit}>
      <h2 id="login-title">${say(isNew ? "register" : "logIn")}</h2>
      ${problem && !problem.fields.length ? html`<p class="notice bad" role="alert">${problem.message}</p>` : nothing}
      ${isNew ? html`<label class="field">${say("name")}<input name="name" required autocomplete="name">${problemOf("name")}</label>` : nothing}
      <label class="field">${say("email")}<input name="email" type="email" required autocomplete="email">${problemOf("email")}</label>
      <label class="field">${say("password")}
        <input name="password" type="password" required minlength=${isNew ? 8 : nothing} autocomplete=${isNew ? "new-password" : "current-password"}>
        ${isNew ? html`<span class="soft small">${say("passwordHint")}</span>` : nothing} ${problemOf("password")}
      </label>
      <button class="button main" ?disabled=${busy}>${say(isNew ? "register" : "logIn")}</button>
      <button class="button quiet" type="button" @click=${turn}>${say(isNew ? "haveAccount" : "needAccount")}</button>
      <button class="button quiet close" type="button" aria-label=${say("close")} @click=${close}>✕</button>
    </form>
  </dialog>`;
}
