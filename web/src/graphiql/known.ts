// What "<showtime>" and its like stand for: ids of what the last answers spoke of, else of something that is on.
import { ask } from "../api/graphql.ts";
import { today } from "../text/format.ts";

const SOMETHING = `query Something {
  showtimes(first: 1, filter: { onSale: true }) {
    nodes { __typename id movie { __typename id } screen { __typename id venue { __typename id timezone } } }
  }
}`;
const THREE_WEEKS_MS = 21 * 86_400_000;

interface Thing {
  __typename: string;
  id: string;
}
interface Something {
  showtimes: { nodes: (Thing & { movie: Thing; screen: Thing & { venue: Thing & { timezone: string } } })[] };
}

const ids = new Map<string, string>();
let zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Find something to begin with, so that an operation opened first can be run as it is. */
export async function findSomething(): Promise<void> {
  const [showtime] = (await ask<Something>(SOMETHING)).showtimes.nodes;
  if (!showtime) return;
  const { movie, screen } = showtime;
  zone = screen.venue.timezone;
  for (const { __typename, id } of [showtime, movie, screen, screen.venue]) {
    const name = __typename.toLowerCase();
    if (!ids.has(name)) ids.set(name, id);
  }
}

/** Remember what an answer is about: each thing it gives, alone or as the only one of a list. */
export function learn(data: unknown): void {
  if (!isRecord(data)) return;
  for (const value of Object.values(data)) {
    const nodes = isRecord(value) ? value["nodes"] : undefined;
    const thing: unknown = Array.isArray(nodes) ? (nodes.length === 1 ? nodes[0] : null) : value;
    if (isRecord(thing) && typeof thing["__typename"] === "string" && typeof thing["id"] === "string") {
      ids.set(thing["__typename"].toLowerCase(), thing["id"]);
    }
  }
}

/** Variables with everything filled in that is known; what is not stays as it is, to be seen. */
export function filled(variables: string): string {
  return variables.replace(/<([^<>"]+)>/g, (whole, name: string) => valueOf(name) ?? whole);
}

function valueOf(name: string): string | undefined {
  if (name === "today") return today(zone, Date.now());
  if (name === "in three weeks") return `${today(zone, Date.now() + THREE_WEEKS_MS)}T19:30:00Z`;
  return ids.get(name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
