// The account of whoever is logged in: who they are, how they like it, how they come in, and what is kept of them.
import "./account.css";
import { html, nothing } from "lit-html";
import { ask } from "../../api/graphql.ts";
import { session } from "../../api/session.ts";
import type { View } from "../../router.ts";
import { locale } from "../../text/format.ts";
import { Fetched } from "../sale/fetched.ts";
import { failed, instead, logInInstead, waiting } from "../sale/parts.ts";
import { ACCOUNT, type ActiveSession, type Me } from "./api.ts";
import { Belongings } from "./belongings.ts";
import { Contacts } from "./contacts.ts";
import { EmailProof } from "./email-proof.ts";
import { Likes } from "./likes.ts";
import { Password } from "./password.ts";
import { ProfileForm } from "./profile.ts";
import { SecondFactor } from "./second-factor.ts";
import { Sessions } from "./sessions.ts";
import { say } from "./texts.ts";

export interface Account {
  me: Me;
  sessions: ActiveSession[];
}

/** What a card may do to the whole: draw it again, ask again, or say that the account is gone. */
export interface Frame {
  changed: () => void;
  again: () => Promise<void>;
  gone: () => void;
}

const SECTIONS = ["profile", "contacts", "likes", "password", "factor", "sessions", "belongings"] as const;

export class AccountPage implements View {
  #changed = (): void => undefined;
  #isGone = false;
  #account = new Fetched<Account | null>(fetchAccount, () => this.#changed());
  #frame: Frame = { changed: () => this.#changed(), again: () => this.#account.again(), gone: () => this.#leave() };
  #proof = new EmailProof(this.#frame);
  #cards = {
    profile: new ProfileForm(this.#frame),
    contacts: new Contacts(this.#frame),
    likes: new Likes(this.#frame),
    password: new Password(this.#frame),
    factor: new SecondFactor(this.#frame),
    sessions: new Sessions(this.#frame),
    belongings: new Belongings(this.#frame),
  };

  get title(): string {
    return say("title");
  }

  start(changed: () => void): void {
    this.#changed = changed;
    session.addEventListener("change", this.#begin);
    this.#begin();
  }

  stop(): void {
    session.removeEventListener("change", this.#begin);
    this.#account.stop();
  }

  draw(): unknown {
    if (this.#isGone) return instead(say("goneWords"), html`<a class="button main" href="/">${say("toProgramme")}</a>`, say("gone"));
    if (!session.person) return logInInstead(say("logIn"), say("title"));
    const { value, failure } = this.#account;
    if (!value) return failure ? failed(failure, this.#account.again) : waiting();
    return html`<div class="account">${this.#head(value.me)} ${contents()}
      <div class="cards">${SECTIONS.map((section) => this.#cards[section].draw(value))}</div></div>`;
  }

  #begin = (): void => {
    this.#account.stop();
    this.#account.value = undefined;
    if (session.person) this.#account.start();
    this.#changed();
  };

  #leave(): void {
    this.#isGone = true;
    session.forget();
  }

  #head(me: Me): unknown {
    const since = new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric" }).format(new Date(me.createdAt));
    return html`<header class="panel self">
      <span class="initial" aria-hidden="true">${[...me.name][0]}</span>
      <div class="self-words"><h1>${me.name}</h1>
        <p>${me.email ?? me.phone} ${me.email ? badge(me.emailVerified) : nothing}</p>
        <p class="soft small">${say("since", { when: since })}</p></div>
      ${me.email && !me.emailVerified ? this.#proof.draw(me) : nothing}
    </header>`;
  }
}

async function fetchAccount(): Promise<Account | null> {
  const { me, sessions } = await ask<{ me: Me | null; sessions: ActiveSession[] }>(ACCOUNT);
  return me && { me, sessions };
}

function badge(verified: boolean): unknown {
  return html`<span class="badge ${verified ? "confirmed" : "warn"}">${say(verified ? "verified" : "unverified")}</span>`;
}

function contents(): unknown {
  const jump = (event: Event): void => {
    event.preventDefault();
    const title = document.querySelector<HTMLElement>(`${(event.currentTarget as HTMLAnchorElement).hash}-title`);
    title?.focus({ preventScroll: true });
    title?.scrollIntoView({ block: "start" });
  };
  return html`<nav class="contents" aria-label=${say("title")}>
    ${SECTIONS.map((section) => html`<a href="#${section}" @click=${jump}>${say(section)}</a>`)}</nav>`;
}
