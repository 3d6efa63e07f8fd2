// One websocket for everything the page watches; it comes back by itself and says how it is.
import { type Client, createClient } from "graphql-ws";
import { ENDPOINT, type Variables } from "./graphql.ts";
import { session } from "./session.ts";

export type Connection = "idle" | "live" | "reconnecting" | "offline";

class Live extends EventTarget {
  #client: Client | null = null;
  #state: Connection = "idle";

  constructor() {
    super();
    session.addEventListener("change", () => this.#again());
    window.addEventListener("offline", () => this.#set("offline"));
    window.addEventListener("online", () => this.#set(this.#client ? "reconnecting" : "idle"));
  }

  /** How the connection is; "change" is dispatched when that changes. */
  get state(): Connection {
    return this.#state;
  }

  /** Hear every value of a subscription until the returned function is called. */
  watch<T>(query: string, variables: () => Variables, hear: (data: T) => void, failed: (error: unknown) => void): () => void {
    let stopped = false;
    let stop = (): void => undefined;
    const begin = (): void => {
      stop = this.#open().subscribe<T>(
        { query, variables: variables() },
        {
          next: ({ data, errors }) => (data ? hear(data) : failed(errors)),
          error: (error) => stopped || failed(error),
          complete: () => undefined,
        },
      );
    };
    begin();
    const again = (): void => {
      stop();
      begin();
    };
    this.addEventListener("again", again);
    return () => {
      stopped = true;
      this.removeEventListener("again", again);
      stop();
    };
  }

  #open(): Client {
    this.#client ??= createClient({
      url: () => new URL(ENDPOINT, location.href).href.replace(/^http/, "ws"),
      connectionParams: async () => {
        const token = await session.accessToken();
        return token ? { Authorization: `Bearer ${token}` } : {};
      },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      on: {
        connected: () => this.#set("live"),
        closed: () => this.#set(navigator.onLine ? "reconnecting" : "offline"),
      },
    });
    return this.#client;
  }

  /** Another person: the socket of the one before must not go on. */
  #again(): void {
    if (!this.#client) return;
    const before = this.#client;
    this.#client = null;
    this.dispatchEvent(new Event("again"));
    void before.dispose();
  }

  #set(state: Connection): void {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new Event("change"));
  }
}

export const live = new Live();
