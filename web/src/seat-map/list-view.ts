// The same seats as a list: sections, rows, and a checkbox for each seat.
import { attribute, make } from "./dom.ts";
import type { Seat } from "./types.ts";
import type { Scene, View } from "./view.ts";

export class ListView implements View {
  readonly root = make("div", { class: "list", part: "list" });
  readonly #scene: Scene;
  readonly #boxes = new Map<string, HTMLInputElement>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.root.addEventListener("change", ({ target }) => this.#changed(target as HTMLInputElement));
  }

  build(): void {
    this.#boxes.clear();
    const seats = this.#scene.store.map?.seats ?? [];
    this.root.replaceChildren(
      ...inRuns(seats, ({ section }) => section).map((section) => {
        const name = section[0]?.section;
        // No heading: which level it would be is for the page around to say.
        const title = name ? [make("p", { class: "title", "aria-hidden": "true" }, name)] : [];
        const rows = inRuns(section, ({ row }) => row).map((row) => this.#row(row));
        return make("div", name ? { role: "group", "aria-label": name } : {}, ...title, ...rows);
      }),
    );
    this.update(this.#boxes.keys());
  }

  update(labels: Iterable<string>): void {
    const { store, speech, readonly } = this.#scene;
    for (const label of labels) {
      const [box, seat] = [this.#boxes.get(label), store.seat(label)];
      if (!box || !seat) continue;
      const look = store.look(seat);
      box.checked = look === "selected" || look === "mine";
      // A disabled box would lose the focus of whoever stands on it when somebody else takes the seat.
      attribute(box, "aria-disabled", store.isFree(seat) && !readonly ? null : "true");
      attribute(box, "aria-label", speech.name(seat, look));
      const classes = `place ${seat.kind.toLowerCase()} ${look}${this.#scene.isDimmed(label) ? " dim" : ""}`;
      if (box.parentElement) box.parentElement.className = classes;
    }
  }

  focus(label: string): void {
    this.#boxes.get(label)?.focus();
  }

  #row(seats: Seat[]): HTMLFieldSetElement {
    const { speech } = this.#scene;
    const prices = inRuns(seats, ({ kind, price }) => kind + price.amount).flatMap((run) => run[0] ?? []);
    const words = new Set(prices.map(({ kind, price }) => `${speech.say(kind)} ${speech.money(price)}`));
    const name = make("strong", {}, speech.say("row", { row: seats[0]?.row ?? "" }));
    const places = seats.map((seat) => this.#place(seat));
    return make("fieldset", {}, make("legend", {}, name, make("span", {}, ` ${[...words].join(" · ")}`)), make("div", { class: "places" }, ...places));
  }

  #place({ label, number }: Seat): HTMLLabelElement {
    const box = make("input", { type: "checkbox", value: label });
    this.#boxes.set(label, box);
    return make("label", {}, box, make("span", { "aria-hidden": "true" }, String(number)));
  }

  #changed(box: HTMLInputElement): void {
    this.#scene.toggle(box.value);
    this.update([box.value]); // where it may not be chosen the mark goes back
  }
}

/** Neighbours that are alike, together. */
function inRuns<Item>(items: Item[], likeness: (item: Item) => string | null): Item[][] {
  const runs: Item[][] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last?.[0] !== undefined && likeness(last[0]) === likeness(item)) last.push(item);
    else runs.push([item]);
  }
  return runs;
}
