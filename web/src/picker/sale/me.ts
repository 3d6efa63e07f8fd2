// Questions about whoever is logged in.
import { ask, type Variables } from "../../api/graphql.ts";
import { session } from "../../api/session.ts";

/** Ask about me. Where the session has ended unnoticed `me` is null: it is renewed and asked again, or nobody is logged in any more. */
export async function askMe<T>(query: string, variables: Variables = {}): Promise<T | null> {
  const { me } = await ask<{ me: T | null }>(query, variables);
  if (me || !session.person) return me;
  const token = await session.accessToken();
  if (!token || !(await session.renew(token))) return null;
  return (await ask<{ me: T | null }>(query, variables)).me;
}
