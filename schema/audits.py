"""Whether the books are right, for those who answer for them."""

from datetime import datetime

import strawberry

import clock
from domain import audits
from domain.access import Permission
from domain.audits import PROMISES, Invariant, Named, Report
from resolvers import auditor
from schema.context import Info
from schema.enums import publish
from schema.gate import gate
from schema.ids import global_id

publish(
    Invariant,
    "Something that is true at any moment, whatever has happened before.",
    {invariant.name: promise for invariant, promise in PROMISES.items()},
)


@strawberry.type(description="Something that is wrong, and must be looked at by a person.")
class Violation:
    message: str = strawberry.field(
        description="What is wrong, naming the rows; fit to show to staff, no personal data."
    )
    nodes: list[strawberry.ID] = strawberry.field(
        description="What it is about: ids for `node`, `booking` or `payment`, as far as you may see them."
    )

    @classmethod
    def of(cls, found: audits.Violation) -> "Violation":
        """The shape of a violation."""
        return cls(message=found.message, nodes=[_id_of(node) for node in found.nodes])


def _id_of(node: Named) -> strawberry.ID:
    return global_id(node.kind, node.id)


@strawberry.type(description="One invariant, and what breaks it.")
class AuditCheck:
    invariant: Invariant = strawberry.field(description="Which one.")
    promise: str = strawberry.field(description="What it promises; fit to show.")
    violations: list[Violation] = strawberry.field(description="What breaks it, the first 100; empty if it holds.")


@strawberry.type(description="What an audit of the books has found.")
class AuditReport:
    at: datetime = strawberry.field(description="When the books were looked at, in UTC.")
    clean: bool = strawberry.field(description="Whether every invariant holds.")
    checks: list[AuditCheck] = strawberry.field(description="Every invariant, whether it holds or not.")

    @classmethod
    def of(cls, report: Report) -> "AuditReport":
        """The shape of a report."""
        return cls(
            at=report.at,
            clean=report.clean,
            checks=[
                AuditCheck(
                    invariant=check.invariant,
                    promise=PROMISES[check.invariant],
                    violations=[Violation.of(found) for found in check.violations],
                )
                for check in report.checks
            ],
        )


@strawberry.type
class AuditQuery:
    @strawberry.field(
        extensions=[gate(Permission.AUDIT_READ)],
        description="Audits the books now: seats, bookings, money, the ledger and the providers' messages. Servers do the same "
        "by themselves all the time and log what they find; this changes nothing.",
    )
    async def audit_report(self, info: Info) -> AuditReport:
        return AuditReport.of(await auditor.audit(clock.now()))
