// The house's colours as GraphiQL and its editor want them: GraphiQL as the parts of hsl(), Monaco as hexadecimal numbers.
const USED = ["paper", "panel", "sunken", "ink", "soft", "line", "brand", "good", "bad", "warn", "seat-standard", "seat-premium"] as const;
type Colour = (typeof USED)[number];
type Colours = Record<Colour, string>;

/** What tokens.css says now, by the theme in use. */
export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(USED.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Colours;
}

/** "350, 67%, 42%" of "#b4233a". */
export function hsl(hex: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const most = Math.max(r, g, b);
  const range = most - Math.min(r, g, b);
  const lightness = most - range / 2;
  const saturation = range === 0 ? 0 : range / (1 - Math.abs(2 * lightness - 1));
  const sixth = range === 0 ? 0 : most === r ? ((g - b) / range + 6) % 6 : most === g ? (b - r) / range + 2 : (r - g) / range + 4;
  return `${(sixth * 60).toFixed(1)}, ${(saturation * 100).toFixed(1)}%, ${(lightness * 100).toFixed(1)}%`;
}

/** Hand them to graphiql.css. */
export function paint(now: Colours): void {
  for (const [name, hex] of Object.entries(now)) document.documentElement.style.setProperty(`--hsl-${name}`, hsl(hex));
}

const SPOKEN: [token: string, colour: Colour, style?: string][] = [
  ["keyword", "brand"],
  ["comment", "soft", "italic"],
  ["string", "good"],
  ["number", "warn"],
  ["key.identifier.gql", "ink"],
  ["type.identifier.gql", "seat-standard"],
  ["argument.identifier.gql", "seat-premium"],
  ["string.key.json", "seat-standard"],
  ["string.value.json", "good"],
  ["number.json", "warn"],
  ["keyword.json", "brand"],
];

/** The editor's theme. */
export function editorTheme(now: Colours, base: "vs" | "vs-dark") {
  const rules = SPOKEN.map(([token, colour, fontStyle = ""]) => ({ token, foreground: now[colour].slice(1), fontStyle }));
  return {
    base,
    inherit: true,
    rules: [{ token: "", foreground: now.ink.slice(1) }, ...rules],
    colors: {
      "editor.background": "#ffffff00",
      "editor.foreground": now.ink,
      "editorLineNumber.foreground": now.soft,
      "editorCursor.foreground": now.brand,
      "editor.selectionBackground": `${now.brand}33`,
      "editorBracketMatch.border": now.soft,
      "editorBracketHighlight.foreground1": now.soft,
      "editorBracketHighlight.foreground2": now.soft,
      "editorBracketHighlight.foreground3": now.soft,
      "editorHoverWidget.background": now.panel,
      "editorWidget.background": now.panel,
      "editorSuggestWidget.background": now.panel,
      "editorSuggestWidget.selectedBackground": `${now.brand}22`,
      "editorSuggestWidget.selectedForeground": now.ink,
      "editorSuggestWidget.highlightForeground": now.brand,
      "editorSuggestWidget.focusHighlightForeground": now.brand,
      "list.hoverBackground": `${now.brand}14`,
      "quickInput.background": now.panel,
      "quickInputList.focusBackground": `${now.brand}22`,
      "quickInputList.focusForeground": now.ink,
      "menu.background": now.panel,
      "menu.selectionBackground": `${now.brand}22`,
      "menu.selectionForeground": now.ink,
      "input.background": now.sunken,
      "scrollbar.shadow": "#ffffff00",
      "textLink.foreground": now.brand,
      "textLink.activeForeground": now.brand,
      "editorLink.activeForeground": now.brand,
      focusBorder: now.brand,
    },
  };
}
