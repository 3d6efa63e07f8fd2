// What people say of themselves: their name, and once when they were born.
import { html } from "lit-html";
import { session } from "../../api/session.ts";
import { calendarDay } from "../../text/format.ts";
import { say as sayShell } from "../../text/shell.ts";
import type { Account, Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { act } from "./api.ts";
import { card, ending, field } from "./parts.ts";
import { say } from "./texts.ts";

const BORN = { day: "numeric", month: "long", year: "numeric" } as const;

export class ProfileForm {
  #act: Act;

  constructor(readonly frame: Frame) {
    this.#act = new Act(frame.changed);
  }

  draw({ me }: Account): unknown {
    const save = this.#act.submit(async (given) => {
      const born = given("dateOfBirth");
      const { name } = await act<{ name: string }>("updateProfile", { name: given("name"), ...(born ? { dateOfBirth: born } : {}) });
      session.rename(name);
      await this.frame.again();
      return say("saved");
    });
    return card("profile", say("profile"), html`<form @submit=${save}>
      ${field(this.#act, "name", sayShell("name"), { value: me.name, autocomplete: "name" })}
      ${me.dateOfBirth ? this.#known(me.dateOfBirth) : this.#unknown()}
      ${ending(this.#act, say("save"))}
    </form>`);
  }

  #unknown(): unknown {
    const max = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    return field(this.#act, "dateOfBirth", say("born"), { type: "date", hint: say("bornHint"), required: false, autocomplete: "bday", max });
  }

  #known(date: string): unknown {
    return html`<dl class="facts"><div><dt>${say("born")}</dt><dd>${calendarDay(date, BORN)}</dd></div></dl>
      <p class="soft small">${say("bornKnown")}</p>`;
  }
}
