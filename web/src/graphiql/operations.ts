// The saved operations: every document of web/operations/<group>/ is one, with its variables beside it.
const DOCUMENTS = import.meta.glob<string>("../../operations/*/*.graphql", { query: "?raw", import: "default", eager: true });
const VARIABLES = import.meta.glob<string>("../../operations/*/*.json", { query: "?raw", import: "default", eager: true });

/** What opens by itself at the first visit. */
const FIRST = ["house/1-schedule", "house/2-live-seat-map", "bookings/1-find-by-reference", "people/2-who-am-i"];
/** In which order the groups stand; others follow by name. */
const GROUPS = ["house", "bookings", "selling", "money", "programme", "people", "safety", "staff", "invitations", "customers"];

export type Kind = "query" | "mutation" | "subscription";

export interface Operation {
  /** Its place in the folder: "house/1-schedule". */
  readonly name: string;
  readonly group: string;
  readonly title: string;
  readonly about: string;
  readonly kind: Kind;
  readonly query: string;
  /** JSON; what stands in "<…>" is yet to be filled in. */
  readonly variables: string;
}

/** The document as it says itself: its first comment line is the title, the second what it is for. */
export function read(name: string, query: string, variables: string): Operation {
  const [title = name, about = ""] = query.split("\n", 2).map((line) => line.replace(/^#\s*/, ""));
  const kind = (/^(query|mutation|subscription)\b/m.exec(query)?.[1] ?? "query") as Kind;
  return { name, group: name.split("/", 1)[0] ?? "", title, about, kind, query, variables };
}

function nameOf(path: string): string {
  return path.replace(/^.*\/operations\//, "").replace(/\.\w+$/, "");
}

const variables = new Map(Object.entries(VARIABLES).map(([path, text]) => [nameOf(path), text.trim()]));

export const OPERATIONS: Operation[] = Object.entries(DOCUMENTS)
  .map(([path, query]) => read(nameOf(path), query, variables.get(nameOf(path)) ?? ""))
  .sort((one, other) => (one.name < other.name ? -1 : 1));

export const FIRST_OPERATIONS = FIRST.flatMap((name) => OPERATIONS.filter((operation) => operation.name === name));

/** The operations by group; `wanted` narrows them to those that speak of it. */
export function grouped(wanted: string): [group: string, operations: Operation[]][] {
  const words = wanted.trim().toLowerCase();
  const fits = ({ title, about, query }: Operation): boolean => `${title} ${about} ${query}`.toLowerCase().includes(words);
  const others = [...new Set(OPERATIONS.map(({ group }) => group))].filter((group) => !GROUPS.includes(group));
  return [...GROUPS, ...others]
    .map((group): [string, Operation[]] => [group, OPERATIONS.filter((each) => each.group === group && fits(each))])
    .filter(([, operations]) => operations.length > 0);
}
