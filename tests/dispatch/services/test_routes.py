"""Crews with several planned jobs: whatever happens, the plan stays in step with what they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from equipage.dispatch.model import Assignment, CrewId, ReportId, TimeSpan
from equipage.dispatch.services.assignments import release
from equipage.dispatch.services.fleet import set_absent
from equipage.dispatch.services.handing_over import Handover, hand_over
from equipage.dispatch.services.mending import Mending, mend_report
from equipage.dispatch.services.merging import merge_report
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.situation import load_situation
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from tests.dispatch.services.test_shifts import change, shift_of
from tests.dispatch.services.town import ACTOR, Town
from tests.dispatch.worlds import lonlat

WORK = timedelta(minutes=30)


def give_route(town: Town, crew_id: str = "A", count: int = 3, *, pins: int = 0) -> list[Assignment]:
    """Give a crew reports 1, 2, 3 … km east of the square in that order, the first of them pinned."""
    reports = [town.file((1000.0 * km, 0.0)) for km in range(1, count + 1)]
    return [
        town.assign(report, crew_id, position=place, pin=place <= pins)
        for place, report in enumerate(reports, start=1)
    ]


def route(town: Town, crew_id: str = "A") -> list[str]:
    """Return a crew's assignments in the plan's order, which must be numbered and that of the situation."""
    with town.store.reading() as reading:
        own = [stop for stop in reading.plan().stops if stop.crew_id == crew_id]
        live = load_situation(reading, town.now).live_of(CrewId(crew_id))
    assert [stop.position for stop in own] == list(range(1, len(own) + 1))
    assert [stop.assignment_id for stop in own] == [each.id for each in live]
    return [stop.assignment_id for stop in own]


def arrivals(town: Town, crew_id: str = "A") -> list[timedelta]:
    """Return how long until a crew arrives at each of its stops."""
    with town.store.reading() as reading:
        return [stop.arrival - town.now for stop in reading.plan().stops if stop.crew_id == crew_id]


def seconds(*counts: int) -> list[timedelta]:
    """Return spans of so many seconds."""
    return [timedelta(seconds=count) for count in counts]


def test_what_a_crew_has_planned_comes_later(town: Town) -> None:
    """Half an hour of work and the roads later: 100 s to each of the next, all still the crew's."""
    first, second, third = give_route(town)
    assert arrivals(town) == seconds(100, 2000, 3900)
    new = town.assign(town.file((-1000.0, 0.0)), "A")
    assert route(town) == [new.id, first.id, second.id, third.id]
    assert arrivals(town) == seconds(100, 2100, 4000, 5900)
    assert town.report(town.reports()[-1]).status is ReportStatus.ASSIGNED


def test_pins_that_come_first_stay_first(town: Town) -> None:
    """What is given behind them is promised for when they are done."""
    first, second, third = give_route(town, pins=2)
    new = town.assign(town.file((2000.0, 0.0)), "A")
    assert route(town) == [first.id, second.id, new.id, third.id]
    assert new.promised_at == town.now + timedelta(seconds=100 + 100) + 2 * WORK


@pytest.mark.parametrize(("position", "place"), [(1, 0), (2, 1), (3, 2), (9, 3)])
def test_a_job_goes_where_it_is_put(town: Town, position: int, place: int) -> None:
    """Among what is planned, from 1; beyond the end it is the last."""
    before = [each.id for each in give_route(town)]
    new = town.assign(town.file(), "A", position=position)
    assert route(town) == [*before[:place], new.id, *before[place:]]


def test_a_job_is_moved_within_its_route(town: Town) -> None:
    """The same assignment in another place, announced once; where it is already, nothing is."""
    first, second, third = give_route(town)
    report = town.report(town.reports()[0])
    assert third.report_id == report.id
    assert town.assign(report, "A", position=1, pin=True).id == third.id
    assert route(town) == [third.id, first.id, second.id]
    assert town.assignment(third).pinned
    assert town.history(report)[-2:] == ["assigned", "moved"]
    events = town.events()
    town.assign(report, "A", position=1, pin=True)
    assert town.events() == events


def test_a_job_is_moved_to_another_crews_route(town: Town) -> None:
    """The others close up: what was behind it is reached sooner by the work that is not done."""
    first, second, third = give_route(town)
    other = give_route(town, "B", 1)
    report = next(each for each in town.reports() if each.id == second.report_id)
    moved = town.assign(report, "B", position=2)
    assert (route(town), route(town, "B")) == ([first.id, third.id], [other[0].id, moved.id])
    assert arrivals(town) == seconds(100, 3900 - 1800)


def test_what_no_longer_fits_the_shift_waits_again(town: Town) -> None:
    """Seven fit into four hours and a quarter; with an eighth before them the last gives way."""
    *kept, last = give_route(town, count=7)
    new = town.assign(town.file((-3000.0, 0.0)), "A")
    assert route(town) == [new.id, *(each.id for each in kept)]
    waiting = town.report(next(each for each in town.reports() if each.id == last.report_id))
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.code == "gave_way"


def test_a_busy_crew_takes_what_is_given_a_place(town: Town) -> None:
    """Said to come second, it is neither taken for an order to leave, nor pinned."""
    first, second, third = give_route(town)
    town.advance(first, "en_route", "on_site")
    new = town.assign(town.file(), "A", position=2)
    assert route(town) == [first.id, second.id, new.id, third.id]
    assert not new.pinned


def test_a_crew_may_start_out_of_turn(town: Town) -> None:
    """It sets off for its third; what it passed over follows in its order, at the times that follow."""
    first, second, third = give_route(town)
    town.advance(third, "en_route")
    assert route(town) == [third.id, first.id, second.id]
    assert arrivals(town) == seconds(300, 300 + 1800 + 200, 300 + 1800 + 200 + 1800 + 100)


def test_the_next_is_told_when_one_is_done(town: Town) -> None:
    """Ten minutes early: the next is announced, and what follows moves by the ten minutes."""
    first, second, third = give_route(town)
    town.advance(first, "en_route", "on_site")
    town.wait(20)
    before = len(town.events("assignment"))
    town.advance(first, "done")
    assert route(town) == [second.id, third.id]
    told = [event.data["assignment_id"] for event in town.events("assignment")[before:]]
    assert told == [first.id, second.id]
    plan = town.events("plan")[-1]
    assert plan.data["crew_ids"] == ["A"]


def test_other_crews_routes_are_no_news(town: Town) -> None:
    """A plan's announcement names whose route has changed, and nobody else."""
    give_route(town)
    (other,) = give_route(town, "B", 1)
    town.advance(other, "done")
    assert town.events("plan")[-1].data["crew_ids"] == ["B"]


def _release(town: Town, assignment: Assignment) -> None:
    with town.store.transaction() as tx:
        release(tx, assignment.id, reason="", now=town.now, actor=ACTOR)


def _refuse(town: Town, assignment: Assignment) -> None:
    town.advance(assignment, "refused", reason="flat tyre")


def _close(town: Town, assignment: Assignment) -> None:
    with town.store.transaction() as tx:
        close_report(tx, _report_of(assignment), ReportStatus.CANCELLED, note="", now=town.now, actor=ACTOR)


def _merge(town: Town, assignment: Assignment) -> None:
    kept = town.file(hold_s=600)
    with town.store.transaction() as tx:
        merge_report(tx, _report_of(assignment), kept.id, note="", now=town.now, actor=ACTOR)


def _hand_over(town: Town, assignment: Assignment) -> None:
    handover = Handover(organisation="The gas board")
    with town.store.transaction() as tx:
        hand_over(tx, _report_of(assignment), handover, router=town.router, now=town.now, actor=ACTOR)


def _give_away(town: Town, assignment: Assignment) -> None:
    report = next(each for each in town.reports() if each.id == assignment.report_id)
    town.assign(report, "C")


def _report_of(assignment: Assignment) -> ReportId:
    assert assignment.report_id is not None
    return assignment.report_id


@pytest.mark.parametrize("end", [_release, _refuse, _close, _merge, _hand_over, _give_away])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_route_closes_up_when_one_of_its_jobs_ends(
    town: Town, end: Callable[[Town, Assignment], None], which: int
) -> None:
    """Whoever ends it and wherever it was: the others keep their order, and come half an hour sooner."""
    planned = give_route(town)
    times = arrivals(town)
    end(town, planned[which])
    assert route(town) == [each.id for each in planned if each is not planned[which]]
    assert arrivals(town) == [*times[:which], *(each - WORK for each in times[which + 1 :])]


def test_what_comes_sooner_does_not_begin_before_it_may(town: Town) -> None:
    """The job behind begins at half past nine at the earliest: it closes up to that, and no more."""
    first, second = give_route(town, count=2)
    with town.store.transaction() as tx:
        job = tx.job(second.job_id)
        tx.save_job(replace(job, earliest=town.now + timedelta(minutes=20)))
    _release(town, first)
    assert arrivals(town) == [timedelta(minutes=20)]


def test_a_crew_that_is_absent_loses_its_whole_route(town: Town) -> None:
    """Pins and all; what it does at the moment stays with it."""
    first, *rest = give_route(town, pins=2)
    town.advance(first, "en_route")
    with town.store.transaction() as tx:
        set_absent(tx, CrewId("A"), absent=True, now=town.now, actor=ACTOR)
    assert route(town) == [first.id]
    assert {town.assignment(each).status for each in rest} == {AssignmentStatus.RELEASED}


def test_a_shift_that_ends_earlier_keeps_what_fits(town: Town) -> None:
    """With an hour and a quarter left, two of three can be finished; the third waits, and is told why."""
    first, second, third = give_route(town)
    shift = shift_of(town, "A")
    until: datetime = town.now + timedelta(minutes=60)
    released = change(town, "A", span=TimeSpan(start=shift.span.start, end=until)).released
    assert route(town) == [first.id, second.id]
    assert [each.id for each in released] == [third.id]


def test_a_report_that_is_elsewhere_moves_what_follows(town: Town) -> None:
    """The first is really 5 km away: 400 s farther, and 200 s of that back again to the second."""
    first, second, _ = give_route(town, pins=3)
    lon, lat = lonlat((5000.0, 0.0))
    with town.store.transaction() as tx:
        mend_report(
            tx,
            _report_of(first),
            Mending(lon=lon, lat=lat),
            keep_crew=True,
            router=town.router,
            now=town.now,
            actor=ACTOR,
        )
    assert route(town)[:2] == [first.id, second.id]
    assert arrivals(town) == seconds(500, 500 + 1800 + 300, 500 + 1800 + 300 + 1800 + 100)
