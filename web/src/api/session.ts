// Who is logged in: kept across reloads and tabs, renewed before its token dies.
import { send } from "./graphql.ts";

export interface Person {
  id: string;
  name: string;
  email: string | null;
  roles: string[];
}

interface Kept {
  person: Person;
  accessToken: string;
  accessTokenExpiresAt: string;
  refreshToken: string;
}

interface SessionShape {
  __typename: string;
  message?: string;
  fields?: { path: string[]; message: string }[];
  secondFactorNeeded?: boolean;
  user?: Person;
  accessToken?: string;
  accessTokenExpiresAt?: string;
  refreshToken?: string;
}

const KEY = "marquee.session";
const RENEW_BEFORE_MS = 30_000;
const SESSION = "... on Session { accessToken accessTokenExpiresAt refreshToken user { id name email roles } }";
const LOGIN = `mutation LogIn($input: LoginInput!) { login(input: $input) { __typename ${SESSION} ... on Problem { message } ... on InvalidCredentials { secondFactorNeeded } } }`;
const REGISTER = `mutation Register($input: RegisterInput!) {
  register(input: $input) { __typename ${SESSION} ... on Problem { message } ... on InvalidInput { fields { path message } } }
}`;
const RENEW = `mutation Renew($token: String!) { refreshSession(refreshToken: $token) { __typename ${SESSION} ... on Problem { message } } }`;
const ACCEPT = `mutation Accept($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) { __typename ${SESSION} ... on Problem { message } ... on InvalidInput { fields { path message } } }
}`;
const LOGOUT = "mutation LogOut { logout }";

/**
 * The API said no, to a log-in or to anything else: the message is fit to show, `fields` says which values are wrong, `kind` is the
 * refusal's type. `secondFactorNeeded`: the password was right, and a code is wanted beside it.
 */
export class Refused extends Error {
  constructor(
    message: string,
    readonly fields: { path: string[]; message: string }[] = [],
    readonly kind = "",
    readonly secondFactorNeeded = false,
  ) {
    super(message);
    this.name = "Refused";
  }
}

class Session extends EventTarget {
  #kept: Kept | null = read();
  #renewing: Promise<string | null> | null = null;

  constructor() {
    super();
    window.addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      this.#kept = read();
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Who is logged in; null: nobody. "change" is dispatched whenever this is another person. */
  get person(): Person | null {
    return this.#kept?.person ?? null;
  }

  /** A token that lives for a while yet; null for a visitor. */
  async accessToken(): Promise<string | null> {
    if (!this.#kept) return null;
    const dies = Date.parse(this.#kept.accessTokenExpiresAt);
    return dies - RENEW_BEFORE_MS > Date.now() ? this.#kept.accessToken : this.renew(this.#kept.accessToken);
  }

  /** The token after this one; null where the session has ended. A refresh token works once, so tabs take turns. */
  async renew(dead: string): Promise<string | null> {
    this.#renewing ??= navigator.locks
      ? navigator.locks.request("marquee.renew", () => this.#renewed(dead))
      : this.#renewed(dead);
    try {
      return await this.#renewing;
    } finally {
      this.#renewing = null;
    }
  }

  /** Log in; Refused says `secondFactorNeeded` where a code of the person's app has to come along. */
  async logIn(email: string, password: string, secondFactor: string | null = null): Promise<Person> {
    const input = { email, password, secondFactor };
    const { login } = await send<{ login: SessionShape }>(LOGIN, { input }, null);
    return this.#keep(login);
  }

  /** Join the staff with an invitation; whoever has no account yet gives a name and a password, too. */
  async accept(input: { token: string; name?: string; password?: string }): Promise<Person> {
    const { acceptInvitation } = await send<{ acceptInvitation: SessionShape }>(ACCEPT, { input }, null);
    return this.#keep(acceptInvitation);
  }

  /** Whoever is logged in is called something else now. */
  rename(name: string): void {
    if (!this.#kept || this.#kept.person.name === name) return;
    this.#kept = { ...this.#kept, person: { ...this.#kept.person, name } };
    localStorage.setItem(KEY, JSON.stringify(this.#kept));
    window.dispatchEvent(new Event("marquee-redraw"));
  }

  /** The session has ended elsewhere. */
  forget(): void {
    this.#forget();
  }

  async register(name: string, email: string, password: string): Promise<Person> {
    const { register } = await send<{ register: SessionShape }>(REGISTER, { input: { name, email, password } }, null);
    return this.#keep(register);
  }

  async logOut(): Promise<void> {
    const token = this.#kept?.accessToken ?? null;
    this.#forget();
    if (token) await send(LOGOUT, {}, token).catch(() => undefined);
  }

  async #renewed(dead: string): Promise<string | null> {
    this.#kept = read();
    if (!this.#kept) return null;
    if (this.#kept.accessToken !== dead) return this.#kept.accessToken;
    const token = this.#kept.refreshToken;
    const { refreshSession } = await send<{ refreshSession: SessionShape }>(RENEW, { token }, null);
    if (refreshSession.__typename !== "Session") {
      this.#forget();
      return null;
    }
    this.#keep(refreshSession);
    return this.#kept.accessToken;
  }

  #keep(given: SessionShape): Person {
    const { user, accessToken, accessTokenExpiresAt, refreshToken } = given;
    if (!user || !accessToken || !accessTokenExpiresAt || !refreshToken) {
      throw new Refused(given.message ?? "That did not work.", given.fields, given.__typename, given.secondFactorNeeded);
    }
    const before = this.person?.id;
    this.#kept = { person: user, accessToken, accessTokenExpiresAt, refreshToken };
    localStorage.setItem(KEY, JSON.stringify(this.#kept));
    if (before !== user.id) this.dispatchEvent(new Event("change"));
    return user;
  }

  #forget(): void {
    this.#kept = null;
    localStorage.removeItem(KEY);
    this.dispatchEvent(new Event("change"));
  }
}

function read(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

export const session = new Session();
