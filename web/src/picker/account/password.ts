// The password: another one for one that is known, or the first.
import { html, nothing } from "lit-html";
import { say as sayShell } from "../../text/shell.ts";
import type { Account, Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { act } from "./api.ts";
import { card, ending, field } from "./parts.ts";
import { say } from "./texts.ts";

export class Password {
  #act: Act;

  constructor(readonly frame: Frame) {
    this.#act = new Act(frame.changed);
  }

  draw({ me }: Account): unknown {
    const has = me.waysIn.includes("PASSWORD");
    const change = this.#act.submit(async (given, form) => {
      const known = has ? { currentPassword: given("currentPassword") } : {};
      await act("changePassword", { ...known, newPassword: given("newPassword") });
      form.reset();
      await this.frame.again();
      return say("passwordChanged");
    });
    return card("password", say("password"), html`<form @submit=${change}>
      ${has ? field(this.#act, "currentPassword", say("currentPassword"), { type: "password", autocomplete: "current-password" }) : nothing}
      ${field(this.#act, "newPassword", say("newPassword"), { type: "password", autocomplete: "new-password", minlength: 8, hint: sayShell("passwordHint") })}
      ${ending(this.#act, say(has ? "changePassword" : "setPassword"))}
    </form>`, has ? say("passwordWords") : say("noPassword"));
  }
}
