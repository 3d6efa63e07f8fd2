// What stands above the seats: how the connection is, how many seats are free, and the tools.
import { attribute, draw, make } from "./dom.ts";
import type { Speech } from "./texts.ts";
import type { Connection, SeatMapSnapshot } from "./types.ts";

const ICONS = {
  zoomIn: "M12 6v12M6 12h12",
  zoomOut: "M6 12h12",
  fit: "M5 9V5h4M15 5h4v4M19 15v4h-4M9 19H5v-4",
  list: "M9 7h10M9 12h10M9 17h10M5 7v.01M5 12v.01M5 17v.01",
  drawn: "M6 6h3v3H6zM15 6h3v3h-3zM6 15h3v3H6zM15 15h3v3h-3z",
};
type Tool = keyof typeof ICONS;

export class Toolbar {
  readonly root = make("div", { class: "bar", part: "toolbar" });
  readonly #state = make("span", { class: "state" });
  readonly #free = make("span", { class: "free" });
  readonly #tools = make("div", { class: "tools", role: "group" });
  readonly #buttons = new Map<Tool, HTMLButtonElement>();

  constructor(use: (tool: Tool) => void) {
    for (const tool of Object.keys(ICONS) as Tool[]) {
      const icon = draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", { d: ICONS[tool] }));
      const button = make("button", { type: "button" }, icon);
      button.addEventListener("click", () => use(tool));
      this.#buttons.set(tool, button);
      this.#tools.append(button);
    }
    this.root.append(this.#state, this.#free, this.#tools);
  }

  show(speech: Speech, connection: Connection, map: SeatMapSnapshot | null, isList: boolean): void {
    this.#state.textContent = speech.say(connection);
    attribute(this.#state, "data-state", connection);
    this.#free.textContent = map ? speech.say("free", { n: map.available, all: map.capacity }) : "";
    attribute(this.#tools, "aria-label", speech.say("tools"));
    for (const [tool, button] of this.#buttons) {
      button.hidden = tool === "list" ? isList : tool === "drawn" ? !isList : isList;
      attribute(button, "aria-label", speech.say(tool));
      attribute(button, "title", speech.say(tool));
    }
  }

  focus(tool: Tool): void {
    this.#buttons.get(tool)?.focus();
  }
}
