"""The errors of dispatching, by whose fault they are."""

from __future__ import annotations

from collections.abc import Sequence

from equipage.dispatch.model import Assignment


class DispatchError(Exception):
    """Any failure of dispatching."""


class InvalidInputError(DispatchError, ValueError):
    """What was given cannot be right; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class NotFoundError(DispatchError, LookupError):
    """There is no such thing."""


class ForbiddenError(DispatchError, PermissionError):
    """The one who asks may not do this, or not with this service or commune."""


class IllegalStepError(DispatchError, ValueError):
    """A status cannot follow the present one."""


class ConflictError(DispatchError, RuntimeError):
    """Somebody was first; load again and decide anew."""


class AlreadyAssignedError(ConflictError):
    """The report or the crew is taken; `holder` is the assignment that holds it."""

    def __init__(self, message: str, holder: Assignment) -> None:
        super().__init__(message)
        self.holder = holder
