// GraphiQL keeps to itself how the pane beside the editors opens and closes; its own buttons know, so we press them.

/** What GraphiQL calls the drawer; it speaks English only. */
export const SAVED_TITLE = "Saved operations";

export function openDocs(): void {
  press("Show Documentation Explorer");
}

/** On a small screen the drawer lies over the editors: make way for what was chosen. */
export function closeDrawerIfItCovers(): void {
  if (matchMedia("(max-width: 56rem)").matches) press(`Hide ${SAVED_TITLE}`);
}

function press(label: string): void {
  document.querySelector<HTMLButtonElement>(`.graphiql-sidebar button[aria-label="${label}"]`)?.click();
}
