// The house's colours as GraphiQL and its editor want them: GraphiQL as the parts of hsl(), Monaco as hexadecimal numbers.
const USED = ["paper", "panel", "sunken", "ink", "soft", "line", "brand", "good", "bad", "warn", "seat-standard", "seat-premium"] as const;
type Colour = (typeof USED)[number];
type Colours = Record<Colour, string>;

/** What tokens.css says now, by the theme in use, as "#b4233a"; a build may have written it in another way. */
export function colours(): Colours {
  const probe = document.body.appendChild(document.createElement("i"));
  const hex = (name: Colour): string => {
    probe.style.color = `var(--${name})`;
    const parts = getComputedStyle(probe).color.match(/\d+/g) ?? [];
    return `#${parts.slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
  };
  const found = Object.fromEntries(USED.map((name) => [name, hex(name)])) as Colours;
  probe.remove();
  return found;
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

/** The words of the editor, each with its colour. */
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

/** The parts of the editor, each with its colour and how much of it: two digits of hexadecimal. */
const LOOKS: [part: string, colour: Colour, opacity?: string][] = [
  ["editor.background", "panel", "00"],
  ["editor.foreground", "ink"],
  ["editor.selectionBackground", "brand", "33"],
  ["editorBracketHighlight.foreground1", "soft"],
  ["editorBracketHighlight.foreground2", "soft"],
  ["editorBracketHighlight.foreground3", "soft"],
  ["editorBracketMatch.border", "soft"],
  ["editorCursor.foreground", "brand"],
  ["editorHoverWidget.background", "panel"],
  ["editorLineNumber.foreground", "soft"],
  ["editorLink.activeForeground", "brand"],
  ["editorSuggestWidget.background", "panel"],
  ["editorSuggestWidget.focusHighlightForeground", "brand"],
  ["editorSuggestWidget.highlightForeground", "brand"],
  ["editorSuggestWidget.selectedBackground", "brand", "22"],
  ["editorSuggestWidget.selectedForeground", "ink"],
  ["editorWidget.background", "panel"],
  ["focusBorder", "brand"],
  ["input.background", "sunken"],
  ["list.hoverBackground", "brand", "14"],
  ["menu.background", "panel"],
  ["menu.selectionBackground", "brand", "22"],
  ["menu.selectionForeground", "ink"],
  ["quickInput.background", "panel"],
  ["quickInputList.focusBackground", "brand", "22"],
  ["quickInputList.focusForeground", "ink"],
  ["scrollbar.shadow", "panel", "00"],
  ["textLink.activeForeground", "brand"],
  ["textLink.foreground", "brand"],
];

/** The editor's theme. */
export function editorTheme(now: Colours, base: "vs" | "vs-dark") {
  const rules = SPOKEN.map(([token, colour, fontStyle = ""]) => ({ token, foreground: now[colour].slice(1), fontStyle }));
  const colors = Object.fromEntries(LOOKS.map(([part, colour, opacity = ""]) => [part, now[colour] + opacity]));
  return { base, inherit: true, rules: [{ token: "", foreground: now.ink.slice(1) }, ...rules], colors };
}
