// What the page redraws for: the person, the language, the theme.
import { useEffect, useState, useSyncExternalStore } from "react";
import { session, type Person } from "../api/session.ts";
import { type Language, language } from "../text/index.ts";
import { type Theme, setTheme, theme } from "../theme.ts";

export function usePerson(): Person | null {
  return useSyncExternalStore(heard(session, "change"), () => session.person);
}

export function useLanguage(): Language {
  return useSyncExternalStore(heard(window, "marquee-language"), language);
}

/** The theme in use, and how to choose another; the machine's is followed until then. */
export function useTheme(): [Theme, (chosen: Theme) => void] {
  const [now, setNow] = useState(theme);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = (): void => setNow(theme());
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, []);
  const choose = (chosen: Theme): void => {
    setTheme(chosen);
    setNow(chosen);
  };
  return [now, choose];
}

const subscriptions = new Map<string, (hear: () => void) => () => void>();

/** One function for each event: React subscribes again whenever it is given another. */
function heard(source: EventTarget, event: string): (hear: () => void) => () => void {
  const known = subscriptions.get(event);
  if (known) return known;
  const subscribe = (hear: () => void): (() => void) => {
    source.addEventListener(event, hear);
    return () => source.removeEventListener(event, hear);
  };
  subscriptions.set(event, subscribe);
  return subscribe;
}
