"""Who may do a job, and the one thing that keeps a crew from it.

Every obstacle is checkable: without the named thing the crew could have the job, or the next one would show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from equipage.dispatch.crews import current_break
from equipage.dispatch.model import CrewId, Job, Shift
from equipage.dispatch.prospects import Approach, Prospects
from equipage.dispatch.reasons import Reason, because, named
from equipage.dispatch.situation import Situation

Bools = npt.NDArray[np.bool_]

OVERTIME_S = 15 * 60
"""How long after its shift a crew may still finish a job: not asked of anybody every day."""

SOON_BACK_S = 20 * 60
"""A crew whose break ends within this may have a job to go to after it."""


class Obstacle(StrEnum):
    """What can keep a crew from a job, in the order in which it is looked for."""

    OFF_SHIFT = "off_shift"
    ABSENT = "absent"
    PAUSED = "paused"
    MISSING_SKILLS = "missing_skills"
    HAS_REFUSED = "has_refused"
    ON_BREAK = "on_break"
    OFF_NETWORK = "off_network"
    CREW_OFF_NETWORK = "crew_off_network"
    UNREACHABLE = "unreachable"
    BREAK_TOO_LATE = "break_too_late"
    SHIFT_ENDS_BEFORE = "shift_ends_before"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairMasks:
    """Which crew of m on duty could have which of n jobs, each mask within the one before.

    Parameters
    ----------
    skilled : (n, m) bool
        The crew has the skills.
    willing : (n, m) bool
        And has not refused the job.
    reached : (n, m) bool
        And can get there.
    rested : (n, m) bool
        And would not begin a break too late for it.
    finished : (n, m) bool
        And would finish before its shift's end.
    """

    skilled: Bools
    willing: Bools
    reached: Bools
    rested: Bools
    finished: Bools


def obstacle(
    situation: Situation, crew_id: CrewId, job: Job, approach: Approach | None = None
) -> Reason | None:
    """Return the first thing that keeps the crew from the job, or None when it may have it.

    A crew that is merely busy may have it: behind what it does.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Who.
    job : Job
        What; assignments of this very job are no obstacle.
    approach : Approach, optional
        How the crew would come there (`Prospects.approach`); without it only what needs no road is looked at.
    """
    return next(_obstacles(situation, crew_id, job, approach), None)


def duty_obstacle(situation: Situation, crew_id: CrewId) -> Reason | None:
    """Return why the crew is not on duty, or None when it is.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Who.
    """
    shift = situation.shifts.get(crew_id)
    if shift is None:
        return because(Obstacle.OFF_SHIFT)
    if shift.absent:
        return because(Obstacle.ABSENT)
    if situation.now not in shift.span:
        begins_in_s = (shift.span.start - situation.now).total_seconds()
        return because(Obstacle.OFF_SHIFT, begins_in_s=begins_in_s)
    if situation.crews[crew_id].paused_since is not None:
        return because(Obstacle.PAUSED)
    return None


def idle_obstacle(situation: Situation, crew_id: CrewId) -> Reason | None:
    """Return why the crew is not idle, or None when it waits for what comes next.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Who.

    Returns
    -------
    Reason or None
        That it is not on duty, has something to do, is on a break, or is not heard of.
    """
    busy = busy_obstacle(situation, crew_id)
    if busy is not None:
        return busy
    return because("not_heard") if situation.is_silent(crew_id) else None


def busy_obstacle(situation: Situation, crew_id: CrewId) -> Reason | None:
    """Return what else the crew does, or None when it has nothing to do: a person may then tell it something.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Who; by radio it may be reached though its tracker is not heard of.

    Returns
    -------
    Reason or None
        That it is not on duty, has something to do, or is on a break.
    """
    off_duty = duty_obstacle(situation, crew_id)
    if off_duty is not None:
        return off_duty
    live = situation.live_of(crew_id)
    if live:
        return because("has_to_do_first", **named(situation.jobs[live[0].job_id]))
    pause = current_break(situation.shifts[crew_id], situation.now)
    if pause is not None:
        return because(Obstacle.ON_BREAK, left_s=(pause.end - situation.now).total_seconds())
    return None


def break_obstacle(situation: Situation, shift: Shift) -> Reason | None:
    """Return that the crew is on a break that does not end soon, or None.

    Parameters
    ----------
    situation : Situation
        The moment.
    shift : Shift
        The crew's.
    """
    pause = current_break(shift, situation.now)
    if pause is None or pause.end - situation.now <= timedelta(seconds=SOON_BACK_S):
        return None
    return because(Obstacle.ON_BREAK, left_s=(pause.end - situation.now).total_seconds())


def seconds_left(situation: Situation, crew_id: CrewId) -> float:
    """Return the seconds until the crew must have finished, overtime included.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Somebody with a shift.
    """
    return (situation.shifts[crew_id].span.end - situation.now).total_seconds() + OVERTIME_S


def pair_masks(situation: Situation, outlook: Prospects) -> PairMasks:
    """Return what holds for which pair: the rules of `obstacle` for all jobs and crews on duty at once.

    Parameters
    ----------
    situation : Situation
        The moment.
    outlook : Prospects
        The jobs, and crews that all are on duty.
    """
    row = {job.id: i for i, job in enumerate(outlook.jobs)}
    column = {crew_id: k for k, crew_id in enumerate(outlook.crew_ids)}
    crew_skills = [situation.crews[crew_id].skills for crew_id in outlook.crew_ids]
    kind = {skills: i for i, skills in enumerate({job.skills for job in outlook.jobs})}
    has = np.array([[skills <= own for own in crew_skills] for skills in kind], dtype=np.bool_)
    needs = np.array([kind[job.skills] for job in outlook.jobs], dtype=np.int64)
    skilled = has.reshape(len(kind), len(column))[needs]
    willing = skilled.copy()
    for job_id, crew_id in situation.refusals:
        if job_id in row and crew_id in column:
            willing[row[job_id], column[crew_id]] = False
    reached = willing & np.isfinite(outlook.arrival_s)
    rested = reached & (outlook.finish.break_late_s <= 0)
    left_s = np.array([seconds_left(situation, crew_id) for crew_id in outlook.crew_ids], dtype=np.float64)
    finished = rested & (outlook.finish.end_s <= left_s[None, :])
    return PairMasks(skilled=skilled, willing=willing, reached=reached, rested=rested, finished=finished)


def _obstacles(
    situation: Situation, crew_id: CrewId, job: Job, approach: Approach | None
) -> Iterator[Reason]:
    off_duty = duty_obstacle(situation, crew_id)
    if off_duty is not None:
        yield off_duty
    missing = job.skills - situation.crews[crew_id].skills
    if missing:
        yield because(Obstacle.MISSING_SKILLS, skills=tuple(sorted(missing)))
    if (job.id, crew_id) in situation.refusals:
        yield because(Obstacle.HAS_REFUSED)
    shift = situation.shifts.get(crew_id)
    on_break = None if shift is None else break_obstacle(situation, shift)
    if on_break is not None:
        yield on_break
    if approach is not None:
        yield from _obstacles_of_the_way(situation, crew_id, approach)


def _obstacles_of_the_way(situation: Situation, crew_id: CrewId, approach: Approach) -> Iterator[Reason]:
    if not approach.job_has_road:
        yield because(Obstacle.OFF_NETWORK)
    if not approach.crew_has_road:
        yield because(Obstacle.CREW_OFF_NETWORK)
    if not np.isfinite(approach.arrives.mid):
        yield because(Obstacle.UNREACHABLE)
    if approach.break_late_s > 0:
        yield because(Obstacle.BREAK_TOO_LATE, late_s=approach.break_late_s)
    over_s = approach.end_s - seconds_left(situation, crew_id)
    if over_s > 0:
        yield because(Obstacle.SHIFT_ENDS_BEFORE, over_s=float(over_s + OVERTIME_S))
