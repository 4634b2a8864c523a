"""What is wrong with the plans that a policy saves, by the one checker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.posing import Posed, pose
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.problem import NOBODY
from equipage.dispatch.solver.violations import Broken, Violation, violations
from equipage.dispatch.travel import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something that a saved plan breaks, and that it need not have broken.

    Parameters
    ----------
    at : datetime
        When it was saved.
    job_id : JobId or None
        Which stop, where it is about one.
    excess : int
        By how much, in seconds or what is carried too much.
    """

    at: datetime
    what: Broken
    crew_id: CrewId
    job_id: JobId | None
    excess: int


def breaches(before: Situation, after: Situation, times: TravelTimes) -> Iterator[Breach]:
    """Yield what a new plan breaks, apart from what the stops that could not be moved break by themselves.

    Parameters
    ----------
    before : Situation
        As it was when the plan was made.
    after : Situation
        The same with the plan in force.
    times : TravelTimes
        The router.
    """
    posed, held = pose(after, times), _held(pose(before, times))
    stuck = [
        [row for row in stops if posed.jobs[row].id in held.get(crew_id, ())]
        for crew_id, stops in zip(posed.crew_ids, posed.routes, strict=True)
    ]
    excused = {_kind(each) for each in violations(posed.problem, stuck)}
    for found in violations(posed.problem, posed.routes):
        if found.what is not Broken.FIXED and _kind(found) not in excused:
            yield Breach(
                at=after.now,
                what=found.what,
                crew_id=posed.crew_ids[found.shift],
                job_id=None if found.job == NOBODY else posed.jobs[found.job].id,
                excess=found.excess,
            )


def _held(posed: Posed) -> dict[CrewId, Sequence[JobId]]:
    """Return the stops that each crew's route had to begin with."""
    return {
        crew_id: [posed.jobs[row].id for row in fixed]
        for crew_id, fixed in zip(posed.crew_ids, posed.problem.shifts.fixed, strict=True)
    }


def _kind(violation: Violation) -> tuple[Broken, int, int, int]:
    return violation.what, violation.shift, violation.job, violation.thing
