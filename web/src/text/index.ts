// What the page says, in the languages it speaks. Every area has a file of texts; none may lack a language.
export const LANGUAGES = { en: "English", vi: "Tiếng Việt", hi: "हिन्दी" } as const;
export type Language = keyof typeof LANGUAGES;
export type Texts<Key extends string> = Record<Language, Record<Key, string>>;

const KEPT = "marquee.language";

function isLanguage(name: string | null | undefined): name is Language {
  return name !== null && name !== undefined && name in LANGUAGES;
}

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? "en";
}

let spoken: Language = first();
document.documentElement.lang = spoken;

/** The language in use. */
export function language(): Language {
  return spoken;
}

/** Speak another; "marquee-language" is dispatched on the window. */
export function speak(name: Language): void {
  spoken = name;
  localStorage.setItem(KEPT, name);
  document.documentElement.lang = name;
  window.dispatchEvent(new Event("marquee-language"));
}

/**
 * A function that says a text by its key. `{name}` stands for a value; `{count|one text|text for {count}}` chooses by number.
 */
export function texts<Key extends string>(known: Texts<Key>): (key: Key, values?: Record<string, string | number>) => string {
  return (key, values = {}) =>
    known[spoken][key]
      .replace(/\{(\w+)\|([^|{}]*(?:\{\w+\}[^|{}]*)*)\|([^|{}]*(?:\{\w+\}[^|{}]*)*)\}/g, (_, name: string, one: string, many: string) => {
        const rule = new Intl.PluralRules(spoken).select(Number(values[name]));
        return rule === "one" ? one : many;
      })
      .replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
