// The element itself: its attributes, properties, methods and events, and how its parts hear of each other.
import { upgrade } from "./dom.ts";
import { Holding } from "./holding.ts";
import { Live, type MapEvent } from "./live.ts";
import { pressed, wanted, type Choice } from "./picking.ts";
import { Stage } from "./stage.ts";
import { Store } from "./store.ts";
import { Speech } from "./texts.ts";
import type { BestSeats, Connection, Hold, Refusal, SeatKind, SeatMapEvents, SeatMapSnapshot, Token, Wish } from "./types.ts";

const PROPERTIES = ["endpoint", "showtime", "max", "view", "readonly", "token", "mine", "selection", "kinds"] as const;

export class SeatMapElement extends HTMLElement {
  static readonly observedAttributes = ["endpoint", "showtime", "max", "view", "readonly", "lang"];

  readonly #store = new Store();
  readonly #stage = new Stage(this, this.#store, (label) => this.#press(label));
  readonly #live: Live;
  readonly #holding: Holding;
  readonly #language = new MutationObserver(() => this.#speak());
  #token: Token = null;
  #connection: Connection = "connecting";
  #wished: string[] | null = null;
  #isUnclear = false;
  #isOn = false;
  #shown = "";

  constructor() {
    super();
    const common = { endpoint: () => this.endpoint, token: async () => this.#askToken(), showtime: () => this.showtime };
    this.#live = new Live({
      ...common,
      version: () => this.#store.map?.version ?? null,
      hear: (event) => this.#hear(event),
      state: (state) => this.#connected(state),
      fail: (code, message) => this.#fail(code, message),
    });
    this.#holding = new Holding({
      ...common,
      tell: (name, detail) => this.#tell(name, detail),
      words: (reason) => this.#stage.speech.say(reason),
      held: (hold) => this.#held(hold),
    });
  }

  get endpoint(): string { return this.getAttribute("endpoint") ?? "/graphql"; }
  set endpoint(address: string) { this.setAttribute("endpoint", address); }

  get showtime(): string { return this.getAttribute("showtime") ?? ""; }
  set showtime(id: string) { this.setAttribute("showtime", id); }

  get max(): number { return Number(this.getAttribute("max") ?? 10); }
  set max(most: number) { this.setAttribute("max", String(most)); }

  get view(): "map" | "list" { return this.getAttribute("view") === "list" ? "list" : "map"; }
  set view(name: "map" | "list") { this.setAttribute("view", name); }

  get readonly(): boolean { return this.hasAttribute("readonly"); }
  set readonly(is: boolean) { this.toggleAttribute("readonly", is); }

  get token(): Token { return this.#token; }
  set token(token: Token) {
    if (token === this.#token) return;
    this.#token = token;
    this.#live.restart();
  }

  get mine(): string[] { return [...this.#store.mine]; }
  set mine(labels: string[]) {
    this.#stage.touch([...this.#store.mine, ...labels]);
    this.#store.mine = new Set(labels);
  }

  get selection(): string[] { return [...this.#store.selection]; }
  set selection(labels: string[]) { this.select(labels); }

  get kinds(): SeatKind[] | null { return this.#stage.kinds; }
  set kinds(kinds: SeatKind[] | null) { this.#stage.filter(kinds); }

  get map(): SeatMapSnapshot | null { return this.#store.map; }
  get connection(): Connection { return this.#connection; }
  get currentHold(): Hold | null { return this.#holding.current; }

  /** The server's time now, in milliseconds since 1970. */
  serverNow(): number { return this.#holding.clock.now(); }

  /** Choose these seats instead of those chosen before. */
  select(labels: Iterable<string>): void {
    if (this.#store.map) this.#choose(wanted(this.#store, labels, this.max));
    else this.#wished = [...labels];
  }

  clear(): void { this.select([]); }

  /** Ask the house for the best seats for so many people, and choose them. */
  async bestSeats(count: number, wish: Wish = {}): Promise<BestSeats | null> {
    const best = await this.#holding.best(count, wish);
    if (best) this.select(best.seats);
    return best;
  }

  /** Hold what is selected. */
  async hold(): Promise<Hold | null> {
    const seats = this.selection;
    if (!seats.length) return null;
    this.#store.asked = new Set(seats);
    this.#isUnclear = false;
    const hold = await this.#holding.hold(seats);
    if (!this.#isUnclear) this.#store.asked.clear();
    this.#loseTaken();
    return hold;
  }

  /** Hold the best seats for so many people, in one step. */
  holdBest(count: number, wish: Wish = {}): Promise<Hold | null> { return this.#holding.holdBest(count, wish); }
  extend(): Promise<Hold | null> { return this.#holding.extend(); }
  release(): Promise<Hold | null> { return this.#holding.release(); }
  resume(hold: Hold | null): void { this.#holding.resume(hold); }

  fit(): void { this.#stage.map.zoom.fit(); }
  focusSeat(label: string): void { this.#stage.focus(label); }

  connectedCallback(): void {
    for (const name of PROPERTIES) upgrade(this, name);
    this.#language.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
    document.addEventListener("visibilitychange", this.#seen);
    this.#speak();
    this.#isOn = true;
    this.#start();
  }

  disconnectedCallback(): void {
    this.#isOn = false;
    this.#language.disconnect();
    document.removeEventListener("visibilitychange", this.#seen);
    this.#live.stop();
    this.#holding.watch(false);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.#isOn || before === now) return;
    if (name === "showtime" || name === "endpoint") this.#start();
    else if (name === "lang") this.#speak();
    else if (name !== "max") this.#stage.build();
  }

  #start(): void {
    this.#live.stop();
    if (this.#shown !== this.showtime) this.#store.empty();
    this.#shown = this.showtime;
    this.#stage.build();
    if (!this.showtime) return;
    this.#live.start();
    void this.#holding.sync();
  }

  #seen = (): void => {
    if (!document.hidden && this.currentHold) void this.#holding.sync();
  };

  #speak(): void {
    const lang = this.closest<HTMLElement>("[lang]")?.lang || document.documentElement.lang || navigator.language;
    if (new Speech(lang).language !== this.#stage.speech.language) this.#stage.speak(new Speech(lang));
  }

  async #askToken(): Promise<string | null> {
    return typeof this.#token === "function" ? this.#token() : this.#token;
  }

  #tell<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]): void {
    if (name === "selection-refused") this.#refused(detail as Refusal);
    if (name === "hold-expired") this.#stage.news.say(this.#stage.speech.say("over"));
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #refused({ reason, message, seats }: Refusal): void {
    this.#stage.news.say(message);
    if (reason === "UNREACHABLE") this.#isUnclear = true;
    if (reason === "SeatsUnavailable") this.#choose({ labels: new Set(this.selection.filter((label) => !seats.includes(label))), tooMany: false });
  }

  #connected(state: Connection): void {
    if (state === this.#connection) return;
    this.#connection = state;
    this.#stage.connected(state);
    this.#tell("connection-change", { state });
  }

  #fail(code: string, message: string): void {
    if (code === "NOT_FOUND") this.#stage.nothing();
    this.#tell("map-error", { code, message });
  }

  #hear(event: MapEvent): void {
    const isFirst = !this.#store.map;
    const changed = event.__typename === "SeatMap" ? this.#store.replace(event) : this.#store.patch(event);
    if (changed) this.#stage.touch(changed, true);
    else this.#stage.build();
    if (this.#store.map && isFirst) this.#tell("map-ready", { map: this.#store.map });
    if (this.#store.map && isFirst && this.#wished) this.select(this.#wished);
    this.#loseTaken();
    const { held } = this.#store;
    this.#holding.follow((changed ?? []).flatMap((label) => (held.has(label) && this.#store.seat(label)?.state) || []));
  }

  #loseTaken(): void {
    const seats = this.#store.loseTaken();
    if (!seats.length) return;
    this.#stage.touch(seats);
    this.#stage.news.say(this.#stage.speech.say("lost", { seats: seats.join(", ") }));
    this.#tell("seat-lost", { seats });
    this.#selected();
  }

  #held(hold: Hold | null): void {
    const { held } = this.#store;
    this.#store.held = new Set(hold?.seats);
    this.#stage.touch([...held, ...this.#store.held]);
    if (!hold) return;
    this.#store.asked.clear();
    this.#choose({ labels: new Set(this.selection.filter((label) => !hold.seats.includes(label))), tooMany: false });
    this.#stage.news.say(this.#stage.speech.say("forYou", { seats: hold.seats.join(", ") }));
  }

  #press(label: string): void {
    const choice = this.readonly ? null : pressed(this.#store, label, this.max);
    if (choice) this.#choose(choice, label);
  }

  #choose({ labels, tooMany }: Choice, pressedLabel?: string): void {
    if (tooMany) {
      const message = this.#stage.speech.say("tooMany", { n: this.max });
      return this.#tell("selection-refused", { reason: "TooManySeats", message, seats: [...labels], suggestion: null });
    }
    const { selection } = this.#store;
    const changed = [...new Set([...selection, ...labels])].filter((label) => selection.has(label) !== labels.has(label));
    if (!changed.length) return;
    for (const label of changed) if (!selection.delete(label)) selection.add(label);
    this.#store.asked.clear();
    this.#stage.touch(changed);
    if (pressedLabel) this.#stage.sayChosen(pressedLabel);
    this.#selected();
  }

  #selected(): void {
    this.#tell("seat-select", { seats: this.#store.chosen(), total: this.#store.total() });
  }
}
