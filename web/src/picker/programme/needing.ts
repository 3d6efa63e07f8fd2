// A view that lives on answers of the server: it asks, draws when they come, and asks again when they do not.
import type { View } from "../../router.ts";
import { AGAIN_MS, arrivals, type Fetching } from "./fetching.ts";

export abstract class NeedingView implements View {
  #changed: () => void = () => undefined;
  #timer: number | undefined;

  abstract readonly title: string;
  abstract draw(): unknown;

  /** What it needs now; more, perhaps, once some of it has come. */
  protected abstract needs(): Fetching<unknown>[];

  start(changed: () => void): void {
    this.#changed = changed;
    arrivals.addEventListener("change", this.#arrived);
    window.addEventListener("online", this.again);
    document.addEventListener("visibilitychange", this.#want);
    this.#want();
  }

  stop(): void {
    clearTimeout(this.#timer);
    arrivals.removeEventListener("change", this.#arrived);
    window.removeEventListener("online", this.again);
    document.removeEventListener("visibilitychange", this.#want);
  }

  /** Another address of the same view. */
  moved(): void {
    this.#want();
  }

  /** Draw it again: what it remembers has changed. */
  protected changed(): void {
    this.#want();
    this.#changed();
  }

  /** Ask at once for what has failed. */
  protected readonly again = (): void => {
    for (const need of this.needs()) if (need.problem !== null) void need.again();
  };

  readonly #arrived = (): void => this.changed();

  readonly #want = (): void => {
    clearTimeout(this.#timer);
    const needs = this.needs();
    for (const need of needs) need.need();
    if (needs.some(({ problem }) => problem !== null)) this.#timer = window.setTimeout(this.#want, AGAIN_MS);
  };
}
