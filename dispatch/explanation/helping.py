"""What would have to change for a job to be reached, or reached in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import reduce

from equipage.dispatch.eligibility import Obstacle, duty_obstacle
from equipage.dispatch.explanation.effects import Scene, with_job
from equipage.dispatch.explanation.explained import Help
from equipage.dispatch.explanation.hindrances import what_helps
from equipage.dispatch.model import Job
from equipage.dispatch.planning.waiting import WaitingFor, put_off
from equipage.dispatch.reasons import because
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.obstacles import without
from equipage.dispatch.solver.remedy import Remedy
from equipage.dispatch.solver.schedule import timetable
from equipage.dispatch.travel import TravelTimes

RETURNING = 2
"""How many crews that are not at work are named as a help."""

_COULD_RETURN = frozenset({Obstacle.PAUSED, Obstacle.ABSENT})


def would_help(situation: Situation, times: TravelTimes, scene: Scene, remedy: Remedy) -> Iterator[Help]:
    """Yield what would have to change for a job that waits or is late, the least first.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    scene : Scene
        The plan without the job.
    remedy : Remedy
        The least that would have to change in it.
    """
    job = scene.posed.jobs[scene.row]
    waits_for = put_off(situation, job) if situation.holder_of(job.id) is None else None
    if waits_for is not None and waits_for.code == WaitingFor.NOT_YET:
        yield Help(reasons=(because("help_time"),))
        return
    if waits_for is not None and waits_for.code == WaitingFor.HELD:
        yield Help(reasons=(because("help_let_go"),))
    yield help_of(times, scene, remedy)
    if remedy.obstacles:
        yield from _returns(situation, job)


def help_of(times: TravelTimes, scene: Scene, remedy: Remedy) -> Help:
    """Return a remedy in words, and when the job would begin then.

    Parameters
    ----------
    times : TravelTimes
        The router.
    scene : Scene
        The plan without the job.
    remedy : Remedy
        What would have to change in it.
    """
    posed = scene.posed
    words = what_helps(posed, posed.jobs[scene.row], remedy, times)
    if remedy.shift == len(posed.crew_ids):
        return Help(reasons=words, obstacles=remedy.obstacles)
    crew_id = posed.crew_ids[remedy.shift]
    freed = reduce(without, remedy.obstacles, scene.problem)
    visits = timetable(freed, remedy.shift, with_job(scene, remedy.shift, remedy.position)).visits
    begin_s = next(visit.begin_s for visit in visits if visit.job == scene.row)
    return Help(
        reasons=words or (because("help_by_hand", crew_id=crew_id),),
        obstacles=remedy.obstacles,
        crew_id=crew_id,
        begins_at=posed.situation.now + timedelta(seconds=begin_s),
    )


def _returns(situation: Situation, job: Job) -> Iterator[Help]:
    """Yield the crews with the skills whose shift is on, and which are paused or absent."""
    away = (
        crew_id
        for crew_id in sorted(situation.crews)
        if job.skills <= situation.crews[crew_id].skills and (job.id, crew_id) not in situation.refusals
        if (off := duty_obstacle(situation, crew_id)) is not None and off.code in _COULD_RETURN
    )
    for crew_id, _ in zip(away, range(RETURNING), strict=False):
        yield Help(reasons=(because("help_return", crew_id=crew_id),), crew_id=crew_id)
