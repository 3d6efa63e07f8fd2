// How GraphiQL asks: over HTTP, subscriptions over graphql-transport-ws, both as whoever is logged in.
import { type Fetcher, type FetcherParams, createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";
import { ENDPOINT } from "../api/graphql.ts";
import { session } from "../api/session.ts";
import { learn } from "./known.ts";

type Headers = Record<string, string>;

/** Whether the Headers editor says itself as whom to ask. */
export function saysWho(headers: string): boolean {
  try {
    return Object.keys(JSON.parse(headers) as object).some(isAuthorization);
  } catch {
    return false;
  }
}

/** The session's token, unless the Headers editor has one. */
async function asWhom(headers: Headers): Promise<Headers> {
  if (Object.keys(headers).some(isAuthorization)) return headers;
  const token = await session.accessToken();
  return token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
}

function isAuthorization(header: string): boolean {
  return header.toLowerCase() === "authorization";
}

// A socket is logged in once, by its connection_init, so each subscription has its own; it opens when it is needed.
function clientFor(connectionParams: Headers): ReturnType<typeof createClient> {
  const url = new URL(ENDPOINT, location.href).href.replace(/^http/, "ws");
  return createClient({ url, connectionParams, lazy: true });
}

export const fetcher: Fetcher = async (params: FetcherParams, options) => {
  const headers = await asWhom((options?.headers ?? {}) as Headers);
  const ask = createGraphiQLFetcher({ url: ENDPOINT, wsClient: clientFor(headers), enableIncrementalDelivery: false });
  const answer = await ask(params, { ...options, headers });
  if ("data" in answer) learn(answer.data);
  return answer;
};
