// The log-in box of the bar: what it gives is the session of all our pages.
import { type FormEvent, useId, useState } from "react";
import { Refused, session } from "../api/session.ts";
import { say as sayShell } from "../text/shell.ts";
import { say } from "./text.ts";

export function LogIn() {
  const [open, setOpen] = useState(false);
  const { busy, problem, needsCode, submit } = useLogIn();
  const form = useId();
  return (
    <div className="log-in" data-open={open || undefined}>
      <button className="button main fold" type="button" aria-expanded={open} aria-controls={form} onClick={() => setOpen(!open)}>
        {sayShell("logIn")}
      </button>
      <form id={form} aria-label={say("logInTo")} onSubmit={submit}>
        <Field name="email" type="email" autoComplete="username" />
        <Field name="password" type="password" autoComplete="current-password" />
        {needsCode && <Field name="secondFactor" type="text" autoComplete="one-time-code" />}
        <button className="button main" disabled={busy}>{sayShell("logIn")}</button>
        {problem && <p className="notice bad" role="alert">{problem}</p>}
      </form>
    </div>
  );
}

function Field(props: { name: "email" | "password" | "secondFactor"; type: string; autoComplete: string }) {
  return <input {...props} required aria-label={sayShell(props.name)} placeholder={sayShell(props.name)} />;
}

/** Logging in with what the form holds; once it is done there is a person, and no form. */
function useLogIn() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [needsCode, setNeedsCode] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setBusy(true);
    setProblem("");
    try {
      const code = given.get("secondFactor")?.toString() ?? null;
      await session.logIn(String(given.get("email")), String(given.get("password")), code);
    } catch (error) {
      setNeedsCode(error instanceof Refused && error.secondFactorNeeded);
      setProblem(error instanceof Refused ? error.message : sayShell("unreachable"));
      setBusy(false);
    }
  }

  return { busy, problem, needsCode, submit };
}
