// Proving that an e-mail address is one's own, with a code of six digits: one was sent at the beginning, another may be asked for.
import { html } from "lit-html";
import type { Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { type Me, act } from "./api.ts";
import { codeField, ending, outcome } from "./parts.ts";
import { say } from "./texts.ts";

export class EmailProof {
  #sending: Act;
  #proving: Act;

  constructor(readonly frame: Frame) {
    this.#sending = new Act(frame.changed);
    this.#proving = new Act(frame.changed);
  }

  draw({ email }: Me): unknown {
    const prove = this.#proving.submit(async (given) => {
      await act("verifyEmail", { code: given("code") });
      await this.frame.again();
      return "";
    });
    return html`<div class="proof"><p>${say("proofWords", { address: email ?? "" })}</p>
      <form class="row" @submit=${prove}>${codeField(this.#proving, say("code"))} ${ending(this.#proving, say("confirm"))}</form>
      <div class="ending"><button class="button" aria-disabled=${this.#sending.busy} @click=${this.#send}>${say("sendAgain")}</button> ${outcome(this.#sending)}</div>
    </div>`;
  }

  #send = (): void => {
    void this.#sending.run(async () => say("sentTo", { address: (await act<{ sentTo: string }>("requestEmailCode")).sentTo }));
  };
}
