// What stands in the shadow root, and when it is drawn again: at most once a frame, however many changes come.
import { make } from "./dom.ts";
import { Legend } from "./legend.ts";
import { ListView } from "./list-view.ts";
import { MapView } from "./map-view.ts";
import { News } from "./news.ts";
import css from "./seat-map.css?inline";
import type { Store } from "./store.ts";
import { Speech } from "./texts.ts";
import { Toolbar } from "./toolbar.ts";
import type { Connection, Seat, SeatKind } from "./types.ts";
import type { Scene, View } from "./view.ts";

/** What the stage asks of the element. */
interface Host extends HTMLElement {
  readonly view: "map" | "list";
  readonly readonly: boolean;
}
interface Setting {
  view: "map" | "list";
}

let sheet: CSSStyleSheet | undefined;

function style(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

export class Stage {
  readonly news = new News();
  readonly map: MapView;
  readonly #list: ListView;
  readonly #toolbar = new Toolbar((tool) => this.#use(tool));
  readonly #legend = new Legend();
  readonly #message = make("p", { class: "message", part: "message" });
  readonly #host: Host & Setting;
  readonly #store: Store;
  speech = new Speech("en");
  kinds: SeatKind[] | null = null;
  #connection: Connection = "connecting";
  #frame = 0;
  readonly #touched = new Set<string>();
  readonly #fresh = new Set<string>();
  readonly #counts = { taken: 0, freed: 0 };

  constructor(host: Host & Setting, store: Store, toggle: (label: string) => void) {
    this.#host = host;
    this.#store = store;
    const stage = this;
    const scene: Scene = {
      store, toggle,
      get speech() { return stage.speech; },
      get readonly() { return host.readonly; },
      isDimmed: (label) => this.#isDimmed(store.seat(label)),
    };
    this.map = new MapView(scene);
    this.#list = new ListView(scene);
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style()];
    root.append(this.#toolbar.root, this.#message, this.map.root, this.#list.root, this.#legend.root, this.news.root);
  }

  /** Draw everything anew. */
  build(): void {
    const { map } = this.#store;
    const isList = this.#host.view === "list";
    this.#message.textContent = map ? "" : this.speech.say("loading");
    this.#message.hidden = map !== null;
    this.map.root.hidden = !map || isList;
    this.#list.root.hidden = !map || !isList;
    this.#view.build();
    this.#legend.show(this.speech, map?.seats ?? []);
    this.#toolbar.show(this.speech, this.#connection, map, isList);
  }

  /** Draw these seats again in the next frame; `byOthers`: it is news. */
  touch(labels: Iterable<string>, byOthers = false): void {
    for (const label of labels) {
      this.#touched.add(label);
      if (byOthers) this.#note(label);
    }
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  speak(speech: Speech): void {
    this.speech = speech;
    this.build();
  }

  filter(kinds: SeatKind[] | null): void {
    this.kinds = kinds;
    this.touch(this.#store.map?.seats.map(({ label }) => label) ?? []);
  }

  connected(state: Connection): void {
    if (this.#connection !== "connecting") this.news.say(this.speech.say(state));
    this.#connection = state;
    this.#toolbar.show(this.speech, state, this.#store.map, this.#host.view === "list");
  }

  nothing(): void {
    this.#message.textContent = this.speech.say("nothing");
  }

  focus(label: string): void {
    this.#view.focus(label);
  }

  sayChosen(seat: string): void {
    const total = this.#store.total();
    const values = { seat, n: this.#store.selection.size, total: total ? this.speech.money(total) : "" };
    this.news.say(this.speech.say(this.#store.selection.has(seat) ? "chosen" : "left", values));
  }

  get #view(): View {
    return this.#host.view === "list" ? this.#list : this.map;
  }

  #note(label: string): void {
    const seat = this.#store.seat(label);
    if (!seat || this.#store.look(seat) === "mine") return;
    this.#fresh.add(label);
    this.#counts[seat.state === "AVAILABLE" ? "freed" : "taken"]++;
    this.news.mention(() => {
      const text = this.speech.say("news", { ...this.#counts, n: this.#store.map?.available ?? 0 });
      this.#counts.taken = this.#counts.freed = 0;
      return text;
    });
  }

  #draw(): void {
    this.#frame = 0;
    this.#view.update(this.#touched, this.#fresh);
    const { map } = this.#store;
    const seats = [...this.#fresh].flatMap((label) => this.#store.seat(label) ?? []);
    this.#touched.clear();
    this.#fresh.clear();
    if (!map) return;
    this.#toolbar.show(this.speech, this.#connection, map, this.#host.view === "list");
    if (!seats.length) return;
    const detail = { version: map.version, available: map.available, seats };
    this.#host.dispatchEvent(new CustomEvent("map-change", { detail, bubbles: true, composed: true }));
  }

  #use(tool: Parameters<ConstructorParameters<typeof Toolbar>[0]>[0]): void {
    const { zoom } = this.map;
    if (tool === "zoomIn") zoom.step(1.6);
    else if (tool === "zoomOut") zoom.step(1 / 1.6);
    else if (tool === "fit") zoom.fit();
    else {
      this.#host.view = tool === "list" ? "list" : "map";
      this.#toolbar.focus(tool === "list" ? "drawn" : "list");
    }
  }

  #isDimmed(seat: Seat | undefined): boolean {
    return this.kinds !== null && seat !== undefined && !this.kinds.includes(seat.kind);
  }
}
