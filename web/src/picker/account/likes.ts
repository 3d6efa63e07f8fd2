// How people like it: the language of letters, what they want to hear of, where they sit.
import { html } from "lit-html";
import { LANGUAGES } from "../../text/index.ts";
import type { Account, Frame } from "./account-page.ts";
import { Act } from "./acts.ts";
import { type Kind, type Me, type Position, TOPICS, act } from "./api.ts";
import { card, ending } from "./parts.ts";
import { say } from "./texts.ts";

const KINDS: Kind[] = ["STANDARD", "PREMIUM", "VIP"];
const POSITIONS: Position[] = ["FRONT", "MIDDLE", "BACK"];

export class Likes {
  #act: Act;

  constructor(readonly frame: Frame) {
    this.#act = new Act(frame.changed);
  }

  draw({ me }: Account): unknown {
    const save = this.#act.submit(async (given, form) => {
      await act("updateProfile", { preferences: likesOf(given, form) });
      await this.frame.again();
      return say("saved");
    });
    const { language, notifications, seats } = me.preferences;
    return card("likes", say("likes"), html`<form @submit=${save}>
      <label class="field">${say("letters")}<select name="language">
        <option value="" ?selected=${!language}>${say("anyLanguage")}</option>
        ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code.toUpperCase()} lang=${code} ?selected=${code.toUpperCase() === language}>${name}</option>`)}
      </select></label>
      ${hearing(notifications)} ${sitting(seats)} ${ending(this.#act, say("save"))}
    </form>`);
  }
}

function likesOf(given: (name: string) => string, form: HTMLFormElement): unknown {
  const values = new FormData(form);
  const channels = (topic: string): unknown => ({ email: values.has(`${topic}-email`), sms: values.has(`${topic}-sms`) });
  return {
    language: given("language") || null,
    notifications: Object.fromEntries(TOPICS.map((topic) => [topic, channels(topic)])),
    seats: { kinds: values.getAll("kinds"), position: given("position") || null, aisle: values.has("aisle") },
  };
}

function hearing(notifications: Me["preferences"]["notifications"]): unknown {
  return html`<table class="hearing"><caption>${say("hearing")}</caption>
    <thead><tr><td></td><th scope="col">${say("byEmail")}</th><th scope="col">${say("bySms")}</th></tr></thead>
    <tbody>${TOPICS.map((topic) => html`<tr><th scope="row">${say(topic)}</th>
      <td>${tick(`${topic}-email`, notifications[topic].email, `${say(topic)}: ${say("byEmail")}`)}</td>
      <td>${tick(`${topic}-sms`, notifications[topic].sms, `${say(topic)}: ${say("bySms")}`)}</td></tr>`)}</tbody>
  </table><p class="soft small">${say("always")}</p>`;
}

function tick(name: string, checked: boolean, label: string): unknown {
  return html`<label class="tick"><input type="checkbox" name=${name} .checked=${checked} aria-label=${label}></label>`;
}

function sitting({ kinds, position, aisle }: Me["preferences"]["seats"]): unknown {
  return html`<fieldset class="choices"><legend>${say("position")}</legend>
      ${["" as const, ...POSITIONS].map((each) => html`<label class="choice-pill"><input type="radio" name="position" value=${each} .checked=${(position ?? "") === each}>
        <span>${say(each || "anywhere")}</span></label>`)}</fieldset>
    <fieldset class="choices"><legend>${say("kinds")}</legend>
      ${KINDS.map((kind) => html`<label class="choice-pill"><input type="checkbox" name="kinds" value=${kind} .checked=${kinds.includes(kind)}><span>${say(kind)}</span></label>`)}</fieldset>
    <label class="check"><input type="checkbox" name="aisle" .checked=${aisle}> ${say("aisle")}</label>
    <p class="soft small">${say("sittingWords")}</p>`;
}
