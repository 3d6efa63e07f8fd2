// One question to the API: the answer's data, or an ApiError that says what is wrong with the call.
import { session } from "./session.ts";

export const ENDPOINT = "/graphql";

interface GraphQLErrorShape {
  message: string;
  extensions?: { code?: string; requestId?: string };
}

export class ApiError extends Error {
  readonly codes: string[];
  readonly requestId: string | undefined;

  constructor(errors: GraphQLErrorShape[]) {
    super(errors.map((error) => error.message).join(" "));
    this.name = "ApiError";
    this.codes = errors.map((error) => error.extensions?.code ?? "INTERNAL");
    this.requestId = errors.find((error) => error.extensions?.requestId)?.extensions?.requestId;
  }

  has(code: string): boolean {
    return this.codes.includes(code);
  }
}

/** The server cannot be reached; trying again later may help. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

export type Variables = Record<string, unknown>;

/** Send one operation and give its data. Who is logged in asks as themselves; a token that has died is renewed once. */
export async function ask<T>(query: string, variables: Variables = {}): Promise<T> {
  const token = await session.accessToken();
  try {
    return await send<T>(query, variables, token);
  } catch (error) {
    const renewed = error instanceof ApiError && error.has("UNAUTHENTICATED") && token ? await session.renew(token) : null;
    if (!renewed) throw error;
    return send<T>(query, variables, renewed);
  }
}

/** The same, as whoever holds this token. */
export async function send<T>(query: string, variables: Variables, token: string | null): Promise<T> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  let response: Response;
  try {
    response = await fetch(ENDPOINT, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  } catch {
    throw new Unreachable("The server cannot be reached.");
  }
  const answer = (await response.json().catch(() => null)) as { data?: T; errors?: GraphQLErrorShape[] } | null;
  if (answer === null) throw new Unreachable(`The server answered ${response.status}.`);
  if (answer.errors?.length) throw new ApiError(answer.errors);
  return answer.data as T;
}
