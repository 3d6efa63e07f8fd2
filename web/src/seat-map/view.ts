// What the two views, map and list, have in common.
import type { Store } from "./store.ts";
import type { Speech } from "./texts.ts";

/** What is shown, in which words, and what happens when a seat is pressed. */
export interface Scene {
  readonly store: Store;
  readonly speech: Speech;
  readonly readonly: boolean;
  /** Whether the legend's filter leaves this seat out. */
  isDimmed(label: string): boolean;
  toggle(label: string): void;
}

export interface View {
  readonly root: HTMLElement;
  /** Draw everything anew. */
  build(): void;
  /** Draw these seats again; those of `fresh` have just changed by somebody else's hand. */
  update(labels: Iterable<string>, fresh: ReadonlySet<string>): void;
  focus(label: string): void;
}
