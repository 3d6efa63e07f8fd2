// The bar above GraphiQL: whose house this is, the ways to its other pages, and as whom one asks.
import { session } from "../api/session.ts";
import { LANGUAGES, type Language, speak } from "../text/index.ts";
import { say as sayShell } from "../text/shell.ts";
import type { Theme } from "../theme.ts";
import { LogIn } from "./log-in.tsx";
import { openDocs } from "./panes.ts";
import { useLanguage, usePerson } from "./state.ts";
import { say } from "./text.ts";

interface Props {
  /** The Headers editor has an Authorization of its own. */
  byHeaders: boolean;
  theme: Theme;
  chooseTheme: (chosen: Theme) => void;
}

export function TopBar({ byHeaders, theme, chooseTheme }: Props) {
  useLanguage();
  return (
    <header className="bar">
      <h1><a href="/"><img src="/favicon.svg" alt="" width="28" height="28" />Marquee</a> <small>GraphiQL</small></h1>
      <nav aria-label="Marquee">
        <a href="/">{sayShell("home")}</a>
        <a href="/desk">{sayShell("desk")}</a>
        <button type="button" onClick={openDocs}>{say("docs")}</button>
      </nav>
      <Whom byHeaders={byHeaders} />
      <div className="tools">
        <LanguagePicker />
        <ThemeButton theme={theme} chooseTheme={chooseTheme} />
      </div>
    </header>
  );
}

function Whom({ byHeaders }: { byHeaders: boolean }) {
  const person = usePerson();
  return (
    <div className="whom">
      <p className="who" aria-live="polite" data-who={byHeaders ? "headers" : person ? "person" : "visitor"}>
        {byHeaders || !person ? <span className="text">{say(byHeaders ? "byHeaders" : "visitor")}</span> : <>
          <span className="as">{say("as")} </span>
          <b title={person.email ?? undefined}>{person.name}</b>
          {person.roles.map((role) => <span className="role" key={role}>{role.replaceAll("_", " ")}</span>)}
        </>}
      </p>
      {person
        ? <button className="button" type="button" onClick={() => void session.logOut()}>{sayShell("logOut")}</button>
        : <LogIn />}
    </div>
  );
}

function LanguagePicker() {
  const spoken = useLanguage();
  return (
    <select className="language" aria-label={sayShell("language")} value={spoken} onChange={(event) => speak(event.target.value as Language)}>
      {Object.entries(LANGUAGES).map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
    </select>
  );
}

function ThemeButton({ theme, chooseTheme }: Pick<Props, "theme" | "chooseTheme">) {
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button className="button quiet round" type="button" aria-label={sayShell(other === "dark" ? "toDark" : "toLight")} onClick={() => chooseTheme(other)}>
      {other === "dark" ? "☾" : "☀"}
    </button>
  );
}
