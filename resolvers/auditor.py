"""The standing auditor: looks again and again whether all that must be true of the books is true."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

import clock
from domain.audits import Check, Invariant, Report
from models import audits

log = structlog.get_logger(__name__)


@dataclass
class Figures:
    """What this process has audited so far: `found` counts violations, again in each audit that meets them."""

    audits: int = 0
    found: Counter[Invariant] = field(default_factory=Counter)
    last: Report | None = None

    def note(self, report: Report) -> None:
        """Count one more audit."""
        self.audits += 1
        self.found.update(violation.invariant for violation in report.violations)
        self.last = report


figures = Figures()


async def audit(now: datetime) -> Report:
    """Look for whatever breaks an invariant at this moment; changes nothing."""
    return Report(now, tuple([Check.of(invariant, await audits.find(invariant, now)) for invariant in Invariant]))


async def watch() -> None:
    """Audit the books, and log and count whatever is wrong with them."""
    report = await audit(clock.now())
    figures.note(report)
    for violation in report.violations:
        log.error(
            "The books are wrong",
            invariant=violation.invariant.value,
            violation=violation.message,
            rows=[f"{node.kind} {node.id}" for node in violation.nodes],
        )


def facts() -> Mapping[str, object]:
    """The figures for /health: whether the last audit found nothing, and how much this process has found since its start."""
    last = figures.last
    if last is None:
        return {"audits": 0}
    return {
        "audits": figures.audits,
        "at": last.at.isoformat(),
        "clean": last.clean,
        "violations": {check.invariant.value: len(check.violations) for check in last.checks if check.violations},
        "found": {invariant.value: count for invariant, count in figures.found.items()},
    }
