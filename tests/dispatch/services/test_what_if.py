"""Trying out changes by hand, carrying them out as they were shown, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from equipage.dispatch.errors import ConflictError, InvalidInputError, NotUndoableError, PlanChangedError
from equipage.dispatch.model import Assignment, Condition, CrewId, DepotId, Report, TimeSpan
from equipage.dispatch.planning.planner import decide
from equipage.dispatch.services.assignments import assign
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.services.undoing import LastStep, last_step, remembered, undo
from equipage.dispatch.services.what_if import Asked, Shown, carry_out, try_out
from equipage.dispatch.situation import load_situation
from equipage.dispatch.status import ReportStatus
from equipage.dispatch.what_if.changes import AddCrew, Change, LeaveOut, Move, Pin
from equipage.dispatch.what_if.rerouting import RouteChange
from equipage.dispatch.what_if.trial import WhatIf
from tests.dispatch.services.town import ACTOR, Town, TownRoads
from tests.dispatch.worlds import lonlat

NETWORK = cast("Any", TownRoads.network)


class NoOtherRoads:
    """Nobody closes roads here."""

    def under(self, conditions: Sequence[Condition], now: object) -> TownRoads:
        """Return the roads as they are."""
        raise AssertionError((conditions, now))


def ask(town: Town, *changes: Change) -> WhatIf:
    """Try changes out."""
    return try_out(
        town.store,
        Asked(changes=changes),
        router=town.router,
        network=NETWORK,
        roads=NoOtherRoads(),
        replan=decide,
        now=town.now,
    )


def do(town: Town, answer: WhatIf, *changes: Change, actor: str = ACTOR) -> None:
    """Carry out what was shown."""
    shown = Shown(plan_version=answer.plan_version, routes=answer.routes, also_pinned=answer.also_pinned)
    carry(town, shown, *changes, actor=actor)


def carry(town: Town, shown: Shown, *changes: Change, actor: str = ACTOR) -> None:
    """Carry out these routes with these changes."""
    with town.store.transaction() as tx:
        carry_out(
            tx,
            Asked(changes=changes),
            shown,
            router=town.router,
            network=NETWORK,
            roads=NoOtherRoads(),
            now=town.now,
            actor=actor,
        )


def change(town: Town, *changes: Change, actor: str = ACTOR) -> None:
    """Try changes out, and carry them out at once."""
    do(town, ask(town, *changes), *changes, actor=actor)


def by_hand(town: Town, report: Report, crew_id: str, **how: Any) -> Assignment:
    """Give a report to a crew so that it can be taken back."""
    how = {"pin": False, "router": town.router, "now": town.now, "actor": ACTOR, **how}
    with town.store.transaction() as tx, remembered(tx, "assigned", now=town.now, actor=ACTOR):
        return assign(tx, report.id, CrewId(crew_id), **how)


def take_back(town: Town, actor: str = ACTOR, about: Report | None = None) -> LastStep:
    """Take the last step back."""
    with town.store.transaction() as tx:
        return undo(
            tx,
            router=town.router,
            roads=NoOtherRoads(),
            now=town.now,
            actor=actor,
            about=None if about is None else about.id,
        )


def last(town: Town) -> LastStep | None:
    """Return the last step."""
    with town.store.reading() as reading:
        return last_step(reading, now=town.now, actor=ACTOR)


def routes(town: Town) -> dict[str, list[str]]:
    """Return the reports that crews go to, in the plan's order."""
    found: dict[str, list[str]] = {}
    with town.store.reading() as reading:
        reported = {a.id: str(a.report_id) for a in reading.live_assignments()}
        for stop in reading.plan().stops:
            found.setdefault(stop.crew_id, []).append(reported[stop.assignment_id])
    return found


def refusal(town: Town) -> str:
    """Return why the last step cannot be taken back, and see that it is refused for just that."""
    step = last(town)
    with pytest.raises(NotUndoableError) as caught:
        take_back(town)
    assert step is None or step.obstacle == caught.value.reason
    return caught.value.reason.code


def test_what_was_shown_is_carried_out(town: Town) -> None:
    """Crew, pin, arrival, plan and history; 2,000 m at 10 m/s are 200 s."""
    report = town.file((2000.0, 0.0))
    town.assign(report, "A")
    move = Move(report_id=report.id, crew_id=CrewId("B"))
    answer = ask(town, move)
    assert town.live() == {report.id: "A"}
    do(town, answer, move)
    assert town.live() == {report.id: "B"}
    with town.store.reading() as reading:
        (live,) = reading.live_assignments()
        (stop,) = reading.plan().stops
    assert (live.pinned, live.actor) == (True, ACTOR)
    (shown,) = answer.difference.jobs
    assert live.promised_at == stop.arrival == shown.after.arrival
    assert town.report(report).status is ReportStatus.ASSIGNED
    assert town.history(report)[-3:] == ["released", "assigned", "what_if"]


def test_several_changes_are_one_step(town: Town) -> None:
    """One report moves, another is left out and held; both are taken back at once."""
    first, second = town.file((1000.0, 0.0)), town.file((-1000.0, 0.0))
    town.assign(first, "A")
    town.assign(second, "B")
    change(town, Move(report_id=first.id, crew_id=CrewId("C")), LeaveOut(report_id=second.id))
    assert town.live() == {first.id: "C"}
    assert town.report(second).held_until is not None
    town.tick()
    assert town.live() == {first.id: "C"}
    take_back(town)
    assert town.live() == {first.id: "A", second.id: "B"}
    assert routes(town) == {"A": [first.id], "B": [second.id]}
    assert town.history(second)[-1] == "undone"


def test_a_position_is_kept_and_taken_back(town: Town) -> None:
    """Second of three, with what is before pinned; afterwards order and pins are as they were."""
    reports = [town.file((1000.0 * n, 0.0)) for n in (1, 2, 3)]
    for report, crew_id in zip(reports, "ABC", strict=True):
        town.assign(report, crew_id)
    first, second, third = (report.id for report in reports)
    change(town, Move(report_id=second, crew_id=CrewId("A")))
    change(town, Move(report_id=third, crew_id=CrewId("A"), position=2))
    assert routes(town) == {"A": [first, third, second]}
    with town.store.reading() as reading:
        assert all(each.pinned for each in reading.live_assignments())
    take_back(town)
    assert routes(town) == {"A": [first, second], "C": [third]}
    with town.store.reading() as reading:
        pinned = {each.report_id for each in reading.live_assignments() if each.pinned}
    assert pinned == {second}


def test_a_plan_that_has_changed_since_is_refused_by_name(town: Town) -> None:
    """The crew has got something else meanwhile: nothing is done, both routes are told."""
    report = town.file((2000.0, 0.0))
    town.assign(report, "A")
    move = Move(report_id=report.id, crew_id=CrewId("B"))
    answer = ask(town, move)
    other = town.file((500.0, 0.0))
    town.assign(other, "B")
    with pytest.raises(PlanChangedError) as caught:
        do(town, answer, move)
    (stale,) = caught.value.stale
    assert (stale.crew_id, stale.seen, stale.now) == ("B", (), (other.id,))
    assert town.live() == {report.id: "A", other.id: "B"}


def test_what_changes_elsewhere_does_not_matter(town: Town) -> None:
    """Another crew's new job is no reason to ask again, though the plan has another version."""
    report = town.file((2000.0, 0.0))
    town.assign(report, "A")
    move = Move(report_id=report.id, crew_id=CrewId("B"))
    answer = ask(town, move)
    other = town.file((500.0, 0.0))
    town.assign(other, "C")
    do(town, answer, move)
    assert town.live() == {report.id: "B", other.id: "C"}


def test_what_is_done_meanwhile_is_no_reason_to_ask_again(town: Town) -> None:
    """The crew has finished what it was at: what was shown behind that still holds."""
    report, first = town.file((2000.0, 0.0)), town.file((100.0, 0.0))
    town.assign(report, "A")
    running = town.advance(town.assign(first, "B"), "en_route", "on_site")
    move = Move(report_id=report.id, crew_id=CrewId("B"))
    answer = ask(town, move)
    town.advance(running, "done")
    do(town, answer, move)
    assert town.live() == {report.id: "B"}


def test_a_crew_is_called_in_and_sent_home(town: Town) -> None:
    """It has a shift from now on and goes to the report; taken back, it has neither."""
    report = town.file((1000.0, 0.0))
    lon, lat = lonlat((900.0, 0.0))
    extra = AddCrew(
        crew_id=CrewId("X"),
        name="Extra",
        skills=frozenset(),
        depot_id=DepotId("square"),
        hours=2,
        lon=lon,
        lat=lat,
    )
    change(town, extra)
    assert town.live() == {report.id: "X"}
    take_back(town)
    assert town.live() == {}
    assert town.report(report).held_until is not None
    with town.store.reading() as reading:
        assert load_situation(reading, town.now).shifts[CrewId("X")].absent


def test_routes_that_cannot_be_are_refused(town: Town) -> None:
    """A route is not taken from what a caller says alone: the crew lacks the skill."""
    report = town.file((1000.0, 0.0), service="lamp")
    town.assign(report, "A")
    with town.store.reading() as reading:
        job = reading.job_of_report(report.id)
    forged = (
        RouteChange(crew_id=CrewId("A"), before=(job.id,), after=()),
        RouteChange(crew_id=CrewId("B"), before=(), after=(job.id,)),
    )
    with pytest.raises(InvalidInputError, match="lacks"):
        carry(town, Shown(plan_version=1, routes=forged))
    assert town.live() == {report.id: "A"}


def test_what_follows_from_changes_passes_the_gate(town: Town) -> None:
    """A pinned job is nobody's to take away but the person's who says so: a forged route is refused."""
    report = town.file((1000.0, 0.0))
    town.assign(report, "A", pin=True)
    with town.store.reading() as reading:
        job = reading.job_of_report(report.id)
    forged = (
        RouteChange(crew_id=CrewId("A"), before=(job.id,), after=()),
        RouteChange(crew_id=CrewId("B"), before=(), after=(job.id,)),
    )
    with pytest.raises(ConflictError, match="pinned to crew A"):
        carry(town, Shown(plan_version=1, routes=forged))
    assert town.live() == {report.id: "A"}
    change(town, Move(report_id=report.id, crew_id=CrewId("B")))
    assert town.live() == {report.id: "B"}


def test_every_fault_is_named_before_anything_is_tried(town: Town) -> None:
    """A closed report is told from one that does not exist; no change at all is a fault, too."""
    closed = town.file()
    with town.store.transaction() as tx:
        close_report(tx, closed.id, status=ReportStatus.CANCELLED, note="", now=town.now, actor=ACTOR)
    with pytest.raises(InvalidInputError) as caught:
        ask(town, Pin(report_id=closed.id), Pin(report_id=type(closed.id)("nowhere")))
    assert [fault.code for fault in caught.value.faults] == ["report_closed", "no_report"]  # type: ignore[attr-defined]
    with pytest.raises(InvalidInputError, match="nothing to try out"):
        ask(town)


def test_an_assignment_by_hand_is_taken_back(town: Town) -> None:
    """The crew that had it has it again, and what it displaced is back in its place."""
    report, other = town.file((1000.0, 0.0)), town.file((2000.0, 0.0))
    town.assign(report, "A")
    town.assign(other, "B")
    by_hand(town, report, "B")
    take_back(town)
    assert town.live() == {report.id: "A", other.id: "B"}


def test_an_order_is_taken_back(town: Town) -> None:
    """Pinned all along, two only change places: the step is about both, and their order is as it was."""
    first, second, third = (town.file((1000.0 * n, 0.0)) for n in (1, 2, 3))
    for n, report in enumerate((first, second, third), start=1):
        by_hand(town, report, "A", pin=True, position=n)
    by_hand(town, second, "A", pin=True, position=1)
    assert routes(town) == {"A": [second.id, first.id, third.id]}
    town.wait(1)
    assert set(take_back(town, about=second).report_ids) == {first.id, second.id}
    assert routes(town) == {"A": [first.id, second.id, third.id]}


def test_only_the_last_step_and_only_once(town: Town) -> None:
    """Taken back, there is nothing left to take back; somebody else has nothing either."""
    report = town.file()
    by_hand(town, report, "A")
    with pytest.raises(NotUndoableError):
        take_back(town, actor="Camille")
    take_back(town)
    assert town.live() == {}
    assert refusal(town) == "undo_nothing"


def test_the_planners_own_steps_do_not_stand_in_the_way(town: Town) -> None:
    """What it gave to another crew meanwhile comes back all the same."""
    report = town.file()
    town.assign(report, "B")
    change(town, LeaveOut(report_id=report.id))
    town.wait(16)
    town.tick()
    assert set(town.live()) == {report.id}
    take_back(town)
    assert town.live() == {report.id: "B"}


def test_a_crew_under_way_stands_in_the_way(town: Town) -> None:
    """Nobody is called back from the road."""
    assignment = by_hand(town, town.file(), "A")
    town.wait(1)
    town.advance(assignment, "en_route")
    assert refusal(town) == "undo_under_way"


def test_somebody_elses_step_stands_in_the_way(town: Town) -> None:
    """Who has acted on it since is told."""
    report = town.file()
    by_hand(town, report, "A")
    town.wait(1)
    town.assign(report, "B")
    assert refusal(town) == "undo_touched"


def end_shift(town: Town, crew_id: str, *, minutes: float) -> None:
    """Have a crew go home earlier than was planned."""
    with town.store.transaction() as tx:
        shift = load_situation(tx, town.now).shifts[CrewId(crew_id)]
        until = town.now + timedelta(minutes=minutes)
        tx.save_shift(replace(shift, span=TimeSpan(start=shift.span.start, end=until)))


def test_what_is_taken_back_passes_the_gate(town: Town) -> None:
    """Half an hour of work does not go back to a crew that goes home in ten minutes; nothing is moved."""
    report = town.file()
    town.assign(report, "A")
    change(town, Move(report_id=report.id, crew_id=CrewId("B")))
    end_shift(town, "A", minutes=10)
    with pytest.raises(NotUndoableError, match="crew A would finish") as caught:
        take_back(town)
    assert caught.value.reason.code == "unsound_shift_end"
    assert town.live() == {report.id: "B"}


def test_a_crew_that_is_not_heard_of_has_back_what_a_person_gave_it(town: Town) -> None:
    """Its tracker is silent: the planner would not send it, a person may, and may take a move back."""
    town.give_trackers("A")
    report = town.file()
    town.assign(report, "A")
    change(town, Move(report_id=report.id, crew_id=CrewId("B")))
    take_back(town)
    assert town.live() == {report.id: "A"}


def test_what_a_person_had_pinned_goes_back_whatever_the_gate_says(town: Town) -> None:
    """The crew that goes home was a person's own choice before, which is theirs to have again."""
    report = town.file()
    town.assign(report, "A", pin=True)
    change(town, Move(report_id=report.id, crew_id=CrewId("B")))
    end_shift(town, "A", minutes=10)
    take_back(town)
    assert town.live() == {report.id: "A"}


def test_a_closed_report_stands_in_the_way(town: Town) -> None:
    """What is over stays over."""
    report = town.file()
    by_hand(town, report, "A")
    town.wait(1)
    with town.store.transaction() as tx:
        close_report(tx, report.id, status=ReportStatus.CANCELLED, note="", now=town.now, actor=ACTOR)
    assert refusal(town) == "undo_closed"
