// The server's time, for every page.
import { Clock } from "../seat-map/clock.ts";
import { ask } from "./graphql.ts";

const SERVER_TIME = "query ServerTime { serverTime }";
const clock = new Clock();

/** Ask the server for its time; call it before a countdown, and after a sleep. */
export async function syncClock(): Promise<void> {
  const asked = Date.now();
  const { serverTime } = await ask<{ serverTime: string }>(SERVER_TIME);
  clock.set(serverTime, asked, Date.now());
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow(): number {
  return clock.now();
}
