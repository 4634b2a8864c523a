"""A suggestion that no longer holds when it is chosen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from equipage.dispatch.errors import UnfitCrewError
from equipage.dispatch.model import Assignment, CrewId, Report, VehicleId, VehiclePosition
from equipage.dispatch.planning.staleness import GREW_BY, Seen
from equipage.dispatch.services.assignments import assign
from equipage.dispatch.services.fleet import pause_crew, set_absent
from tests.dispatch.services.town import ACTOR, Town
from tests.dispatch.worlds import lonlat


def choose(town: Town, report: Report, crew_id: str, *, as_of: datetime, eta: datetime) -> Assignment:
    """Choose a suggestion that was looked at."""
    with town.store.transaction() as tx:
        return assign(
            tx,
            report.id,
            CrewId(crew_id),
            pin=False,
            seen=Seen(as_of=as_of, eta=eta),
            router=town.router,
            now=town.now,
            actor=ACTOR,
        )


def refused(town: Town, report: Report, crew_id: str, *, as_of: datetime, eta: datetime) -> UnfitCrewError:
    """Choose a suggestion that no longer holds, and return what is told."""
    live = town.live()
    with pytest.raises(UnfitCrewError) as caught:
        choose(town, report, crew_id, as_of=as_of, eta=eta)
    assert town.live() == live
    return caught.value


def expected(town: Town) -> datetime:
    """Return when a crew from the square is a kilometre away: 100 s by road."""
    return town.now + timedelta(seconds=100)


def test_a_suggestion_that_holds_is_taken(town: Town) -> None:
    """Half a minute later it is the same suggestion."""
    report, as_of, eta = town.file(), town.now, expected(town)
    town.wait(0.5)
    assert choose(town, report, "B", as_of=as_of, eta=eta).crew_id == "B"


def test_a_crew_that_was_taken_is_told_with_its_job(town: Town) -> None:
    """Its other job, made after the look, does not silently give way."""
    report, other = town.file(), town.file((2000.0, 0.0))
    as_of, eta = town.now, expected(town)
    town.wait(0.5)
    taken = town.assign(other, "B")
    error = refused(town, report, "B", as_of=as_of, eta=eta)
    assert error.reason.code == "taken_meanwhile"
    assert error.reason.params == {"report_id": other.id}
    assert error.holder == taken
    assert error.eta_before == eta
    assert error.eta_after is not None
    assert error.eta_after > eta


def test_a_job_that_the_crew_had_when_it_was_looked_at_is_no_news(town: Town) -> None:
    """The dispatcher knew: it comes later."""
    report, other = town.file(), town.file((2000.0, 0.0))
    town.assign(other, "B")
    town.wait(0.5)
    eta = town.now + timedelta(hours=1)
    choose(town, report, "B", as_of=town.now, eta=eta)
    assert town.live() == {report.id: "B", other.id: "B"}


def test_what_the_planner_lined_up_meanwhile_is_no_news(town: Town) -> None:
    """It comes later than what a dispatcher gives: the arrival that was looked at still holds."""
    report, as_of, eta = town.file(hold_s=600), town.now, expected(town)
    town.wait(0.5)
    others = [town.file((2000.0, 0.0)) for _ in "ABC"]
    town.tick()
    assert choose(town, report, "B", as_of=as_of, eta=eta).promised_at == expected(town)
    assert town.live().keys() == {report.id, *(each.id for each in others)}


def test_a_report_that_somebody_else_got_is_told(town: Town) -> None:
    """Another's choice is not undone without a word."""
    report, as_of, eta = town.file(), town.now, expected(town)
    town.wait(0.5)
    taken = town.assign(report, "C")
    error = refused(town, report, "B", as_of=as_of, eta=eta)
    assert (error.reason.code, error.holder) == ("given_meanwhile", taken)


@pytest.mark.parametrize(("said", "code"), [("paused", "paused"), ("absent", "absent")])
def test_a_crew_that_stopped_working_is_told(town: Town, said: str, code: str) -> None:
    """Paused or gone: the reason is the obstacle's."""
    report, as_of, eta = town.file(), town.now, expected(town)
    town.wait(0.5)
    with town.store.transaction() as tx:
        if said == "paused":
            pause_crew(tx, CrewId("B"), now=town.now, actor=ACTOR)
        else:
            set_absent(tx, CrewId("B"), absent=True, now=town.now, actor=ACTOR)
    assert refused(town, report, "B", as_of=as_of, eta=eta).reason.code == code


def test_an_arrival_that_grew_is_told_old_and_new(town: Town) -> None:
    """A crew that has driven off is farther away; a few minutes more are no news."""
    report, as_of = town.file(), town.now
    lon, lat = lonlat((-4000.0, 0.0))
    town.wait(0.5)
    with town.store.transaction() as tx:
        there = VehiclePosition(
            vehicle_id=VehicleId("van-B"), lon=lon, lat=lat, fix_time=town.now, received_at=town.now
        )
        tx.save_positions([there])
    now_there = town.now + timedelta(seconds=500)
    error = refused(town, report, "B", as_of=as_of, eta=now_there - GREW_BY - timedelta(seconds=1))
    assert error.reason.code == "eta_grew"
    assert error.eta_after == now_there
    choose(town, report, "B", as_of=as_of, eta=now_there - GREW_BY)
