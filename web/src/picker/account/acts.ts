// Something that a card does: whether it is under way, how it ended, and what was wrong with which field.
import { ApiError, Unreachable } from "../../api/graphql.ts";
import { Refused } from "../../api/session.ts";
import { language } from "../../text/index.ts";
import { say as sayShell } from "../../text/shell.ts";
import { say } from "./texts.ts";

const KINDS = {
  InvalidCredentials: "wrongPassword",
  CodeRefused: "wrongCode",
  TooSoon: "tooSoon",
  EmailTaken: "taken",
  PhoneTaken: "taken",
  NotOffered: "notOffered",
  SecondFactorRefused: "wrongFactor",
  InvitationOver: "invitationOver",
  AccountNotDeletable: "notDeletable",
  InvalidInput: "wrongFields",
} as const;
const FIELDS = { name: "wrongName", dateOfBirth: "wrongBorn", newPassword: "wrongNew", password: "wrongNew", email: "wrongEmail", phone: "wrongPhone" } as const;

/** The API's own words are English; other languages have a sentence for every kind of refusal. */
export function wordsOf(error: unknown): string {
  if (error instanceof Unreachable) return sayShell("unreachable");
  if (error instanceof Refused) {
    if (language() === "en" && error.kind !== "InvalidInput") return error.message;
    return error.kind in KINDS ? say(KINDS[error.kind as keyof typeof KINDS]) : sayShell("wrong");
  }
  return error instanceof ApiError && error.has("RATE_LIMITED") ? say("tooSoon") : sayShell("wrong");
}

export class Act {
  busy = false;
  problem = "";
  done = "";
  #wrong = new Map<string, string>();

  constructor(readonly changed: () => void) {}

  /** What is wrong with a field, if anything is. */
  wrong(field: string): string | undefined {
    return this.#wrong.get(field);
  }

  /** Do it, once at a time; what it gives is said beside the button. */
  async run(work: () => Promise<string>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.#clear();
    this.changed();
    try {
      this.done = await work();
    } catch (error) {
      this.#failed(error);
    }
    this.busy = false;
    this.changed();
  }

  /** What a form does when it is sent; its values are handed over by name. */
  submit = (work: (given: (name: string) => string, form: HTMLFormElement) => Promise<string>) => (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = new FormData(form);
    void this.run(() => work((name) => String(values.get(name) ?? ""), form));
  };

  #clear(): void {
    this.problem = "";
    this.done = "";
    this.#wrong.clear();
  }

  #failed(error: unknown): void {
    this.problem = wordsOf(error);
    if (!(error instanceof Refused)) return;
    for (const { path, message } of error.fields) {
      const field = path.at(-1) ?? "";
      this.#wrong.set(field, language() === "en" || !(field in FIELDS) ? message : say(FIELDS[field as keyof typeof FIELDS]));
    }
  }
}
