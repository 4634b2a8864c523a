"""Explanations of generated cities, checked: take away what is named, and the job can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from itertools import count
from typing import Any

import numpy as np
import pytest

from equipage.dispatch.explanation.effects import Scene
from equipage.dispatch.explanation.explained import Explained, Help, Standing
from equipage.dispatch.explanation.explaining import explain_report, scene_of
from equipage.dispatch.model import Assignment, Crew, CrewId, Job, JobId, Shift, VehiclePosition
from equipage.dispatch.planning.suggest import WhyNot
from equipage.dispatch.planning.waiting import put_off
from equipage.dispatch.reasons import Reason
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.obstacles import new_violations, without
from equipage.dispatch.solver.schedule import timetable
from tests.dispatch.worlds import (
    EDGE_OF_THE_PLAIN_M,
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_position,
    a_shift,
    an_assignment,
    at,
    lonlat,
)

SKILLS = ("gas", "lift", "saw")
CITIES = range(40)
ROADS = StraightRoads(river_x=9000.0)


def a_city(seed: int) -> Situation:
    """Return a city of up to six crews and ten reports in which much goes wrong."""
    random = np.random.default_rng(seed)
    crews = [_crew(random, f"C{k}") for k in range(int(random.integers(0, 7)))]
    jobs = [_job(random, f"j{k}") for k in range(int(random.integers(1, 11)))]
    return World(
        crews=crews,
        jobs=jobs,
        where={crew.id: _place(random) for crew in crews if random.random() < 0.8},
        shifts=[_shift(random, crew.id) for crew in crews if random.random() < 0.9],
        assignments=list(_assignments(random, crews, jobs)),
        refusals=[(job.id, crew.id) for job in jobs for crew in crews if random.random() < 0.1],
        tracked=[crew.id for crew in crews if random.random() < 0.2],
    ).situation()


def _place(random: np.random.Generator) -> tuple[float, float]:
    return float(random.uniform(-10_000, 10_000)), float(random.uniform(-10_000, 10_000))


def _skills(random: np.random.Generator, share: float) -> list[str]:
    return [skill for skill in SKILLS if random.random() < share]


def _crew(random: np.random.Generator, crew_id: str) -> Crew:
    paused = at(-5) if random.random() < 0.1 else None
    return a_crew(crew_id, *_skills(random, 0.7), paused_since=paused)


def _shift(random: np.random.Generator, crew_id: str) -> Shift:
    start, end = random.choice([-4.0, 1.0], p=[0.9, 0.1]), random.choice([0.2, 1.0, 4.0])
    breaks = [(20.0, 50.0)] if end > 1 and start < 0 and random.random() < 0.3 else []
    return a_shift(crew_id, (start, max(end, start + 1)), breaks=breaks, absent=random.random() < 0.1)


def _job(random: np.random.Generator, job_id: str) -> Job:
    place = (2 * EDGE_OF_THE_PLAIN_M, 0.0) if random.random() < 0.05 else _place(random)
    return a_job(
        job_id,
        place,
        skills=frozenset(_skills(random, 0.25)),
        priority=int(random.integers(1, 5)),
        duration_s=int(random.choice([300, 1800, 7200])),
        due_at=at(float(random.integers(-30, 120))),
    )


def _assignments(random: np.random.Generator, crews: list[Crew], jobs: list[Job]) -> Iterator[Assignment]:
    """Yield what has been assigned, by the planner or by hand, whether that is wise or not."""
    running: set[str] = set()
    for job in jobs:
        if not crews or random.random() < 0.4:
            continue
        crew_id = str(random.choice([crew.id for crew in crews]))
        drawn = str(random.choice(["planned", "en_route", "on_site"], p=[0.7, 0.2, 0.1]))
        status = "planned" if crew_id in running else drawn
        if status != "planned":
            running.add(crew_id)
        by_hand = bool(random.random() < 0.4)
        yield an_assignment(
            job.id,
            crew_id,
            status,
            since=-float(random.integers(1, 20)),
            pinned=by_hand and bool(random.random() < 0.7) and status == "planned",
            actor="key-1" if by_hand else "planner",
            promised_at=at(float(random.integers(0, 40))),
        )


def explanations(situation: Situation) -> Iterator[tuple[Job, Explained]]:
    """Yield every open job with its explanation."""
    for job in situation.jobs.values():
        yield job, explain_report(situation, ROADS, job)


@pytest.mark.parametrize("seed", CITIES)
def test_every_crew_is_told_of_once(seed: int) -> None:
    """The one that has it, those that could, and those that something keeps: nobody is left out."""
    situation = a_city(seed)
    for _, found in explanations(situation):
        if found.standing is not Standing.THERE:
            others = [other.crew_id for other in found.others] + [kept.crew_id for kept in found.why_not]
            assert sorted([*others, *([found.crew_id] if found.crew_id else [])]) == sorted(situation.crews)


def fits(scene: Scene, help_: Help, *, punctual: bool) -> bool:
    """Tell whether a job has a place, in time if it has to be, once the obstacles named are gone."""
    freed = reduce(without, help_.obstacles, scene.problem)
    for shift in range(len(freed.shifts)):
        stops = list(scene.bare[shift]) if shift < len(scene.bare) else []
        for position in range(len(stops) + 1):
            after = [*stops[:position], scene.row, *stops[position:]]
            visit = next(v for v in timetable(freed, shift, after).visits if v.job == scene.row)
            in_time = visit.begin_s <= freed.jobs.due_s[scene.row]
            stays = shift < len(scene.bare) and tuple(after) == scene.posed.routes[shift]
            if (in_time or not punctual) and (stays or not new_violations(freed, shift, stops, after)):
                return True
    return False


def test_all_that_wait_are_late_or_placed_by_hand_have_a_reason_that_can_be_checked(
    record_property: Callable[[str, object], None],
) -> None:
    """The share of those whose named obstacles, once removed, leave the checker nothing: all of them."""
    asked, checked = count(), count()
    faults = []
    for seed in CITIES:
        situation = a_city(seed)
        for job, found in explanations(situation):
            if needs_a_reason(situation, job, found):
                next(asked)
                if can_be_checked(situation, job, found):
                    next(checked)
                else:
                    faults.append((seed, job.id))
    total = next(asked)
    record_property("share with a reason that was checked", next(checked) / total)
    assert total > 100
    assert faults == []


def by_hand(situation: Situation, job: Job) -> bool:
    """Tell whether a person chose the crew."""
    holder = situation.holder_of(job.id)
    return holder is not None and holder.actor != "planner"


def needs_a_reason(situation: Situation, job: Job, found: Explained) -> bool:
    """Tell whether a job waits, is late or was placed by hand, and nobody works on it yet."""
    open_question = found.standing is Standing.WAITING or found.late_s > 0 or by_hand(situation, job)
    return open_question and found.standing is not Standing.THERE


def can_be_checked(situation: Situation, job: Job, found: Explained) -> bool:
    """Tell whether all that is claimed about a job comes true."""
    scene = scene_of(situation, ROADS, job)
    claims = []
    if found.standing is Standing.WAITING or found.late_s > 0:
        solved = [each for each in found.would_help if each.obstacles or each.begins_at is not None]
        claims.append(bool(solved) and all(fits(scene, each, punctual=found.late_s > 0) for each in solved))
    if by_hand(situation, job):
        claims.append(judged_rightly(situation, found))
    return bool(claims) and all(claims)


def judged_rightly(situation: Situation, found: Explained) -> bool:
    """Tell whether a crew chosen by hand is told to be the best where it may go and none costs less."""
    codes = {reason.code for reason in found.reasons}
    if found.begins_at is None:
        return bool(codes - {"pinned", "chosen", "under_way"})
    may_not = bool(codes & _REMOVERS.keys())
    against = bool(found.others) and (may_not or found.others[0].more < 0)
    alike = not may_not and not against
    return ("chosen_against" in codes) == against and ("chosen_alike" in codes) == alike


def removed(situation: Situation, job: Job, crew_id: CrewId, reason: Reason) -> Situation:
    """Return the situation without what keeps a crew from a job, as a dispatcher would see to it."""
    return replace(situation, **_REMOVERS[reason.code](situation, job, crew_id, reason))


Changes = dict[str, Any]


def _of_crew(situation: Situation, crew_id: CrewId, **changes: Any) -> Changes:
    return {"crews": {**situation.crews, crew_id: replace(situation.crews[crew_id], **changes)}}


def _of_shift(situation: Situation, shift: Shift) -> Changes:
    return {"shifts": {**situation.shifts, shift.crew_id: shift}}


def _skilled(situation: Situation, job: Job, crew_id: CrewId, _: Reason) -> Changes:
    return _of_crew(situation, crew_id, skills=situation.crews[crew_id].skills | job.skills)


def _willing(situation: Situation, job: Job, crew_id: CrewId, _: Reason) -> Changes:
    return {"refusals": situation.refusals - {(job.id, crew_id)}}


def _overtime(situation: Situation, _: Job, crew_id: CrewId, reason: Reason) -> Changes:
    shift = situation.shifts[crew_id]
    end = shift.span.end + timedelta(seconds=int(str(reason.params["over_s"])))
    return _of_shift(situation, replace(shift, span=replace(shift.span, end=end)))


def _on_a_road(situation: Situation, job: Job, _: CrewId, __: Reason) -> Changes:
    lon, lat = lonlat((0.0, 0.0))
    return {"jobs": {**situation.jobs, job.id: replace(job, lon=lon, lat=lat)}}


def _beside_it(situation: Situation, job: Job, crew_id: CrewId, _: Reason) -> Changes:
    """Free the crew, which may be on the other side for what it does, and set it beside the job."""
    van = situation.vehicle_of(crew_id)
    place = VehiclePosition(vehicle_id=van, lon=job.lon, lat=job.lat, fix_time=NOW, received_at=NOW)
    kept = {key: each for key, each in situation.assignments.items() if each.crew_id != crew_id}
    return {"positions": {**situation.positions, van: place}, "assignments": kept}


def _heard(situation: Situation, _: Job, crew_id: CrewId, __: Reason) -> Changes:
    place = a_position(crew_id, (0.0, 0.0))
    return {"positions": {**situation.positions, place.vehicle_id: place}}


def _without_the_other(situation: Situation, _: Job, __: CrewId, reason: Reason) -> Changes:
    other = reason.params["report_id"]
    return {"assignments": {key: a for key, a in situation.assignments.items() if a.report_id != other}}


_REMOVERS: dict[str, Callable[[Situation, Job, CrewId, Reason], Changes]] = {
    "missing_skills": _skilled,
    "has_refused": _willing,
    "paused": lambda city, _job, crew_id, _reason: _of_crew(city, crew_id, paused_since=None),
    "off_shift": lambda city, _job, crew_id, _reason: _of_shift(city, a_shift(crew_id, (-4, 8))),
    "absent": lambda city, _job, crew_id, _reason: _of_shift(city, a_shift(crew_id, (-4, 8))),
    "shift_ends_before": _overtime,
    "break_too_late": lambda city, _job, crew_id, _reason: _of_shift(
        city, replace(city.shifts[crew_id], breaks=())
    ),
    "no_signal": _heard,
    "off_network": _on_a_road,
    "unreachable": _beside_it,
    "crew_off_network": _beside_it,
    "has_to_do_first": _without_the_other,
    "planned_cut_off": _without_the_other,
}


def rounds_until_free(situation: Situation, job_id: JobId, kept: WhyNot) -> int:
    """Return after how many removals in the situation a crew that something kept could have the job."""
    crew_id, reason = kept.crew_id, kept.reason
    for done in range(1, 12):
        situation = removed(situation, situation.jobs[job_id], crew_id, reason)
        found = explain_report(situation, ROADS, situation.jobs[job_id])
        if crew_id in {each.crew_id for each in found.others}:
            return done
        (reason,) = (each.reason for each in found.why_not if each.crew_id == crew_id)
    raise AssertionError(f"crew {crew_id} is still kept from {job_id}: {reason}")


@pytest.mark.parametrize("seed", range(8))
def test_a_crew_without_what_keeps_it_can_have_the_job(seed: int) -> None:
    """Remove in the city what is named, one thing after the other, and the crew is among those that could."""
    situation = a_city(seed)
    for job, found in explanations(situation):
        for kept in found.why_not:
            assert rounds_until_free(situation, job.id, kept) < 12


def test_waiting_for_its_time_is_a_reason_of_its_own() -> None:
    """What begins tomorrow is not looked for today, and nothing need be done about it."""
    job = a_job(earliest=NOW + timedelta(hours=20), due_at=NOW + timedelta(hours=22))
    situation = World(crews=[a_crew()], jobs=[job]).situation()
    found = explain_report(situation, ROADS, job)
    assert put_off(situation, job) == found.reasons[0]
    assert [[reason.code for reason in each.reasons] for each in found.would_help] in ([["help_time"]], [])
