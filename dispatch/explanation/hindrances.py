"""The solver's obstacles in the words that dispatching has for them: what keeps a crew, what would help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import numpy as np

from equipage.dispatch.eligibility import OVERTIME_S
from equipage.dispatch.eligibility import Obstacle as Keeps
from equipage.dispatch.model import Crew, CrewId, Depot, Job
from equipage.dispatch.planning.posing import Posed
from equipage.dispatch.planning.terms import NOWHERE
from equipage.dispatch.reasons import Fact, Reason, because, named
from equipage.dispatch.solver.obstacles import Hindrance, Obstacle
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY
from equipage.dispatch.solver.remedy import Remedy
from equipage.dispatch.solver.schedule import timetable
from equipage.dispatch.travel import TravelTimes, travel_table


def what_keeps(posed: Posed, job: Job, obstacle: Obstacle) -> Reason:
    """Return what keeps a crew from a job, with the code that `eligibility` has for it where it has one.

    Parameters
    ----------
    posed : Posed
        Where the obstacle was found.
    job : Job
        The job that the crew is kept from.
    obstacle : Obstacle
        What its verdict names.
    """
    cut_off = _cut_off(posed, obstacle) if obstacle.excess >= NO_WAY_S else None
    if cut_off is not None:
        return because("planned_cut_off", **named(cut_off))
    return _KEEPS[obstacle.what](posed, job, obstacle)


def _cut_off(posed: Posed, obstacle: Obstacle) -> Job | None:
    """Return the first job of a crew's route to which no road leads: all behind it happens in no time."""
    visits = timetable(posed.problem, obstacle.shift, posed.routes[obstacle.shift]).visits
    return next((posed.jobs[visit.job] for visit in visits if visit.travel_s >= NO_WAY_S), None)


def what_helps(posed: Posed, job: Job, remedy: Remedy, times: TravelTimes) -> tuple[Reason, ...]:
    """Return what would have to change for a remedy's obstacles to be gone, all of it.

    Parameters
    ----------
    posed : Posed
        Where the obstacles were found.
    job : Job
        The job that is to be done, or done in time.
    remedy : Remedy
        For that job.
    times : TravelTimes
        The router; asked from which depot a further crew would be there first.
    """
    further = [each for each in remedy.obstacles if each.shift == len(posed.crew_ids)]
    own = [each for each in remedy.obstacles if each not in further]
    words = [
        _one_more_crew(posed, job, each, times)
        if each.what is Hindrance.NO_CREW
        else _HELPS[each.what](posed, job, each)
        for each in own
    ]
    # How long a further crew works is up to whoever sends it; a way it needs like any other.
    if any(each.what is Hindrance.NO_WAY for each in further) and words[0].code != "help_crew":
        words.append(because("help_place" if job.id in posed.off_network else "help_way"))
    return tuple(words)


def _missing(posed: Posed, job: Job, obstacle: Obstacle) -> tuple[str, ...]:
    return tuple(sorted(job.skills - _crew(posed, obstacle).skills))


def _crew(posed: Posed, obstacle: Obstacle) -> Crew:
    return posed.situation.crews[posed.crew_ids[obstacle.shift]]


def _crew_id(posed: Posed, obstacle: Obstacle) -> CrewId:
    return posed.crew_ids[obstacle.shift]


def _pinned_to(posed: Posed, job: Job) -> CrewId:
    return posed.crew_ids[int(posed.problem.jobs.pinned_to[posed.rows[job.id]])]


def _whose(posed: Posed, job: Job, obstacle: Obstacle) -> dict[str, Fact]:
    """Return the name of the job that an obstacle is about; nothing where it is the one asked about."""
    other = posed.jobs[obstacle.job]
    return {} if other.id == job.id else named(other)


def _no_way(posed: Posed, job: Job, obstacle: Obstacle) -> Reason:
    if job.id in posed.off_network:
        return because(Keeps.OFF_NETWORK)
    start = posed.problem.shifts.start_place[obstacle.shift]
    # A place without a road has no way even to itself; a crew that cannot reach what it does is nowhere.
    stuck = start != NOWHERE and posed.problem.travel_s[0, start, start] >= NO_WAY_S
    return because(Keeps.CREW_OFF_NETWORK if stuck else Keeps.UNREACHABLE)


def _window(posed: Posed, job: Job, obstacle: Obstacle) -> Reason:
    whose = _whose(posed, job, obstacle)
    return because("too_late_elsewhere" if whose else "too_late_there", late_s=obstacle.excess, **whose)


_Word = Callable[[Posed, Job, Obstacle], Reason]

_KEEPS: Mapping[Hindrance, _Word] = {
    Hindrance.SKILL: lambda p, job, o: because(Keeps.MISSING_SKILLS, skills=_missing(p, job, o)),
    Hindrance.PIN: lambda p, job, _: because("pinned_elsewhere", crew_id=_pinned_to(p, job)),
    Hindrance.BARRED: lambda *_: because(Keeps.HAS_REFUSED),
    Hindrance.CAPACITY: lambda _p, _job, o: because("no_room", excess=o.excess),
    Hindrance.NO_WAY: _no_way,
    Hindrance.FIXED: lambda p, _, o: because("has_to_do_first", **named(p.jobs[o.job])),
    Hindrance.WINDOW: _window,
    Hindrance.BREAK: lambda _p, _job, o: because(Keeps.BREAK_TOO_LATE, late_s=o.excess),
    Hindrance.SHIFT_END: lambda _p, _job, o: because(Keeps.SHIFT_ENDS_BEFORE, over_s=o.excess + OVERTIME_S),
}


def _way(posed: Posed, job: Job, obstacle: Obstacle) -> Reason:
    if job.id in posed.off_network:
        return because("help_place")
    return because("help_way", crew_id=_crew_id(posed, obstacle))


_HELPS: Mapping[Hindrance, _Word] = {
    Hindrance.SKILL: lambda p, job, o: because(
        "help_skill", crew_id=_crew_id(p, o), skills=_missing(p, job, o)
    ),
    Hindrance.PIN: lambda p, job, _: because("help_pin", crew_id=_pinned_to(p, job)),
    Hindrance.BARRED: lambda p, _, o: because("help_refusal", crew_id=_crew_id(p, o)),
    Hindrance.CAPACITY: lambda p, _, o: because("help_room", crew_id=_crew_id(p, o), excess=o.excess),
    Hindrance.NO_WAY: _way,
    Hindrance.FIXED: lambda p, _, o: because("help_first", crew_id=_crew_id(p, o), **named(p.jobs[o.job])),
    Hindrance.WINDOW: lambda p, job, o: because("help_window", late_s=o.excess, **_whose(p, job, o)),
    Hindrance.BREAK: lambda p, _, o: because("help_break", crew_id=_crew_id(p, o), late_s=o.excess),
    Hindrance.SHIFT_END: lambda p, _, o: because(
        "help_overtime", crew_id=_crew_id(p, o), over_s=o.excess + OVERTIME_S
    ),
    Hindrance.DUE: lambda _p, _job, o: because("help_due", late_s=o.excess),
}


def _one_more_crew(posed: Posed, job: Job, obstacle: Obstacle, times: TravelTimes) -> Reason:
    """Return which crew lacks: from the depot that is nearest by road, where that is near enough."""
    skills: dict[str, Fact] = {"skills": tuple(sorted(job.skills))} if job.skills else {}
    arrives_s, found = _arrives_s(posed, job, obstacle), _nearest_depot(posed, job, times)
    if found is not None:
        depot, drive_s = found
        if arrives_s is None or drive_s <= max(arrives_s, _seconds_to(posed, job.due_at)):
            return because("help_crew", depot=depot.name, drive_s=drive_s, **skills)
    if arrives_s is not None:
        return because("help_crew_near", arrives_in_s=arrives_s, **skills)
    return because("help_any_crew", **skills)


def _arrives_s(posed: Posed, job: Job, obstacle: Obstacle) -> int | None:
    """Return when a crew like the one that the obstacle names would be there; None where none would."""
    if obstacle.shift == NOBODY:
        return None
    shifts, place = posed.problem.shifts, posed.problem.jobs.place[posed.rows[job.id]]
    drive_s = int(posed.problem.travel_s[shifts.travel[obstacle.shift], obstacle.thing, place])
    return int(shifts.start_s[obstacle.shift]) + drive_s if drive_s < NO_WAY_S else None


def _nearest_depot(posed: Posed, job: Job, times: TravelTimes) -> tuple[Depot, float] | None:
    depots = sorted(posed.situation.depots.values(), key=lambda depot: depot.id)
    if not depots:
        return None
    origins = np.array([(depot.lon, depot.lat) for depot in depots], dtype=np.float64)
    seconds = travel_table(times, origins, np.array([(job.lon, job.lat)])).seconds[:, 0]
    nearest = int(seconds.argmin())
    return (depots[nearest], float(seconds[nearest])) if seconds[nearest] < NO_WAY_S else None


def _seconds_to(posed: Posed, moment: datetime) -> float:
    return (moment - posed.situation.now) / timedelta(seconds=1)
