"""When a report is reached, and what is promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from equipage.dispatch.model import Eta, Report, ServiceCode, TimeSpan
from equipage.dispatch.promise import first_promise, slipped_by
from equipage.dispatch.services.etas import Waiting, refresh_promises, report_eta
from equipage.dispatch.services.plannedwork import NewPlannedWork, add_planned_work
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.services.tracking import record_fixes
from equipage.dispatch.status import EtaBasis, ReportStatus
from tests.dispatch.services.town import ACTOR, Town
from tests.dispatch.worlds import Place, lonlat


def expected(town: Town, report: Report) -> Eta | Waiting:
    """Return when the report is reached."""
    with town.store.reading() as reading:
        return report_eta(reading, report.id, router=town.router, now=town.now)


def refresh(town: Town) -> int:
    """Bring the promises up to date."""
    return refresh_promises(town.store, router=town.router, now=town.now)


def drive(town: Town, crew_id: str, place: Place) -> None:
    """Have a crew's tracker say that it is somewhere."""
    town.give_trackers(crew_id)
    with town.store.transaction() as tx:
        record_fixes(tx, [town.fix(crew_id, place)], router=town.router, now=town.now)


def test_before_an_assignment_there_is_the_due_time_and_the_reason(town: Town) -> None:
    """First without a reason, then with the planner's."""
    report = town.file(service="manual")
    assert expected(town, report) == Waiting(due=report.due_at, unassigned_reason=None)
    town.tick()
    waiting = expected(town, report)
    assert isinstance(waiting, Waiting)
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.code == "awaiting_decision"


def test_with_a_crew_there_is_an_eta_from_its_live_position(town: Town) -> None:
    """2,000 m away at 10 m/s: 200 s from now, from a live position, within its interval."""
    report = town.file((1000.0, 0.0))
    town.assign(report, "A")
    drive(town, "A", (-1000.0, 0.0))
    eta = expected(town, report)
    assert isinstance(eta, Eta)
    assert (eta.eta, eta.basis) == (town.now + timedelta(seconds=200), EtaBasis.LIVE)
    assert (eta.crew_id, eta.as_of) == ("A", town.now)
    assert eta.earliest <= eta.eta <= eta.latest


def test_after_the_arrival_all_three_times_are_the_arrival(town: Town) -> None:
    """While the crew is there and after it is done."""
    report = town.file()
    assignment = town.advance(town.assign(report, "A"), "en_route", "on_site")
    arrival = town.now
    for step in ((), ("done",)):
        town.wait(7)
        town.advance(assignment, *step)
        eta = expected(town, report)
        assert isinstance(eta, Eta)
        assert (eta.earliest, eta.eta, eta.latest, eta.basis) == (arrival,) * 3 + (EtaBasis.ARRIVED,)


def test_a_report_that_nobody_went_to_was_never_reached(town: Town) -> None:
    """A cancelled report has no ETA and waits for nothing."""
    report = town.file()
    with town.store.transaction() as tx:
        close_report(tx, report.id, ReportStatus.CANCELLED, note="", now=town.now, actor=ACTOR)
    assert expected(town, report) == Waiting(due=report.due_at, unassigned_reason=None)


def test_where_no_road_leads_there_is_no_eta(town: Town) -> None:
    """It is assigned and yet waits: for a way."""
    report = town.file((4000.0, 0.0))
    town.assign(report, "A")
    town.router.river_x = 2000.0
    waiting = expected(town, report)
    assert isinstance(waiting, Waiting)
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.code == "unreachable"


def test_the_first_promise_is_saved_and_announced(town: Town) -> None:
    """With its interval and what it rests on, about the report."""
    report = town.file((1000.0, 0.0))
    assignment = town.assign(report, "A")
    assert refresh(town) == 1
    assert town.report(report).expected_at == town.now + timedelta(seconds=100)
    (event,) = town.events("eta")
    assert event.report_id == report.id
    assert event.data["eta"] == (town.now + timedelta(seconds=100)).isoformat()
    assert (event.data["assignment_id"], event.data["crew_id"]) == (assignment.id, "A")
    assert set(event.data) >= {"earliest", "latest", "basis", "as_of"}


def test_a_promise_follows_the_plan_until_it_has_settled(town: Town) -> None:
    """What comes first two minutes later is no slip; what comes first after six is one."""
    report = town.file((3000.0, 0.0))
    told = town.assign(report, "A")
    refresh(town)
    town.wait(2)
    town.assign(town.file((1000.0, 0.0)), "A")
    refresh(town)
    settled = town.assignment(told).promised_at
    assert settled == town.report(report).expected_at == town.now + timedelta(seconds=300 + 1800)
    town.wait(4)
    town.assign(town.file((2000.0, 0.0)), "A")
    refresh(town)
    assert town.assignment(told).promised_at == settled
    with town.store.reading() as reading:
        since, made = reading.job_of_report(report.id).earliest, reading.assignments_of([report.id])
    promised = first_promise(made[report.id], since=since, now=town.now)
    expected_at = town.report(report).expected_at
    assert expected_at is not None
    late = slipped_by(promised, expected_at)
    assert late is not None
    assert late > timedelta(minutes=30)


@pytest.mark.parametrize(("driven_m", "told"), [(600, 0), (10, 0), (1190, 0), (-10, 1), (1210, 1)])
def test_a_promise_is_changed_only_when_it_moved_by_more_than_a_minute(
    town: Town, driven_m: int, told: int
) -> None:
    """After a minute the van should be 600 m on; 590 m more or less are 59 s, 610 m are 61 s and news."""
    report = town.file((5000.0, 0.0))
    town.advance(town.assign(report, "A"), "en_route")
    drive(town, "A", (0.0, 0.0))
    refresh(town)
    before = town.report(report)
    town.wait(1)
    drive(town, "A", (driven_m, 0.0))
    assert refresh(town) == told
    assert len(town.events("eta")) == 1 + told
    assert (town.report(report) == before) is (told == 0)


def behind_two(town: Town, **told: Any) -> Report:
    """Give A two jobs and, behind them, a report; return that."""
    *_, last = (town.file((1000.0 * km, 0.0), **told) for km in (1, 2, 3))
    for report in reversed(town.reports()):
        town.assign(report, "A", position=9)
    return last


def test_an_eta_far_along_a_route_is_less_sure(town: Town) -> None:
    """Behind two jobs: an hour of work and the roads away, by the plan, and far wider than the first's."""
    last = behind_two(town)
    first, _, third = (expected(town, report) for report in reversed(town.reports()))
    assert isinstance(first, Eta)
    assert isinstance(third, Eta)
    assert third.eta == town.now + timedelta(seconds=300 + 2 * 1800)
    assert (first.visits_before, third.visits_before, third.basis) == (0, 2, EtaBasis.PLAN)
    assert third.latest - third.earliest > 2 * (first.latest - first.earliest)
    assert refresh(town) == 3
    assert town.report(last).expected_at == third.eta


@pytest.mark.parametrize(("minutes", "told"), [(4, {1}), (12, {1, 2, 3})])
def test_what_comes_after_others_is_told_anew_when_it_moved_as_far_as_it_is_sure(
    town: Town, minutes: int, told: set[int]
) -> None:
    """A crew that does not set off for four minutes is news to its first citizen; for twelve, to all."""
    behind_two(town)
    refresh(town)
    before = len(town.events("eta"))
    town.wait(minutes)
    refresh(town)
    assert {int(str(event.report_id)) for event in town.events("eta")[before:]} == told


def test_a_report_that_becomes_late_is_told_however_little_it_moved(town: Town) -> None:
    """Expected a minute before it is due, far along a route; two minutes later it is at risk."""
    last = behind_two(town)
    refresh(town)
    eta = town.report(last).expected_at
    assert eta is not None
    with town.store.transaction() as tx:
        tx.save_report(replace(tx.report(last.id), due_at=eta + timedelta(minutes=1)))
    before = len(town.events("eta"))
    town.wait(2)
    refresh(town)
    assert last.id in {event.report_id for event in town.events("eta")[before:]}


def test_the_arrival_is_told_even_if_it_was_foretold(town: Town) -> None:
    """The basis changes to arrived: announced once, and then no more."""
    report = town.file((1000.0, 0.0))
    assignment = town.advance(town.assign(report, "A"), "en_route")
    refresh(town)
    town.now += timedelta(seconds=90)
    town.advance(assignment, "on_site")
    assert [refresh(town), refresh(town)] == [1, 0]
    assert town.events("eta")[-1].data["basis"] == "arrived"
    assert town.report(report).expected_at == town.now


def test_all_promises_are_refreshed_with_one_matrix(town: Town) -> None:
    """Three crews, one question to the router."""
    for number, crew_id in enumerate("ABC"):
        town.assign(town.file((1000.0 * (number + 1), 0.0)), crew_id)
    town.router.calls = 0
    assert refresh(town) == 3
    assert town.router.calls == 1


def test_nobody_is_promised_when_planned_work_begins(town: Town) -> None:
    """It has an assignment and no report: there is nobody to tell."""
    lon, lat = lonlat((1000.0, 0.0))
    window = TimeSpan(start=town.now, end=town.now + timedelta(hours=1))
    new = NewPlannedWork(service_code=ServiceCode("pothole"), name="Round", lon=lon, lat=lat, window=window)
    with town.store.transaction() as tx:
        add_planned_work(tx, new, now=town.now, actor=ACTOR)
    town.tick()
    assert len(town.live()) == 1
    assert refresh(town) == 0


def test_a_report_that_waits_again_is_promised_nothing(town: Town) -> None:
    """A refusal takes the promise back; the report's announcement tells."""
    report = town.file()
    assignment = town.assign(report, "A")
    refresh(town)
    town.advance(assignment, "refused", reason="flat tyre")
    assert town.report(report).expected_at is None
    assert refresh(town) == 0


def test_a_report_that_somebody_changes_meanwhile_is_left_to_the_next_time(town: Town) -> None:
    """One changed between look and save keeps what was saved; the other promise is made all the same."""
    first, second = town.file((1000.0, 0.0)), town.file((2000.0, 0.0))
    town.assign(first, "A")
    town.assign(second, "B")

    class Meddling:
        """The town's roads, with somebody who closes a report while they are asked."""

        def matrix(self, origins: object, destinations: object) -> object:
            """Return seconds, late."""
            with town.store.transaction() as tx:
                close_report(tx, first.id, ReportStatus.REJECTED, note="", now=town.now, actor=ACTOR)
            return town.router.matrix(origins, destinations)  # type: ignore[arg-type]

    assert refresh_promises(town.store, router=Meddling(), now=town.now) == 1  # type: ignore[arg-type]
    assert [event.report_id for event in town.events("eta")] == [second.id]
    assert town.report(first).expected_at is None
    assert refresh(town) == 0
