// A new password for somebody who has forgotten theirs: a code to their address, then the password.
import "./account.css";
import { html } from "lit-html";
import { session } from "../../api/session.ts";
import { go } from "../../router.ts";
import { say as sayShell } from "../../text/shell.ts";
import { askToLogIn } from "../login.ts";
import { ActPage } from "./act-page.ts";
import { act } from "./api.ts";
import { codeField, ending, field } from "./parts.ts";
import { say } from "./texts.ts";

export class ForgotPage extends ActPage {
  #email = "";
  #sentTo = "";
  #isDone = false;

  get title(): string {
    return say("forgot");
  }

  draw(): unknown {
    return html`<section class="panel alone" aria-labelledby="forgot-title"><h1 id="forgot-title">${say("forgot")}</h1>
      ${this.#isDone ? this.#done() : this.#sentTo ? this.#second() : this.#first()}</section>`;
  }

  #first(): unknown {
    const send = this.act.submit(async (given) => {
      this.#email = given("email");
      this.#sentTo = (await act<{ sentTo: string }>("requestPasswordReset", { email: this.#email })).sentTo;
      return "";
    });
    return html`<p class="soft">${say("forgotWords")}</p><form @submit=${send}>
      ${field(this.act, "email", sayShell("email"), { type: "email", autocomplete: "username" })} ${ending(this.act, say("sendCode"))}</form>`;
  }

  #second(): unknown {
    const reset = this.act.submit(async (given) => {
      await act("resetPassword", { email: this.#email, code: given("code"), newPassword: given("newPassword") });
      this.#isDone = true;
      return "";
    });
    const again = (): void => {
      this.#sentTo = "";
      this.act.problem = "";
      this.changed();
    };
    return html`<p>${say("maybeSentTo", { address: this.#sentTo })}</p><form @submit=${reset}>
      ${codeField(this.act, say("code"))}
      ${field(this.act, "newPassword", say("newPassword"), { type: "password", autocomplete: "new-password", minlength: 8, hint: sayShell("passwordHint") })}
      ${ending(this.act, say("changePassword"))}</form>
      <button class="button quiet" @click=${again}>${say("sendAgain")}</button>`;
  }

  #done(): unknown {
    const logIn = async (): Promise<void> => {
      session.forget(); // whoever was logged in here is no longer: all sessions have ended
      if (await askToLogIn()) go("/account");
    };
    return html`<p role="status">${say("resetDone")}</p><button class="button main" @click=${logIn}>${sayShell("logIn")}</button>`;
  }
}
