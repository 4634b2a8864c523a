"""What is told about a report's place in the plan: why this crew, what others would mean, what would help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.suggest import WhyNot
from equipage.dispatch.reasons import Reason
from equipage.dispatch.solver.obstacles import Obstacle


class Standing(StrEnum):
    """Where a report stands in the plan."""

    THERE = "there"
    UNDER_WAY = "under_way"
    PLANNED = "planned"
    WAITING = "waiting"
    CLOSED = "closed"


class Part(StrEnum):
    """What a job costs at its place, by what it is for."""

    TRAVEL = "travel"
    WAITING = "waiting"
    LATENESS = "lateness"
    OTHERS_WAITING = "others_waiting"
    OTHERS_LATENESS = "others_lateness"
    STABILITY = "stability"
    COVERAGE = "coverage"
    PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the cost.

    Parameters
    ----------
    part : Part
        What it is for.
    cost : float
        Weighted seconds, as the planner counts them; below zero where it is saved.
    reasons : tuple of Reason
        What it is made of, in minutes and by name.
    """

    part: Part
    cost: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another crew that could have the job.

    Parameters
    ----------
    crew_id : CrewId
        Who.
    begins_at : datetime
        When it would begin there.
    more : float
        Weighted seconds that the plan would cost more than as it is; below zero where it would cost less.
    reasons : tuple of Reason
        What that is made of.
    """

    crew_id: CrewId
    begins_at: datetime
    more: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What would have to change for a report to be reached, or reached in time.

    Parameters
    ----------
    reasons : tuple of Reason
        All of it, in words.
    obstacles : tuple of Obstacle
        The same in the terms of the problem that `pose` makes of the situation: without them the checker has
        nothing against it. Empty where a person need only decide, or bring a crew back.
    crew_id : CrewId or None
        Who would have it then; None for a further crew.
    begins_at : datetime or None
        When it would begin then; None where nobody can tell.
    """

    reasons: tuple[Reason, ...]
    obstacles: tuple[Obstacle, ...] = ()
    crew_id: CrewId | None = None
    begins_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why a job is where it is, as of a moment.

    Parameters
    ----------
    as_of : datetime
        When that is so.
    standing : Standing
        Where it stands.
    crew_id : CrewId or None
        Who has it.
    begins_at : datetime or None
        When work is expected to begin.
    late_s : int
        By how many seconds that is after it is due; 0 in time.
    reasons : tuple of Reason
        Why this crew, or why it waits.
    delays : tuple of Reason
        Why it is later than was told when its crew was chosen.
    shares : tuple of Share
        What it costs where it is, in the order of `Part`, without the parts that are nothing.
    others : tuple of Alternative
        Crews that could have it instead, the best first.
    why_not : tuple of WhyNot
        All further crews and what keeps each, by id.
    would_help : tuple of Help
        Where it waits or is late: what would have to change, the least first.
    """

    as_of: datetime
    job_id: JobId
    standing: Standing
    crew_id: CrewId | None = None
    begins_at: datetime | None = None
    late_s: int = 0
    reasons: tuple[Reason, ...] = ()
    delays: tuple[Reason, ...] = ()
    shares: tuple[Share, ...] = ()
    others: tuple[Alternative, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    would_help: tuple[Help, ...] = ()
