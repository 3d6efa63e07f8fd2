// Joining the staff with the token of a letter.
import "./account.css";
import { html } from "lit-html";
import { session } from "../../api/session.ts";
import { go } from "../../router.ts";
import { say as sayShell } from "../../text/shell.ts";
import { ActPage } from "./act-page.ts";
import { ending, field } from "./parts.ts";
import { say } from "./texts.ts";

export class InvitationPage extends ActPage {
  constructor(readonly token: string) {
    super();
  }

  get title(): string {
    return say("invitation");
  }

  draw(): unknown {
    const join = this.act.submit(async (given) => {
      const [name, password] = [given("name"), given("password")];
      await session.accept({ token: this.token, ...(name ? { name } : {}), ...(password ? { password } : {}) });
      go("/account", { replace: true });
      return "";
    });
    return html`<section class="panel alone" aria-labelledby="invitation-title"><h1 id="invitation-title">${say("invitation")}</h1>
      <p class="soft">${say("invitationWords")}</p><form @submit=${join}>
      ${field(this.act, "name", sayShell("name"), { autocomplete: "name", required: false })}
      ${field(this.act, "password", sayShell("password"), { type: "password", autocomplete: "new-password", required: false, hint: sayShell("passwordHint") })}
      <p class="soft small">${say("invitationKnown")}</p>
      ${ending(this.act, say("join"))}</form></section>`;
  }
}
