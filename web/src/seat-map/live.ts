// The live connection: it comes back by itself, for ever, and asks only for what it has missed.
import { type Client, createClient } from "graphql-ws/client";
import { WATCH } from "./documents.ts";
import type { Connection, SeatMapPatch, SeatMapSnapshot } from "./types.ts";

export type MapEvent = ({ __typename: "SeatMap" } & SeatMapSnapshot) | ({ __typename: "SeatMapChange" } & SeatMapPatch);

/** What the connection needs to know, and whom it tells. */
export interface Watcher {
  endpoint(): string;
  token(): Promise<string | null>;
  showtime(): string;
  /** The version of the map we have. */
  version(): number | null;
  hear(event: MapEvent): void;
  state(state: Connection): void;
  fail(code: string, message: string): void;
}

const PING_EVERY = 10_000;
const PONG_WITHIN = 5_000;
const STABLE_AFTER = 5_000;
const LONGEST_PAUSE = 10_000;
const FORBIDDEN = 4403;
const FINAL = new Set(["NOT_FOUND", "BAD_USER_INPUT", "FORBIDDEN", "OPERATION_NOT_ALLOWED"]);
const WAKING = ["online", "offline", "visibilitychange", "pageshow"];

export class Live {
  readonly #watcher: Watcher;
  #client: Client | null = null;
  #socket: WebSocket | null = null;
  #leave = (): void => undefined;
  #run = 0;
  #tries = 0;
  #since = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #asked: string | null = null;
  #refused: string | null = null;

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  start(): void {
    if (this.#client) return;
    for (const name of WAKING) (name === "visibilitychange" ? document : window).addEventListener(name, this.#wake);
    this.#client = this.#connect();
    if (this.#watcher.version() === null) this.#watcher.state(navigator.onLine ? "connecting" : "offline");
    this.#subscribe();
  }

  stop(): void {
    for (const name of WAKING) (name === "visibilitychange" ? document : window).removeEventListener(name, this.#wake);
    this.#run++;
    clearTimeout(this.#pause);
    clearTimeout(this.#deadline);
    this.#client?.terminate();
    this.#client = this.#socket = null;
  }

  /** Begin anew at once: another showtime, another person. */
  restart(): void {
    if (!this.#client) return;
    this.stop();
    this.#tries = 0;
    this.start();
  }

  #connect(): Client {
    return createClient({
      url: () => new URL(this.#watcher.endpoint(), location.href).href.replace(/^http/, "ws"),
      connectionParams: async () => {
        this.#asked = await this.#watcher.token();
        // A map is for everybody: whoever is no longer known goes on watching as nobody.
        return this.#asked && this.#asked !== this.#refused ? { Authorization: `Bearer ${this.#asked}` } : {};
      },
      keepAlive: PING_EVERY,
      connectionAckWaitTimeout: LONGEST_PAUSE,
      retryAttempts: 0,
      on: {
        connected: (socket) => {
          this.#socket = socket as WebSocket;
          this.#since = Date.now();
          if (this.#watcher.version() !== null) this.#watcher.state("live");
        },
        ping: (received) => received || this.#expectPong(PONG_WITHIN),
        message: () => clearTimeout(this.#deadline),
        pong: (received) => received && this.#watcher.version() !== null && this.#watcher.state("live"),
        closed: () => clearTimeout(this.#deadline),
      },
    });
  }

  #subscribe(): void {
    if (!this.#client) return;
    const run = ++this.#run;
    const current = (then: () => void): void => (run === this.#run ? then() : undefined);
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#leave();
    this.#leave = this.#client.subscribe<{ seatMap: MapEvent }>(
      { query: WATCH, variables: { showtime: this.#watcher.showtime(), after: this.#watcher.version() } },
      {
        next: ({ data, errors }) => current(() => (data ? this.#hear(data.seatMap) : this.#again(errors))),
        error: (error) => current(() => this.#again(error)),
        complete: () => current(() => this.#again(null)),
      },
    );
  }

  #hear(event: MapEvent): void {
    this.#watcher.hear(event);
    this.#watcher.state("live");
  }

  /** The stream has ended; why matters little: unless the showtime is not there it begins again. */
  #again(why: unknown): void {
    const error = Array.isArray(why) ? (why[0] as { message: string; extensions?: { code?: string } }) : null;
    const code = error?.extensions?.code ?? "INTERNAL";
    if (error) this.#watcher.fail(code, error.message);
    if (error && FINAL.has(code)) return;
    const closed = (why as CloseEvent | null)?.code;
    if (closed === FORBIDDEN) this.#refused = this.#asked;
    if (this.#since && Date.now() - this.#since > STABLE_AFTER) this.#tries = 0;
    this.#since = 0;
    this.#watcher.state(navigator.onLine ? "reconnecting" : "offline");
    const longest = Math.min(LONGEST_PAUSE, 250 * 2 ** this.#tries++);
    this.#pause = setTimeout(() => this.#subscribe(), longest * (0.5 + Math.random() / 2));
  }

  /** Back from sleep, or the network has changed: is the connection still what it seems? If it is gone, wait no longer. */
  #wake = ({ type }: Event): void => {
    if (document.hidden || !this.#client) return;
    if (type === "offline") this.#watcher.state("offline");
    if (this.#since && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send('{"type":"ping"}');
      this.#expectPong(PONG_WITHIN / 2);
    } else if (this.#pause !== undefined && type !== "offline") {
      this.#subscribe();
    } else if (type === "online") {
      this.#client.terminate();
    }
  };

  #expectPong(within: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#client?.terminate(), within);
  }
}
