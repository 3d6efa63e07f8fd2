// What is looked at stands in the address, so that it survives a reload and can be sent to somebody.
type Name = "venue" | "day" | "showtime";

export function address(): Record<Name, string | null> {
  const asked = new URLSearchParams(location.search);
  return { venue: asked.get("venue"), day: asked.get("day"), showtime: asked.get("showtime") };
}

export function keep(wanted: Partial<Record<Name, string | null>>): void {
  const asked = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(wanted)) {
    if (value) asked.set(name, value);
    else asked.delete(name);
  }
  history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
}
