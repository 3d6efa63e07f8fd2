// Which view an address stands for, and going from one to the next without loading the page again.

/** A part of the page: drawn again whenever it says that it has changed. */
export interface View {
  /** What the window is called. */
  readonly title: string;
  /** What there is to see now; a lit-html template. */
  draw(): unknown;
  /** Begin: fetch, watch. `changed` asks for it to be drawn again. */
  start(changed: () => void): void;
  /** End everything that start began. */
  stop(): void;
  /** Only what follows the path has changed: the view stays, and is drawn again. Without this it begins anew. */
  moved?(): void;
}

export type Route = [pattern: RegExp, view: (...parts: string[]) => View];

/** The view of an address; each group of the pattern is handed to it, decoded. */
export function viewOf(routes: Route[], path: string): View | null {
  for (const [pattern, view] of routes) {
    const found = pattern.exec(path);
    if (found) return view(...found.slice(1).map((part) => decodeURIComponent(part)));
  }
  return null;
}

/** Go to an address of this page. */
export function go(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  window.dispatchEvent(new Event("marquee-go"));
}

/** Let links within the page be followed without loading it again. */
export function followLinks(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest("a");
    if (!link || link.target || link.origin !== location.origin || link.hasAttribute("download") || link.dataset["leave"] !== undefined) return;
    event.preventDefault();
    if (link.href !== location.href) go(link.pathname + link.search);
  });
}
