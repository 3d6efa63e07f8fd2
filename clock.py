"""The only place that asks the time; everything else is told it.

Where several machines share a PostgreSQL, its clock is theirs: a machine whose own clock is wrong by minutes must not
free seats early or keep them for ever. `models.database.follow_clock` measures by how much to correct ours.
"""

from datetime import UTC, datetime, timedelta

_correction = timedelta(0)


def system() -> datetime:
    """What this machine's clock says, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """This moment, in UTC."""
    return system() + _correction


def correct_by(correction: timedelta) -> None:
    """From now on, add this to what the machine says."""
    global _correction  # noqa: PLW0603  # one clock a process
    _correction = correction
