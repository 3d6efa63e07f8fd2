"""An administrator's steps at GraphiQL: staff are found, promoted, posted, locked out and invited."""

import re

from scripts.demo.people import PEOPLE
from tests.journeys.desk import Desk
from tests.journeys.outbox import next_message

SAM = next(person for person in PEOPLE if person.email == "staff@marquee.test")
TOKEN = re.compile(r"[\w-]{64}")


async def hire(desk: Desk) -> None:
    """Somebody gets roles and a venue, is locked out and let in again; somebody else is invited, and comes."""
    desk.known["name"] = SAM.name.upper()
    [sam] = (await desk.run("staff/1-find-people"))["nodes"]
    assert (sam["email"], sam["roles"], sam["lockedAt"]) == (SAM.email, ["STAFF"], None)
    desk.known["person"] = sam["id"]
    assert (await desk.run("staff/2-set-roles"))["roles"] == ["STAFF", "EDITOR"]
    assert [venue["id"] for venue in (await desk.run("staff/3-post-staff"))["venues"]] == [desk.known["venue"]]
    assert (await desk.run("staff/4-lock-out"))["lockedBecause"].startswith("Tickets were paid")
    assert (await desk.run("staff/5-let-in-again"))["lockedAt"] is None
    assert (await desk.run("customers/1-open-account"))["email"] == "cora@example.com"
    await invite(desk)


async def invite(desk: Desk) -> None:
    """One invitation is withdrawn, another accepted with what its letter says."""
    desk.known["newcomer"] = "max@marquee.test"
    desk.known["invitation"] = (await desk.run("invitations/1-invite"))["id"]
    assert (await desk.run("invitations/4-withdraw"))["status"] == "WITHDRAWN"
    desk.known["newcomer"] = "mai@marquee.test"
    asked = await desk.run("invitations/1-invite")
    [waiting] = (await desk.run("invitations/2-who-is-asked"))["nodes"]
    assert (waiting["id"], waiting["invitedBy"]["name"]) == (asked["id"], "Ada Admin")
    desk.known["token"] = TOKEN.findall(await next_message(desk.server, "mai@marquee.test"))[0]
    user = (await desk.run("invitations/3-accept"))["user"]
    assert (user["name"], user["roles"]) == ("Mai Newcomer", ["STAFF"])
    assert [venue["id"] for venue in user["venues"]] == [desk.known["venue"]]
