// The server's time: a countdown must be right on a computer whose clock is wrong.
import { ask } from "./graphql.ts";

const SERVER_TIME = "query ServerTime { serverTime }";

/** Milliseconds the server's clock is ahead of this one, by a question asked at `sent` and answered at `heard`. */
export function offset(serverTime: string, sent: number, heard: number): number {
  return Date.parse(serverTime) - (sent + heard) / 2;
}

let ahead = 0;

/** Ask the server for its time; call it before a countdown, and after a sleep. */
export async function syncClock(): Promise<void> {
  const sent = Date.now();
  const { serverTime } = await ask<{ serverTime: string }>(SERVER_TIME);
  ahead = offset(serverTime, sent, Date.now());
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + ahead;
}
