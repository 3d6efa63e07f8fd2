// Where somebody is logged in, and ending it there.
import { html, nothing } from "lit-html";
import { locale } from "../../text/format.ts";
import type { Account, Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { type ActiveSession, endOtherSessions, endSession } from "./api.ts";
import { card, outcome } from "./parts.ts";
import { say } from "./texts.ts";

export class Sessions {
  #act: Act;

  constructor(readonly frame: Frame) {
    this.#act = new Act(frame.changed);
  }

  draw({ sessions }: Account): unknown {
    const sorted = [...sessions].sort((one, other) => Number(other.isCurrent) - Number(one.isCurrent) || other.lastUsedAt.localeCompare(one.lastUsedAt));
    return card("sessions", say("sessions"), html`<ul class="devices" role="list">${sorted.map((each) => this.#line(each))}</ul>
      <div class="ending">${sessions.length > 1 ? html`<button class="button" aria-disabled=${this.#act.busy} @click=${this.#endOthers}>${say("endOthers")}</button>` : nothing}
        ${outcome(this.#act)}</div>`, say("sessionsWords"));
  }

  #line({ id, device, address, lastUsedAt, isCurrent }: ActiveSession): unknown {
    const end = (): void => {
      void this.#act.run(async () => {
        await endSession(id);
        await this.frame.again();
        return say("ended", { count: 1 });
      });
    };
    const name = device || say("someDevice");
    return html`<li class="device"><div><strong>${name}</strong> ${isCurrent ? html`<span class="badge confirmed">${say("thisOne")}</span>` : nothing}
      <p class="soft small">${say("lastUsed", { when: ago(lastUsedAt) })} · <span class="mono">${address}</span></p></div>
      ${isCurrent ? nothing : html`<button class="button quiet" aria-label=${say("endNamed", { device: name })} @click=${end}>${say("end")}</button>`}</li>`;
  }

  #endOthers = (): void => {
    void this.#act.run(async () => {
      const count = await endOtherSessions();
      await this.frame.again();
      return say("ended", { count });
    });
  };
}

function ago(instant: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
}
