// A page with one form on it.
import type { View } from "../../router.ts";
import { Act } from "./acts.ts";

export abstract class ActPage implements View {
  protected changed = (): void => undefined;
  protected readonly act = new Act(() => this.changed());

  abstract get title(): string;
  abstract draw(): unknown;

  start(changed: () => void): void {
    this.changed = changed;
    changed();
  }

  stop(): void {
    this.changed = () => undefined;
  }
}
