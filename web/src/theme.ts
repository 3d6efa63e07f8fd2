// Light, dark, or as the machine says; kept for the next visit.
export type Theme = "light" | "dark";
const KEPT = "marquee.theme";

export function theme(): Theme {
  const kept = localStorage.getItem(KEPT);
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function setTheme(chosen: Theme): void {
  localStorage.setItem(KEPT, chosen);
  document.documentElement.dataset["theme"] = chosen;
}

const kept = localStorage.getItem(KEPT);
if (kept === "light" || kept === "dark") document.documentElement.dataset["theme"] = kept;
