// The log-in box of the bar: what it gives is the session of all our pages.
import { type FormEvent, useId, useState } from "react";
import { Refused, session } from "../api/session.ts";
import { say as sayShell } from "../text/shell.ts";
import { say } from "./text.ts";

export function LogIn() {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const form = useId();

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setBusy(true);
    setProblem("");
    try {
      await session.logIn(String(given.get("email")), String(given.get("password")));
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : sayShell("unreachable"));
      setBusy(false);
    }
  }

  return (
    <div className="log-in" data-open={open || undefined}>
      <button className="button main fold" type="button" aria-expanded={open} aria-controls={form} onClick={() => setOpen(!open)}>
        {sayShell("logIn")}
      </button>
      <form id={form} aria-label={say("logInTo")} onSubmit={submit}>
        <input name="email" type="email" required autoComplete="username" aria-label={sayShell("email")} placeholder={sayShell("email")} />
        <input name="password" type="password" required autoComplete="current-password" aria-label={sayShell("password")} placeholder={sayShell("password")} />
        <button className="button main" disabled={busy}>{sayShell("logIn")}</button>
        {problem && <p className="notice bad" role="alert">{problem}</p>}
      </form>
    </div>
  );
}
