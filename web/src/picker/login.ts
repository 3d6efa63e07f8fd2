// The log-in dialog: any view may ask for a person, and goes on when there is one.
import { html, nothing } from "lit-html";
import { Refused, session } from "../api/session.ts";
import { say } from "../text/shell.ts";

let waiting: ((done: boolean) => void) | null = null;
let isNew = false;
let busy = false;
let problem: Refused | null = null;
let needsCode = false;

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
  needsCode = false;
  redraw();
}

async function submit(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  const [name, email, password, code] = ["name", "email", "password", "code"].map((field) => String(form.get(field) ?? ""));
  busy = true;
  problem = null;
  redraw();
  try {
    await (isNew ? session.register(name ?? "", email ?? "", password ?? "") : session.logIn(email ?? "", password ?? "", code || null));
    document.querySelector<HTMLDialogElement>("#login")?.close();
  } catch (error) {
    problem = error instanceof Refused ? error : new Refused(say("wrong"));
    needsCode = problem.secondFactorNeeded;
  }
  busy = false;
  redraw();
}

function turn(): void {
  isNew = !isNew;
  problem = null;
  needsCode = false;
  redraw();
}

/** A field with what is wrong with its value, if anything is. */
function field(name: "name" | "email" | "password", autocomplete: string, hint = ""): unknown {
  const wrong = problem?.fields.find(({ path }) => path.at(-1) === name)?.message;
  return html`<label class="field">${say(name)}
    <input name=${name} type=${name === "name" ? "text" : name} required autocomplete=${autocomplete} minlength=${name === "password" && isNew ? 8 : nothing}
      aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong || hint ? `about-${name}` : nothing}>
    ${wrong || hint ? html`<span class=${wrong ? "wrong" : "soft small"} id="about-${name}">${wrong ?? hint}</span>` : nothing}
  </label>`;
}

/** The dialog, to be drawn once on the page. */
export function loginDialog(): unknown {
  const close = (): void => document.querySelector<HTMLDialogElement>("#login")?.close();
  return html`<dialog id="login" class="panel" aria-labelledby="login-title" @close=${done}>
    <form @submit=${submit}>
      <h2 id="login-title">${say(isNew ? "register" : "logIn")}</h2>
      ${problem && !problem.fields.length ? html`<p class="notice bad" role="alert">${problem.message}</p>` : nothing}
      ${isNew ? field("name", "name") : nothing} ${field("email", "email")}
      ${field("password", isNew ? "new-password" : "current-password", isNew ? say("passwordHint") : "")}
      ${needsCode ? html`<label class="field">${say("secondFactor")}<input name="code" required autocomplete="one-time-code" maxlength="40"></label>` : nothing}
      <button class="button main" ?disabled=${busy}>${say(isNew ? "register" : "logIn")}</button>
      ${isNew ? nothing : html`<a class="button quiet" href="/account/password" @click=${close}>${say("forgot")}</a>`}
      <button class="button quiet" type="button" @click=${turn}>${say(isNew ? "haveAccount" : "needAccount")}</button>
      <button class="button quiet close" type="button" aria-label=${say("close")} @click=${close}>✕</button>
    </form>
  </dialog>`;
}
