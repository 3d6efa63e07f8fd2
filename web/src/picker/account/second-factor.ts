// The second step: an authenticator app, set up with a picture, and recovery codes for the day the phone is gone.
import { html, nothing } from "lit-html";
import type { Account, Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { type Me, act } from "./api.ts";
import { card, codeField, ending, outcome, saveFile } from "./parts.ts";
import { say } from "./texts.ts";

interface NewFactor {
  secret: string;
  qr: string;
}

type Asking = "renewRecoveryCodes" | "endSecondFactor";

export class SecondFactor {
  #act: Act;
  #new: NewFactor | null = null;
  #codes: string[] = [];
  #asking: Asking | null = null;

  constructor(readonly frame: Frame) {
    this.#act = new Act(frame.changed);
  }

  draw({ me }: Account): unknown {
    const { enabled, needed } = me.secondFactor;
    return card("factor", say("factor"), html`
      ${needed && !enabled ? html`<p class="notice warn">${say("factorNeeded")}</p>` : nothing}
      ${this.#codes.length ? this.#recovery() : enabled ? this.#on(me) : this.#new ? this.#setUp(this.#new) : this.#off()}`);
  }

  #off(): unknown {
    const begin = (): void => {
      void this.#act.run(async () => {
        this.#new = await act<NewFactor>("startSecondFactor");
        return "";
      });
    };
    return html`<p class="soft">${say("factorOff")}</p>
      <div class="ending"><button class="button" @click=${begin}>${say("setUp")}</button> ${outcome(this.#act)}</div>`;
  }

  #setUp({ secret, qr }: NewFactor): unknown {
    const confirm = this.#act.submit(async (given) => {
      this.#codes = (await act<{ codes: string[] }>("confirmSecondFactor", { code: given("code") })).codes;
      this.#new = null;
      await this.frame.again();
      return "";
    });
    return html`<div class="setup"><img class="qr" src=${qr} alt=${say("qr")} width="176" height="176">
      <div><p>${say("scan")}</p><p class="soft small">${say("key")}</p><p class="mono key">${secret.replace(/(.{4})(?=.)/g, "$1 ")}</p></div></div>
      <form class="row" @submit=${confirm}>${codeField(this.#act, say("appCode"))} ${ending(this.#act, say("confirm"))}</form>`;
  }

  #recovery(): unknown {
    const text = this.#codes.join("\n");
    const copy = (): void => {
      void this.#act.run(async () => {
        await navigator.clipboard.writeText(text);
        return say("copied");
      });
    };
    const kept = (): void => {
      this.#codes = [];
      this.#act.done = "";
      this.frame.changed();
    };
    return html`<h3>${say("codes")}</h3><p>${say("codesWords")}</p>
      <ul class="codes mono" role="list">${this.#codes.map((code) => html`<li>${code}</li>`)}</ul>
      <div class="ending"><button class="button" @click=${() => saveFile("marquee-recovery-codes.txt", "text/plain", `${text}\n`)}>${say("saveCodes")}</button>
        <button class="button" @click=${copy}>${say("copy")}</button>
        <button class="button main" @click=${kept}>${say("kept")}</button> ${outcome(this.#act)}</div>`;
  }

  #on({ secondFactor }: Me): unknown {
    const ask = (what: Asking) => (): void => {
      this.#asking = this.#asking === what ? null : what;
      this.#act.problem = "";
      this.frame.changed();
    };
    return html`<p><span class="badge confirmed">${say("factorOn")}</span> <span class="soft">${say("codesLeft", { count: secondFactor.recoveryCodesLeft })}</span></p>
      <div class="ending">
        <button class="button" aria-expanded=${this.#asking === "renewRecoveryCodes"} @click=${ask("renewRecoveryCodes")}>${say("newCodes")}</button>
        <button class="button quiet" aria-expanded=${this.#asking === "endSecondFactor"} @click=${ask("endSecondFactor")}>${say("turnOff")}</button></div>
      ${this.#asking ? this.#shownAgain(this.#asking) : nothing}`;
  }

  #shownAgain(what: Asking): unknown {
    const go = this.#act.submit(async (given) => {
      const { codes = [] } = await act<{ codes?: string[] }>(what, { code: given("code") });
      this.#codes = codes;
      this.#asking = null;
      await this.frame.again();
      return "";
    });
    return html`<form class="row" @submit=${go}>${codeField(this.#act, say("factorCode"), "code", { digits: false })}
      ${ending(this.#act, say(what === "endSecondFactor" ? "turnOff" : "newCodes"), what === "endSecondFactor" ? "danger" : "main")}</form>`;
  }
}
