// The account: one's own, the way back to it, and the way into the staff.
import type { Route } from "../../router.ts";
import { Later } from "../sale/later.ts";

const INVITATION = /^#invitation=(.+)$/;

export const routes: Route[] = [
  [/^\/account$/, () => new Later(accountOrInvitation)],
  [/^\/account\/password$/, () => new Later(async () => new (await import("./forgot-page.ts")).ForgotPage())],
];

/** The token of an invitation stands behind the #, which no server gets to see. */
async function accountOrInvitation() {
  const token = INVITATION.exec(location.hash)?.[1];
  if (token) return new (await import("./invitation-page.ts")).InvitationPage(decodeURIComponent(token));
  return new (await import("./account-page.ts")).AccountPage();
}
