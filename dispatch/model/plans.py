"""What crews are planned to do, and when they will be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from equipage.dispatch.model.ids import AssignmentId, CrewId, JobId
from equipage.dispatch.status import EtaBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A planned visit of a crew; `position` counts from 1 along its route."""

    crew_id: CrewId
    position: int
    job_id: JobId
    assignment_id: AssignmentId
    arrival: datetime
    departure: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everybody's routes, versioned.

    Parameters
    ----------
    version : int
        0 before the first plan.
    as_of : datetime or None
        The moment it was decided for.
    network_id : str
        The road network its times come from.
    engine : str
        What decided it.
    stops : tuple of Stop
        By crew and position.
    """

    version: int
    as_of: datetime | None = None
    network_id: str = ""
    engine: str = ""
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Eta:
    """When a crew will be there: a time with its interval, what it rests on and when that was known.

    Parameters
    ----------
    visits_before : int
        How many jobs the crew has to do or to finish first.
    """

    crew_id: CrewId
    eta: datetime
    earliest: datetime
    latest: datetime
    basis: EtaBasis
    as_of: datetime
    visits_before: int = 0
