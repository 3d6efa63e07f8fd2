// Moments after which a window must ask what is still true: a sleep, a time offline, another person, something done in another window.
import { session } from "../../api/session.ts";

const CHANNEL = "marquee.holds";

/** Call `recall` at every such moment, `another` when somebody else is logged in, until the returned function is called. */
export function whenBack(recall: () => void, another: () => void): () => void {
  const seen = (): void => {
    if (!document.hidden) recall();
  };
  const shown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) recall();
  };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = recall;
  window.addEventListener("online", recall);
  window.addEventListener("pageshow", shown);
  document.addEventListener("visibilitychange", seen);
  session.addEventListener("change", another);
  return () => {
    channel.close();
    window.removeEventListener("online", recall);
    window.removeEventListener("pageshow", shown);
    document.removeEventListener("visibilitychange", seen);
    session.removeEventListener("change", another);
  };
}

/** Something of this person's was held, extended, given back or booked: let the other windows look. */
export function tellOthers(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}
