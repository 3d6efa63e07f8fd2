// Where somebody is reached: another e-mail address, another phone, each proved by a code before anything changes.
import { html, nothing } from "lit-html";
import type { Account, Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { type Me, act } from "./api.ts";
import { card, codeField, ending, field, outcome } from "./parts.ts";
import { say } from "./texts.ts";

/** The country of a number that is written without one. */
const region = (): string | undefined => new Intl.Locale(navigator.language).maximize().region;

const EMAIL = {
  name: "email", type: "email", title: "byEmail", newer: "newEmail", none: "noEmail", hint: null,
  ask: (email: string, proof: object) => act<{ sentTo: string }>("requestEmailChange", { email, ...proof }),
  move: (_email: string, code: string) => act<Me>("changeEmail", { code }),
} as const;
const PHONE = {
  name: "phone", type: "tel", title: "phone", newer: "newPhone", none: "noPhone", hint: "phoneHint",
  ask: (phone: string, proof: object) => act<{ sentTo: string }>("requestPhoneLink", { phone, region: region(), ...proof }),
  move: (phone: string, code: string) => act<Me>("linkPhone", { phone, region: region(), code }),
} as const;

/** One of the two: what it is now, and the steps to another. */
class Contact {
  #asking: Act;
  #proving: Act;
  #asked: { target: string; sentTo: string } | null = null;

  constructor(
    readonly frame: Frame,
    readonly kind: typeof EMAIL | typeof PHONE,
  ) {
    this.#asking = new Act(frame.changed);
    this.#proving = new Act(frame.changed);
  }

  draw(me: Me): unknown {
    const { name, title, none } = this.kind;
    return html`<dl class="facts"><div><dt>${say(title)}</dt><dd>${me[name] ?? say(none)}</dd></div></dl>
      ${outcome(this.#asking)} ${this.#asked ? this.#proof(this.#asked) : this.#question(me.waysIn.includes("PASSWORD"))}`;
  }

  #question(hasPassword: boolean): unknown {
    const { name, type, newer, hint, ask } = this.kind;
    const go = this.#asking.submit(async (given) => {
      const target = given(name);
      const { sentTo } = await ask(target, hasPassword ? { password: given("password") } : {});
      this.#asked = { target, sentTo };
      this.#proving = new Act(this.frame.changed);
      return "";
    });
    return html`<details class="another"><summary>${say(newer)}</summary><form @submit=${go}>
      ${field(this.#asking, name, say(newer), { type, autocomplete: type, hint: hint ? say(hint) : "" })}
      ${hasPassword ? field(this.#asking, "password", say("currentPassword"), { type: "password", autocomplete: "current-password" }) : nothing}
      <div class="ending"><button class="button" aria-disabled=${this.#asking.busy}>${say("sendCode")}</button></div> ${hasPassword ? nothing : html`<p class="soft small">${say("freshWords")}</p>`}
    </form></details>`;
  }

  #proof({ target, sentTo }: { target: string; sentTo: string }): unknown {
    const go = this.#proving.submit(async (given) => {
      const moved = await this.kind.move(target, given("code"));
      this.#asked = null;
      this.#asking.done = say("moved", { address: moved[this.kind.name] ?? "" });
      await this.frame.again();
      return "";
    });
    const back = (): void => {
      this.#asked = null;
      this.frame.changed();
    };
    return html`<p>${say("sentTo", { address: sentTo })}</p>
      <form class="row" @submit=${go}>${codeField(this.#proving, say("code"))} ${ending(this.#proving, say("confirm"))}</form>
      <div class="ending"><button class="button" @click=${back}>${say("startAgain")}</button></div>`;
  }
}

export class Contacts {
  #email: Contact;
  #phone: Contact;

  constructor(frame: Frame) {
    this.#email = new Contact(frame, EMAIL);
    this.#phone = new Contact(frame, PHONE);
  }

  draw({ me }: Account): unknown {
    return card("contacts", say("contacts"), html`${this.#email.draw(me)}<hr>${this.#phone.draw(me)}`, say("contactsWords"));
  }
}
