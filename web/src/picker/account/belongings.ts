// What is kept of somebody: theirs to read, and to have deleted.
import { html } from "lit-html";
import type { Account, Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { act, exportMyData } from "./api.ts";
import { card, field, outcome, saveFile } from "./parts.ts";
import { say } from "./texts.ts";

const dialog = (): HTMLDialogElement | null => document.querySelector("#delete-account");

export class Belongings {
  #saving: Act;
  #deleting: Act;

  constructor(readonly frame: Frame) {
    this.#saving = new Act(frame.changed);
    this.#deleting = new Act(frame.changed);
  }

  draw({ me }: Account): unknown {
    const save = (): void => {
      void this.#saving.run(async () => {
        const { fileName, contentType, content } = await exportMyData();
        saveFile(fileName, contentType, content);
        return say("exported", { name: fileName });
      });
    };
    return card("belongings", say("belongings"), html`<p class="soft">${say("exportWords")}</p>
      <div class="ending"><button class="button" aria-disabled=${this.#saving.busy} @click=${save}>${say("export")}</button> ${outcome(this.#saving)}</div>
      <hr><p class="soft">${say("deleteWords")}</p>
      <div class="ending"><button class="button danger" @click=${() => dialog()?.showModal()}>${say("delete")}</button></div>
      ${this.#question(me.waysIn.includes("PASSWORD"))}`);
  }

  #question(hasPassword: boolean): unknown {
    const go = this.#deleting.submit(async (given) => {
      await act("deleteAccount", hasPassword ? { password: given("password") } : {});
      dialog()?.close();
      this.frame.gone();
      return "";
    });
    return html`<dialog id="delete-account" class="panel" aria-labelledby="delete-title"><form @submit=${go}>
      <h2 id="delete-title">${say("deleteTitle")}</h2>
      <ul class="consequences">${(["loseHolds", "loseTickets", "loseName"] as const).map((each) => html`<li>${say(each)}</li>`)}</ul>
      ${hasPassword ? field(this.#deleting, "password", say("currentPassword"), { type: "password", autocomplete: "current-password" }) : html`<p class="soft small">${say("freshWords")}</p>`}
      ${outcome(this.#deleting)}
      <div class="ending"><button class="button danger" aria-disabled=${this.#deleting.busy}>${say("deleteYes")}</button>
        <button class="button" type="button" @click=${() => dialog()?.close()}>${say("keep")}</button></div>
    </form></dialog>`;
  }
}
