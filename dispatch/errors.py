"""The errors of dispatching, by whose fault they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from equipage.dispatch.model import Assignment, AuditEntry, CrewId
from equipage.dispatch.reasons import Reason


class DispatchError(Exception):
    """Any failure of dispatching."""


class InvalidInputError(DispatchError, ValueError):
    """What was given cannot be right; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class NotEligibleError(InvalidInputError):
    """The crew may not have the report, for `reason`, unless a dispatcher overrides it."""

    def __init__(self, fault: str, *, crew_id: CrewId, reason: Reason) -> None:
        super().__init__([fault])
        self.crew_id = crew_id
        self.reason = reason


class UnsoundPlanError(DispatchError, RuntimeError):
    """The planner has decided what may not be; `faults` names everything that would be wrong with it."""

    def __init__(self, faults: Sequence[Reason]) -> None:
        super().__init__(f"this plan is not saved: {'; '.join(each.text for each in faults)}")
        self.faults = tuple(faults)


class NotFoundError(DispatchError, LookupError):
    """There is no such thing."""


class ForbiddenError(DispatchError, PermissionError):
    """The one who asks may not do this, or not with this service or commune."""


class IllegalStepError(DispatchError, ValueError):
    """A status cannot follow the present one, which is `present`."""

    def __init__(self, message: str, present: StrEnum) -> None:
        super().__init__(message)
        self.present = present


class ConflictError(DispatchError, RuntimeError):
    """Somebody was first; load again and decide anew."""


class AlreadyAssignedError(ConflictError):
    """The report or the crew is taken; `holder` is the assignment that holds it."""

    def __init__(self, message: str, holder: Assignment) -> None:
        super().__init__(message)
        self.holder = holder


class ChangedMeanwhileError(ConflictError):
    """Somebody changed it since it was looked at; `last` is what was done to it last."""

    def __init__(self, message: str, *, version: int, last: AuditEntry | None) -> None:
        super().__init__(message)
        self.version = version
        self.last = last


class UnfitCrewError(ConflictError):
    """As things are now the crew should not have it; `reason` says why, `holder` who is in the way.

    `eta_before` and `eta_after` are the arrival that was known to whoever asked, and the present one.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: Reason,
        holder: Assignment | None = None,
        eta_before: datetime | None = None,
        eta_after: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.holder = holder
        self.eta_before = eta_before
        self.eta_after = eta_after


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRoute:
    """What a crew had when somebody looked, and what it has now, in order, by report or else by job."""

    crew_id: CrewId
    seen: tuple[str, ...]
    now: tuple[str, ...]


class PlanChangedError(ConflictError):
    """The plan is another since it was looked at; `stale` are the routes that are not as they were."""

    def __init__(self, message: str, *, stale: Sequence[StaleRoute]) -> None:
        super().__init__(message)
        self.stale = stale


class NotKeptError(ConflictError):
    """What somebody tried out can no longer be carried out; `reason` says what would break first."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"this can no longer be carried out: {reason.text}; try it out again")
        self.reason = reason


class NotUndoableError(ConflictError):
    """A change cannot be taken back; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"this cannot be taken back: {reason.text}")
        self.reason = reason
