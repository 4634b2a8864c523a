"""Policies to compare: who decides which crew goes where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from equipage.dispatch.eligibility import pair_masks
from equipage.dispatch.eta import itineraries
from equipage.dispatch.model import CrewId, Job
from equipage.dispatch.planning.planner import Choice, Decision
from equipage.dispatch.planning.posing import PlannedStop, stops_on
from equipage.dispatch.planning.replanning import Effort, plan
from equipage.dispatch.planning.standby import standbys
from equipage.dispatch.planning.waiting import WaitingFor
from equipage.dispatch.prospects import Prospects, look_ahead
from equipage.dispatch.reasons import because
from equipage.dispatch.replay.simulation import Policy, WithStandby
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.budget import looks
from equipage.dispatch.status import CrewStatus
from equipage.dispatch.travel import TravelTimes
from equipage.dispatch.wording import bound_s

Floats = npt.NDArray[np.float64]
LOOKS = 50
"""How long the plan layer works, as the solver counts: a thousand rounds."""

_BUSY = because(WaitingFor.ALL_BUSY, free_in_s=bound_s(0.0))
Pairs = Iterator[tuple[int, int]]


def nearest(situation: Situation, times: TravelTimes) -> Decision:
    """Send the nearest idle crew to each report, the oldest of the highest priority first.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    """
    outlook, drive_s = _idle_and_waiting(situation, times)
    order = sorted(range(len(outlook.jobs)), key=lambda row: _urgency(outlook.jobs[row]))
    return _sent(situation, times, outlook, _first_come(drive_s, order))


def strong_nearest(situation: Situation, times: TravelTimes) -> Decision:
    """Send idle crews to the nearest reports of the highest priority there is: what good dispatchers do.

    A crew that becomes free takes the nearest waiting report of the highest priority that it may have; a new
    report takes the nearest idle crew.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    """
    outlook, drive_s = _idle_and_waiting(situation, times)
    return _sent(situation, times, outlook, _closest_pairs(outlook, drive_s))


def instant(situation: Situation, times: TravelTimes) -> Decision:
    """Let the instant layer of the planner decide, as the server does.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    """
    return plan(situation, times, effort=None)


def plan_of_all(situation: Situation, times: TravelTimes) -> Decision:
    """Let the planner plan everybody's routes where crews are short, as the server does.

    Its budget counts looks at it and no seconds, so that a day goes the same way on any machine.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    """
    return plan(situation, times, effort=Effort(engine="own", budget=lambda: looks(LOOKS)))


POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "nearest": nearest,
        "strong-nearest": strong_nearest,
        "instant": instant,
        "plan": plan_of_all,
        "standby": WithStandby(plan_of_all, standbys),
    }
)
"""By the names that commands and tables know them by."""


def _idle_and_waiting(situation: Situation, times: TravelTimes) -> tuple[Prospects, Floats]:
    """Return the jobs without a crew, the idle crews, and the drives between them.

    Those are inf where there may be none, and where the crew has its break first: it is not idle for that.
    """
    outlook = look_ahead(
        situation,
        times,
        jobs=sorted(
            (job for job in situation.jobs.values() if situation.holder_of(job.id) is None), key=_urgency
        ),
        crew_ids=sorted(crew_id for crew_id in situation.crews if _is_idle(situation, crew_id)),
    )
    at_once = outlook.arrival_s <= np.maximum(outlook.drive_s, outlook.earliest_s[:, None])
    return outlook, np.where(pair_masks(situation, outlook).finished & at_once, outlook.drive_s, np.inf)


def _is_idle(situation: Situation, crew_id: CrewId) -> bool:
    idle = situation.status_of(crew_id) is CrewStatus.AVAILABLE
    return idle and not situation.live_of(crew_id)


def _urgency(job: Job) -> tuple[object, ...]:
    return job.priority, job.created_at, job.id


def _first_come(drive_s: Floats, order: list[int]) -> Pairs:
    """Yield job and crew, each job in its turn with the nearest crew left."""
    left_s = drive_s.copy()
    for row in order if left_s.shape[1] else ():
        column = int(left_s[row].argmin())
        if np.isfinite(left_s[row, column]):
            left_s[:, column] = np.inf
            yield row, column


def _closest_pairs(outlook: Prospects, drive_s: Floats) -> Pairs:
    """Yield job and crew, the pair of the shortest drive first, within each priority."""
    left_s = drive_s.copy()
    priority = np.array([job.priority for job in outlook.jobs], dtype=np.int64)
    for rank in np.unique(priority).tolist():
        rows = np.flatnonzero(priority == rank)
        while np.isfinite(left_s[rows]).any():
            which, column = np.unravel_index(int(left_s[rows].argmin()), (len(rows), left_s.shape[1]))
            left_s[rows[which]] = np.inf
            left_s[:, column] = np.inf
            yield int(rows[which]), int(column)


def _sent(situation: Situation, times: TravelTimes, outlook: Prospects, pairs: Pairs) -> Decision:
    """Return the decision to send those crews to those jobs at once; all others wait, nobody asks why."""
    choices = tuple(_choice(situation, outlook, row, column) for row, column in pairs)
    sent = {choice.job_id for choice in choices}
    waiting = (job.id for job in outlook.jobs if job.id not in sent)
    return Decision(
        assign=tuple(sorted(choices, key=lambda choice: choice.job_id)),
        release=(),
        unassigned=dict.fromkeys(waiting, _BUSY),
        visits=tuple(_visits(situation, times, choices)),
    )


def _choice(situation: Situation, outlook: Prospects, row: int, column: int) -> Choice:
    arrival = situation.now + timedelta(seconds=round(float(outlook.arrival_s[row, column])))
    job = outlook.jobs[row]
    departure = arrival + timedelta(seconds=job.duration_s)
    return Choice(job_id=job.id, crew_id=outlook.crew_ids[column], arrival=arrival, departure=departure)


def _visits(situation: Situation, times: TravelTimes, choices: tuple[Choice, ...]) -> Iterator[PlannedStop]:
    """Yield what crews are at, and what idle ones are sent to."""
    at_work = sorted({assignment.crew_id for assignment in situation.assignments.values()})
    for route in itineraries(situation, times, at_work).values():
        yield from stops_on(situation, route)
    for choice in choices:
        yield PlannedStop(
            crew_id=choice.crew_id,
            position=1,
            job_id=choice.job_id,
            assignment_id=None,
            arrival=choice.arrival,
            departure=choice.departure,
        )
