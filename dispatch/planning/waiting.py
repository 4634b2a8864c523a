"""Which jobs wait for a crew, and the one reason that matters for each that still waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from equipage.dispatch.eligibility import Obstacle, PairMasks, duty_obstacle
from equipage.dispatch.model import Job, JobId
from equipage.dispatch.prospects import Prospects
from equipage.dispatch.reasons import Fact, Reason, because
from equipage.dispatch.situation import JOBS_AHEAD, Situation
from equipage.dispatch.status import Mode
from equipage.dispatch.wording import bound_s

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class WaitingFor(StrEnum):
    """Why a job has no crew, in the order in which it is looked for."""

    NOT_YET = "not_yet"
    HELD = "held"
    AWAITING_DECISION = "awaiting_decision"
    NO_CREW = "no_crew"
    NOBODY_SKILLED = "nobody_skilled"
    NO_SIGNAL = "no_signal"
    ALL_PAUSED = "all_paused"
    NOBODY_ON_SHIFT = "nobody_on_shift"
    OFF_NETWORK = "off_network"
    ALL_REFUSED = "all_refused"
    ALL_CUT_OFF = "all_cut_off"
    BREAKS_FIRST = "breaks_first"
    SHIFTS_END_BEFORE = "shifts_end_before"
    ALL_BUSY = "all_busy"


def put_off(situation: Situation, job: Job) -> Reason | None:
    """Return why the planner is to leave the job alone for now, or None when it should find a crew.

    Parameters
    ----------
    situation : Situation
        The moment.
    job : Job
        One without a crew.
    """
    now = situation.now
    if job.earliest > now + JOBS_AHEAD:
        return because(WaitingFor.NOT_YET, begins_in_s=bound_s((job.earliest - now).total_seconds()))
    held_until = None if job.report_id is None else situation.reports[job.report_id].held_until
    if held_until is not None and held_until > now:
        return because(WaitingFor.HELD)
    if situation.services[job.service_code].mode is not Mode.AUTOMATIC:
        return because(WaitingFor.AWAITING_DECISION)
    return None


def reasons_for_waiting(
    situation: Situation, outlook: Prospects, *, rows: Sequence[int], pairs: PairMasks, free_s: Floats
) -> Mapping[JobId, Reason]:
    """Return for each job that found no crew what stopped the crews that came nearest to having it.

    Parameters
    ----------
    situation : Situation
        The moment.
    outlook : Prospects
        The jobs, and the crews on duty.
    rows : sequence of int
        The jobs of `outlook` without a crew.
    pairs : PairMasks
        What holds for which pair.
    free_s : (m,) float64
        Seconds until each crew is free, what it was just given included.
    """
    nobody_skilled = np.flatnonzero(~pairs.skilled.any(axis=1)).tolist()
    unskilled = {outlook.jobs[row].skills for row in nobody_skilled}
    nobody = {skills: _nobody_with(situation, skills) for skills in unskilled}
    on_duty = _reasons_on_duty(outlook, rows, pairs, free_s)
    return {
        outlook.jobs[row].id: nobody.get(outlook.jobs[row].skills) or reason
        for row, reason in zip(rows, on_duty, strict=True)
    }


def still_tells(told: Reason | None, why: Reason) -> bool:
    """Tell whether what was told about a waiting job need not be told anew.

    Parameters
    ----------
    told : Reason or None
        The last that was told.
    why : Reason
        Why it waits now.

    Returns
    -------
    bool
        Whether they are the same but for bounds on time, and those are still true and at most twice as long
        as they need be: where a crew comes and goes around five minutes, hundreds of reports would change.
    """
    if told is None or told.code != why.code or told.params.keys() != why.params.keys():
        return False
    pairs = [(told.params[name], fact) for name, fact in why.params.items()]
    return all(
        now <= before <= 2 * now if isinstance(before, int) and isinstance(now, int) else before == now
        for before, now in pairs
    )


def _nobody_with(situation: Situation, skills: frozenset[str]) -> Reason:
    """Return why no crew with the skills can be sent."""
    crew_ids = [crew.id for crew in situation.crews.values() if skills <= crew.skills]
    if not crew_ids:
        lacking = skills - frozenset().union(*(crew.skills for crew in situation.crews.values())) or skills
        if not lacking:
            return because(WaitingFor.NO_CREW)
        return because(WaitingFor.NOBODY_SKILLED, skills=tuple(sorted(lacking)))
    away = {c: duty_obstacle(situation, c) for c in sorted(crew_ids)}
    silent = tuple(situation.crews[c].name for c, why in away.items() if why is None)
    if silent:
        return because(WaitingFor.NO_SIGNAL, crews=silent)
    paused = tuple(situation.crews[c].name for c, why in away.items() if why and why.code == Obstacle.PAUSED)
    if paused:
        return because(WaitingFor.ALL_PAUSED, crews=paused)
    starts = [situation.shifts[c].span.start for c in crew_ids if c in situation.shifts]
    coming = [start for start in starts if start > situation.now]
    facts: dict[str, Fact] = {"skills": tuple(sorted(skills))} if skills else {}
    if coming:
        facts["begins_in_s"] = bound_s((min(coming) - situation.now).total_seconds())
    return because(WaitingFor.NOBODY_ON_SHIFT, **facts)


def _reasons_on_duty(
    outlook: Prospects, rows: Sequence[int], pairs: PairMasks, free_s: Floats
) -> Iterator[Reason]:
    """Yield for each job why no crew on duty with the skills took it."""
    stops = [
        (WaitingFor.OFF_NETWORK, ~outlook.job_has_road[rows]),
        (WaitingFor.ALL_REFUSED, ~_any_crew(pairs.willing)[rows]),
        (WaitingFor.ALL_CUT_OFF, ~_any_crew(pairs.reached)[rows]),
        (WaitingFor.BREAKS_FIRST, ~_any_crew(pairs.rested)[rows]),
        (WaitingFor.SHIFTS_END_BEFORE, ~_any_crew(pairs.finished)[rows]),
    ]
    first = np.argmax([*(stopped for _, stopped in stops), np.ones(len(rows), dtype=np.bool_)], axis=0)
    free_in_s = _first_free_s(pairs.finished, free_s)[rows]
    for stop, seconds in zip(first.tolist(), free_in_s.tolist(), strict=True):
        yield because(stops[stop][0]) if stop < len(stops) else _all_busy(bound_s(seconds))


def _any_crew(pairs: Bools) -> Bools:
    """Return for which jobs there is any pair, (n,)."""
    return np.asarray(pairs.any(axis=1))


def _first_free_s(finished: Bools, free_s: Floats) -> Floats:
    """Return the seconds until the first crew that could go is free, (n,); where none could, any."""
    if not len(free_s):
        return np.full(len(finished), np.inf)
    soonest = np.argsort(free_s)
    return np.asarray(free_s[soonest][finished[:, soonest].argmax(axis=1)])


@lru_cache(maxsize=64)
def _all_busy(free_in_s: int) -> Reason:
    """Return what hundreds of jobs wait for where crews are short."""
    return because(WaitingFor.ALL_BUSY, free_in_s=free_in_s)
