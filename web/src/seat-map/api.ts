// One question by HTTP, asked again while no answer comes: everything the element asks may safely be repeated.

export interface Failure {
  code: string;
  message: string;
}

export type Answer<Data> = { data: Data; failure?: never } | { failure: Failure; data?: never };

interface Body<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const PATIENCE = 10_000;
const PAUSES = [300, 900, 2_000, 4_000];

const sleep = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds * (0.75 + Math.random() / 2)));

/** Ask until there is an answer; UNREACHABLE when it is time to tell the person. */
export async function ask<Data>(
  endpoint: string, token: () => Promise<string | null>, query: string, variables: Record<string, unknown>,
): Promise<Answer<Data>> {
  for (const pause of [...PAUSES, null]) {
    const body = await once<Data>(endpoint, await token(), query, variables);
    const error = body?.errors?.[0];
    if (error) return { failure: { code: error.extensions?.code ?? "INTERNAL", message: error.message } };
    if (body?.data) return { data: body.data };
    if (pause !== null) await sleep(pause);
  }
  return { failure: { code: "UNREACHABLE", message: "" } };
}

/** The answer, or null if it was lost on the way: then nobody knows whether the question arrived. */
async function once<Data>(endpoint: string, token: string | null, query: string, variables: Record<string, unknown>): Promise<Body<Data> | null> {
  const headers: Record<string, string> = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const body = JSON.stringify({ query, variables });
  try {
    const response = await fetch(endpoint, { method: "POST", headers, body, signal: AbortSignal.timeout(PATIENCE) });
    return (await response.json()) as Body<Data>;
  } catch {
    return null;
  }
}
