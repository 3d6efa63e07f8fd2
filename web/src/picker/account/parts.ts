// Pieces of the account's views: a card, a field with what is wrong with it, and how an act has ended.
import { html, nothing } from "lit-html";
import type { Act } from "./acts.ts";

export function card(id: string, title: string, inside: unknown, words?: string): unknown {
  return html`<section class="panel card" id=${id} aria-labelledby="${id}-title">
    <h2 id="${id}-title" tabindex="-1">${title}</h2>
    ${words ? html`<p class="soft">${words}</p>` : nothing} ${inside}
  </section>`;
}

export interface FieldOptions {
  type?: string;
  value?: string;
  hint?: string;
  autocomplete?: string;
  required?: boolean;
  minlength?: number;
  max?: string;
}

export function field(act: Act, name: string, label: string, options: FieldOptions = {}): unknown {
  const { type = "text", value, hint = "", autocomplete, required = true, minlength, max } = options;
  const wrong = act.wrong(name);
  const about = wrong || hint ? `about-${name}` : nothing;
  return html`<label class="field">${label}
    <input name=${name} type=${type} .value=${value ?? nothing} ?required=${required} autocomplete=${autocomplete ?? "off"} minlength=${minlength ?? nothing}
      max=${max ?? nothing} aria-invalid=${wrong ? "true" : nothing} aria-describedby=${about}>
    ${wrong || hint ? html`<span class=${wrong ? "wrong" : "soft small"} id=${about}>${wrong ?? hint}</span>` : nothing}
  </label>`;
}

/** Six digits, as a phone offers them from a message. */
export function codeField(act: Act, label: string, name = "code", { digits = true } = {}): unknown {
  return html`<label class="field code">${label}
    <input name=${name} required autocomplete="one-time-code" inputmode=${digits ? "numeric" : "text"} maxlength="20" spellcheck="false"
      aria-invalid=${act.problem ? "true" : nothing}>
  </label>`;
}

/** The button of a form, and beside it how it went. */
export function ending(act: Act, label: string, style = "main"): unknown {
  return html`<div class="ending"><button class="button ${style}" aria-disabled=${act.busy}>${label}</button> ${outcome(act)}</div>`;
}

export function outcome(act: Act): unknown {
  if (act.problem) return html`<p class="wrong" role="alert">${act.problem}</p>`;
  return html`<p class="done" role="status">${act.done}</p>`;
}

/** Have the browser keep a text as a file. */
export function saveFile(name: string, kind: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: kind }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
