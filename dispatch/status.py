"""The states that things can be in, and the only steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReportStatus(StrEnum):
    """The life of a report."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do (what Open311 calls `open`)."""
        return self not in CLOSED_REPORT_STATUSES

    @property
    def is_waiting(self) -> bool:
        """Whether it is open and no crew has it."""
        return self in _WAITING


class AssignmentStatus(StrEnum):
    """The life of an assignment."""

    PLANNED = "planned"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    DONE = "done"
    REFUSED = "refused"
    RELEASED = "released"

    @property
    def is_live(self) -> bool:
        """Whether the crew still has the job."""
        return self in LIVE_ASSIGNMENT_STATUSES

    @property
    def is_running(self) -> bool:
        """Whether the crew has set off for it or works on it."""
        return self in RUNNING_ASSIGNMENT_STATUSES


class CrewStatus(StrEnum):
    """What a crew is doing."""

    OFF_SHIFT = "off_shift"
    AVAILABLE = "available"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    ON_BREAK = "on_break"


class Policy(StrEnum):
    """Which crew a service's reports are given to."""

    NEAREST = "nearest"
    OPTIMAL = "optimal"


class Mode(StrEnum):
    """Whether the planner assigns or only suggests."""

    AUTOMATIC = "automatic"
    SUGGEST = "suggest"


class Source(StrEnum):
    """How a report came in."""

    OPEN311 = "open311"
    PHONE = "phone"
    CONSOLE = "console"
    SENSOR = "sensor"


class Role(StrEnum):
    """What the holder of a key may do."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    DISPATCHER = "dispatcher"
    CREW = "crew"
    ANALYST = "analyst"
    OPEN311 = "open311"


class ConditionKind(StrEnum):
    """What a condition does to roads."""

    CLOSURE = "closure"
    SPEED = "speed"


class NoteSubject(StrEnum):
    """What a note is about."""

    REPORT = "report"
    CREW = "crew"
    VEHICLE = "vehicle"


class Verdict(StrEnum):
    """What became of a fix.

    `accepted` moves the vehicle; `late` (older than its last position) is kept in the track; `alarm_only` has
    no position but an alarm, which is kept; everything else is counted by its name and dropped.
    """

    ACCEPTED = "accepted"
    LATE = "late"
    DUPLICATE = "duplicate"
    STALE = "stale"
    FUTURE = "future"
    IMPOSSIBLE = "impossible"
    INACCURATE = "inaccurate"
    TOO_FAST = "too_fast"
    PRIVATE = "private"
    NO_POSITION = "no_position"
    ALARM_ONLY = "alarm_only"


class SlaState(StrEnum):
    """How a promise stands."""

    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BREACHED = "breached"


class EtaBasis(StrEnum):
    """What an ETA rests on, the most certain first."""

    ARRIVED = "arrived"
    LIVE = "live"
    STALE_POSITION = "stale_position"
    PLAN = "plan"
    DEPOT = "depot"


CLOSED_REPORT_STATUSES = frozenset(
    {ReportStatus.DONE, ReportStatus.DUPLICATE, ReportStatus.REJECTED, ReportStatus.CANCELLED}
)
RUNNING_ASSIGNMENT_STATUSES = frozenset({AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SITE})
LIVE_ASSIGNMENT_STATUSES = RUNNING_ASSIGNMENT_STATUSES | {AssignmentStatus.PLANNED}

ASSIGNMENT_STEPS: Mapping[AssignmentStatus, frozenset[AssignmentStatus]] = {
    AssignmentStatus.PLANNED: frozenset(
        {
            AssignmentStatus.EN_ROUTE,
            AssignmentStatus.ON_SITE,
            AssignmentStatus.DONE,
            AssignmentStatus.REFUSED,
            AssignmentStatus.RELEASED,
        }
    ),
    # A crew that forgot to say it had arrived may still say it is done.
    AssignmentStatus.EN_ROUTE: frozenset(
        {
            AssignmentStatus.ON_SITE,
            AssignmentStatus.DONE,
            AssignmentStatus.REFUSED,
            AssignmentStatus.RELEASED,
        }
    ),
    AssignmentStatus.ON_SITE: frozenset(
        {AssignmentStatus.DONE, AssignmentStatus.REFUSED, AssignmentStatus.RELEASED}
    ),
    AssignmentStatus.DONE: frozenset(),
    AssignmentStatus.REFUSED: frozenset(),
    AssignmentStatus.RELEASED: frozenset(),
}

_WAITING = frozenset({ReportStatus.NEW, ReportStatus.ACKNOWLEDGED})
_WORKED_ON = frozenset({ReportStatus.ASSIGNED, ReportStatus.EN_ROUTE, ReportStatus.IN_PROGRESS})

REPORT_STEPS: Mapping[ReportStatus, frozenset[ReportStatus]] = {
    ReportStatus.NEW: _WAITING | _WORKED_ON | CLOSED_REPORT_STATUSES,
    ReportStatus.ACKNOWLEDGED: _WAITING | _WORKED_ON | CLOSED_REPORT_STATUSES,
    ReportStatus.ASSIGNED: frozenset({ReportStatus.ACKNOWLEDGED}) | _WORKED_ON | CLOSED_REPORT_STATUSES,
    ReportStatus.EN_ROUTE: frozenset({ReportStatus.ACKNOWLEDGED}) | _WORKED_ON | CLOSED_REPORT_STATUSES,
    ReportStatus.IN_PROGRESS: frozenset({ReportStatus.ACKNOWLEDGED}) | _WORKED_ON | CLOSED_REPORT_STATUSES,
    # The only way out of a final state is to reopen it.
    **{status: frozenset({ReportStatus.ACKNOWLEDGED}) for status in CLOSED_REPORT_STATUSES},
}
