// A view whose code is fetched when it is first looked at: choosing seats shall not wait for what comes after.
import type { View } from "../../router.ts";
import { failed, waiting } from "./parts.ts";
import { say as sayShell } from "../../text/shell.ts";

export class Later implements View {
  #view: View | null = null;
  #failure: unknown = null;
  #changed = (): void => undefined;
  #isOn = false;

  constructor(readonly load: () => Promise<View>) {}

  get title(): string {
    return this.#view?.title ?? sayShell("loading");
  }

  start(changed: () => void): void {
    this.#changed = changed;
    this.#isOn = true;
    void this.#fetch();
  }

  stop(): void {
    this.#isOn = false;
    this.#view?.stop();
  }

  draw(): unknown {
    if (this.#view) return this.#view.draw();
    return this.#failure ? failed(this.#failure, () => location.reload()) : waiting();
  }

  async #fetch(): Promise<void> {
    try {
      const view = await this.load();
      if (!this.#isOn) return;
      this.#view = view;
      view.start(this.#changed);
    } catch (error) {
      this.#failure = error;
    }
    this.#changed();
  }
}
