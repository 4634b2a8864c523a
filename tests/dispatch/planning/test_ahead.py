"""Planned work of several days on the shifts of these days: who comes when, and what has no place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.dispatch.explanation.ahead import MOST_HELPED, left_out
from equipage.dispatch.model import Shift
from equipage.dispatch.planning.ahead import Ahead, plan_ahead
from equipage.dispatch.planning.replanning import Effort
from equipage.dispatch.solver.budget import looks
from equipage.dispatch.solver.obstacles import without
from equipage.dispatch.solver.violations import violations
from tests.dispatch.worlds import (
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_shift,
    an_assignment,
    at,
)

EFFORT = Effort(engine="own", budget=lambda: looks(60))
ROADS = StraightRoads(river_x=50_000.0)
HOUR_S = 3600
WEEK = tuple(a_shift("A", (24 * day - 4, 24 * day + 4)) for day in range(5))
"""Crew A from 5 to 13 h for five days; it is 9 h on the first."""


def ahead(
    world: World, shifts: Sequence[Shift] = WEEK, *, days: float = 5.0, kept_free: float = 0.0
) -> Ahead:
    """Return the coming days."""
    until = NOW + timedelta(days=days)
    return plan_ahead(world.situation(), ROADS, shifts, until=until, effort=EFFORT, kept_free=kept_free)


def days_of(found: Ahead) -> dict[str, list[int]]:
    """Return for each job on which of the days it would be done; none for what has no place."""
    days = {str(job.id): list[int]() for job in found.posed.jobs}
    for each in found.coming():
        days[each.job_id].append(round((each.shift.span.start - WEEK[0].span.start) / timedelta(days=1)))
    return days


def test_what_does_not_fit_today_comes_on_the_days_after() -> None:
    """Three hours of work each, and four, then eight hours a day: one today, two tomorrow, two after that."""
    jobs = [a_planned_job(f"p{k}", duration_s=3 * HOUR_S) for k in range(5)]
    found = days_of(ahead(World(crews=[a_crew()], jobs=jobs)))
    assert sorted(found.values()) == [[0], [1], [1], [2], [2]]


def test_work_waits_for_its_window_and_for_who_can_do_it() -> None:
    """On the fourth day only; and by B, who works on the third."""
    jobs = [
        a_planned_job("p1", earliest=at(3 * 24 * 60), due_at=at(3 * 24 * 60 + 120)),
        a_planned_job("p2", skills=frozenset({"gas"})),
    ]
    world = World(crews=[a_crew("A"), a_crew("B", "gas")], jobs=jobs)
    found = ahead(world, [*WEEK, a_shift("B", (48, 56))])
    assert days_of(found) == {"p1": [3], "p2": [2]}
    assert [(each.crew_id, each.late_s > 0) for each in found.coming()] == [("B", True), ("A", False)]


def test_nothing_begins_before_it_may() -> None:
    """Moments have parts of a second, problems none: never a second too early by that."""
    job = a_planned_job("p1", (0.0, 0.0), earliest=at(24 * 60) + timedelta(seconds=0.4))
    (visit,) = ahead(World(crews=[a_crew()], jobs=[job])).coming()
    assert visit.arrival == job.earliest


def test_a_day_begins_and_ends_at_the_depot() -> None:
    """An hour away: seven hours of work do not fit into eight, six do."""
    tomorrow = WEEK[1:2]
    for hours, days in ((6, [1]), (7, [])):
        job = a_planned_job("p1", (36_000.0, 0.0), duration_s=hours * HOUR_S)
        assert days_of(ahead(World(crews=[a_crew()], jobs=[job]), tomorrow)) == {"p1": days}


def test_a_shift_that_is_on_goes_on_behind_what_the_crew_has() -> None:
    """It works until 13 h and a quarter; with two hours to do before, three more are for tomorrow."""
    busy = World(
        crews=[a_crew()],
        jobs=[a_job("j1", (0.0, 0.0), duration_s=2 * HOUR_S), a_planned_job("p1", duration_s=3 * HOUR_S)],
        assignments=[an_assignment("j1")],
    )
    assert days_of(ahead(busy)) == {"p1": [1]}
    free = World(crews=[a_crew()], jobs=[a_planned_job("p1", duration_s=3 * HOUR_S)])
    assert days_of(ahead(free)) == {"p1": [0]}


def test_what_a_crew_has_before_its_shift_begins_comes_first_in_it() -> None:
    """Six of eight hours are pinned for tomorrow's crew already: three more are for the day after."""
    pinned = an_assignment("j1", pinned=True)
    jobs = [a_job("j1", (0.0, 0.0), duration_s=6 * HOUR_S), a_planned_job("p1", duration_s=3 * HOUR_S)]
    world = World(crews=[a_crew()], jobs=jobs, assignments=[pinned], shifts=WEEK[1:2])
    assert days_of(ahead(world, WEEK[1:])) == {"p1": [2]}


def test_what_reports_take_is_kept_free() -> None:
    """Half of the time: of four hours that are left today, three of work need six."""
    world = World(crews=[a_crew()], jobs=[a_planned_job("p1", duration_s=3 * HOUR_S)])
    assert days_of(ahead(world, kept_free=0.5)) == {"p1": [1]}


def test_reports_and_what_a_crew_has_are_no_question() -> None:
    """Nor is what may not begin before the days that are looked at are over."""
    jobs = [a_job("j1"), a_planned_job("p1"), a_planned_job("p2", earliest=at(6 * 24 * 60))]
    world = World(crews=[a_crew()], jobs=jobs, assignments=[an_assignment("p1", report_id=None)])
    assert days_of(ahead(world)) == {}


def test_absent_and_paused_crews_do_nothing_today() -> None:
    """Who is paused is there tomorrow."""
    job = a_planned_job("p1")
    paused = World(crews=[a_crew(paused_since=at(-5))], jobs=[job])
    assert days_of(ahead(paused)) == {"p1": [1]}
    absent = [replace(shift, absent=True) for shift in WEEK]
    assert days_of(ahead(World(crews=[a_crew()], jobs=[job]), absent)) == {"p1": []}


def test_breaks_are_kept() -> None:
    """From 6 to 7 h tomorrow, to begin half an hour later at most: two hours come behind it."""
    tomorrow = a_shift("A", (20, 28), breaks=[(21 * 60, 22 * 60)])
    job = a_planned_job("p1", (0.0, 0.0), duration_s=2 * HOUR_S)
    (visit,) = ahead(World(crews=[a_crew()], jobs=[job]), [tomorrow]).coming()
    assert visit.arrival == at(22 * 60)


def test_a_break_that_has_begun_is_taken_behind_what_the_crew_has() -> None:
    """Its work ends in minute 40; the break from 35 to 65 may begin until 50 and comes before longer work."""
    shift = a_shift("A", (-4, 4), breaks=[(35, 65)])
    world = World(
        crews=[a_crew()],
        jobs=[
            a_job("j1", duration_s=2300),
            a_planned_job("p1", earliest=at(45), due_at=at(300), duration_s=HOUR_S),
        ],
        assignments=[an_assignment("j1", pinned=True)],
        where={"A": (0.0, 0.0)},
        shifts=[shift],
    )
    (coming,) = ahead(world, [shift]).coming()
    assert coming.arrival == at(70)


def test_it_is_told_what_would_help() -> None:
    """Nine hours of work in days of eight: the least is that a shift lasts longer."""
    world = World(crews=[a_crew()], jobs=[a_planned_job("p1", (0.0, 0.0), duration_s=9 * HOUR_S)])
    found = ahead(world, WEEK[1:])
    (left,) = left_out(found, ROADS)
    assert left.help is not None
    assert left.help.crew_id == "A"
    assert [reason.code for reason in left.help.reasons] == ["help_overtime"]
    assert left.help.begins_at == WEEK[1].span.start
    (overtime,) = left.help.obstacles
    freed = without(found.posed.problem, overtime)
    assert violations(freed, [[0] if shift == overtime.shift else [] for shift in range(4)]) == []


def test_of_many_that_have_no_place_the_first_are_told_what_would_help() -> None:
    """Each takes its time; all are named."""
    jobs = [a_planned_job(f"p{k:02d}", duration_s=9 * HOUR_S) for k in range(MOST_HELPED + 3)]
    left = list(left_out(ahead(World(crews=[a_crew()], jobs=jobs)), ROADS))
    assert [each.job_id for each in left] == [job.id for job in jobs]
    assert [each.help is not None for each in left] == [True] * MOST_HELPED + [False] * 3


def test_nobody_at_all() -> None:
    """No crew, no shift: nothing has a place, and nothing fails."""
    world = World(crews=[], jobs=[a_planned_job("p1")])
    found = ahead(world, [])
    assert days_of(found) == {"p1": []}
    assert [left.job_id for left in left_out(found, ROADS)] == ["p1"]
    assert days_of(ahead(World(crews=[a_crew()]))) == {}


@st.composite
def rounds(draw: st.DrawFn) -> tuple[World, list[Shift], float]:
    """Draw crews with shifts on some days, and planned work of all kinds, some of it beyond the river."""
    crews = [a_crew(name, *draw(st.frozensets(st.just("gas")))) for name in ("A", "B")]
    shifts = [
        a_shift(crew.id, (24 * day + begins, 24 * day + begins + draw(st.integers(1, 8))))
        for crew in crews
        for day in draw(st.sets(st.integers(0, 3)))
        for begins in [draw(st.integers(-3, 6))]
    ]
    metres = st.integers(-3_000, 6_000).map(lambda tens: 10.0 * tens)
    jobs = [
        a_planned_job(
            f"p{k}",
            (draw(metres), 0.0),
            duration_s=draw(st.integers(0, 5 * HOUR_S)),
            skills=draw(st.frozensets(st.just("gas"))),
            earliest=at(draw(st.integers(-600, 5_000))),
        )
        for k in range(draw(st.integers(0, 6)))
    ]
    on_now = [shift for shift in shifts if shift.span.start <= NOW]
    return World(crews=crews, jobs=jobs, shifts=on_now), shifts, draw(st.sampled_from([0.0, 0.3, 0.9]))


@given(round_=rounds())
@settings(max_examples=100)
def test_whatever_there_is_is_either_coming_or_left_out_and_nothing_is_broken(
    round_: tuple[World, list[Shift], float],
) -> None:
    """Once each, and the checker has nothing against it."""
    world, shifts, kept_free = round_
    found = ahead(world, shifts, kept_free=kept_free)
    coming, left = [each.job_id for each in found.coming()], list(left_out(found, ROADS))
    assert sorted([*coming, *(each.job_id for each in left)]) == [job.id for job in found.posed.jobs]
    assert violations(found.posed.problem, found.routes) == []
