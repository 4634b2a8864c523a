"""What would be if: changes applied to a city that stays as it is, and the difference of two plans."""

from __future__ import annotations

from dataclasses import replace

from equipage.dispatch.faults import Fault
from equipage.dispatch.model import Assignment, CrewId, DepotId, Plan, ReportId, Stop
from equipage.dispatch.planning.planner import decide
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import ReportStatus, SlaState
from equipage.dispatch.travel import TravelTimes
from equipage.dispatch.what_if.changes import AddCrew, Change, LeaveOut, Move, Pin, Unpin, after_changes
from equipage.dispatch.what_if.difference import JobDifference
from equipage.dispatch.what_if.faults import faults_of_changes
from equipage.dispatch.what_if.trial import WhatIf, what_if
from tests.dispatch.worlds import (
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_report,
    a_shift,
    an_assignment,
    at,
    lonlat,
)


def planned(*assignments: Assignment) -> Plan:
    """Return a plan in which crews go to these in this order."""
    count: dict[str, int] = {}
    stops = []
    for each in assignments:
        count[each.crew_id] = count.get(each.crew_id, 0) + 1
        stops.append(
            Stop(
                crew_id=each.crew_id,
                position=count[each.crew_id],
                job_id=each.job_id,
                assignment_id=each.id,
                arrival=at(),
                departure=at(),
            )
        )
    return Plan(version=7, stops=tuple(sorted(stops, key=lambda stop: (stop.crew_id, stop.position))))


def by_hand(job_id: str, crew_id: str) -> Assignment:
    """Return what a person has given a crew to do."""
    return an_assignment(job_id, crew_id, actor="Léa")


def a_town(**more: object) -> Situation:
    """Return crew A with j1 (1 km east) and then j2 (2 km east), crew B idle, both on the square.

    A person wants it so: the planner would send B to one of them.
    """
    held = by_hand("j1", "A"), by_hand("j2", "A")
    world = {
        "crews": [a_crew("A"), a_crew("B")],
        "jobs": [a_job("j1", (1000, 0)), a_job("j2", (2000, 0))],
        "where": {"A": (0, 0), "B": (0, 0)},
        "assignments": held,
        "plan": planned(*held),
    }
    return World(**{**world, **more}).situation()  # type: ignore[arg-type]


def ask(
    situation: Situation,
    *changes: Change,
    times: TravelTimes | None = None,
    times_after: TravelTimes | None = None,
) -> WhatIf:
    """Ask what would be."""
    roads = times or StraightRoads()
    return what_if(situation, changes, replan=decide, times=roads, times_after=times_after)


def of(answer: WhatIf, report_id: str) -> JobDifference:
    """Return what is different for a report."""
    return next(each for each in answer.difference.jobs if each.report_id == report_id)


def move(report_id: str, crew_id: str, position: int | None = None) -> Move:
    """Return a move."""
    return Move(report_id=ReportId(report_id), crew_id=CrewId(crew_id), position=position)


def extra(crew_id: str = "X", **more: object) -> AddCrew:
    """Return a crew that is called in at the square for two hours."""
    given = AddCrew(
        crew_id=CrewId(crew_id), name="Extra", skills=frozenset(), depot_id=DepotId("square"), hours=2.0
    )
    return replace(given, **more)  # type: ignore[arg-type]


def codes(situation: Situation, *changes: Change, closed: str = "") -> list[str]:
    """Return the codes of all that is wrong with changes."""
    shut = {ReportId(closed): ReportStatus.DONE} if closed else {}
    return [str(getattr(fault, "code", fault)) for fault in faults_of_changes(situation, changes, shut)]


def test_a_move_tells_who_comes_sooner_and_by_how_much() -> None:
    """A needs 100 s + 1800 s + 100 s to the second report, B 200 s straight: 1800 s sooner."""
    answer = ask(a_town(), move("r-j2", "B"))
    (changed,) = answer.difference.jobs
    assert (changed.report_id, changed.before.crew_id, changed.after.crew_id) == ("r-j2", "A", "B")
    assert (changed.before.arrival, changed.after.arrival) == (at(2000 / 60), at(200 / 60))
    assert (changed.later_s, changed.by_hand, changed.after.pinned) == (-1800.0, True, True)
    assert [(each.crew_id, each.before, each.after) for each in answer.routes] == [
        ("A", ("j1", "j2"), ("j1",)),
        ("B", (), ("j2",)),
    ]
    assert answer.plan_version == 7


def test_the_totals_add_up() -> None:
    """Before 200 s of driving and 100 s + 2000 s until work begins; after 300 s and 100 s + 200 s."""
    difference = ask(a_town(), move("r-j2", "B")).difference
    before, after = difference.before, difference.after
    assert (before.driving_s, before.waiting_s) == (200.0, 2100.0)
    assert (after.driving_s, after.waiting_s) == (300.0, 300.0)


def test_asking_changes_nothing() -> None:
    """The situation is the same object with the same content afterwards."""
    town = a_town()
    ask(town, move("r-j2", "B"), LeaveOut(report_id=ReportId("r-j1")), extra())
    assert town == a_town()


def test_a_position_puts_it_there_and_pins_what_is_before() -> None:
    """Second on a route of two: the first is pinned, too, and said so; the third only comes later."""
    held = by_hand("j1", "A"), by_hand("j2", "A"), by_hand("j3", "B")
    jobs = [a_job("j1", (1000, 0)), a_job("j2", (2000, 0)), a_job("j3", (1500, 0))]
    answer = ask(a_town(assignments=held, plan=planned(*held), jobs=jobs), move("r-j3", "A", 2))
    route = next(each for each in answer.routes if each.crew_id == "A")
    assert route.after == ("j1", "j3", "j2")
    assert answer.also_pinned == {"j1"}
    assert of(answer, "r-j2").later_s == 1800.0


def test_the_first_position_is_behind_what_the_crew_is_at() -> None:
    """What has begun stays in front."""
    held = an_assignment("j1", "A", "on_site"), an_assignment("j2", "A"), an_assignment("j3", "B")
    jobs = [a_job("j1", (0, 0)), a_job("j2", (2000, 0)), a_job("j3", (1500, 0))]
    town = after_changes(a_town(assignments=held, plan=planned(*held), jobs=jobs), [move("r-j3", "A", 1)])
    assert [each.job_id for each in town.live_of(CrewId("A"))] == ["j1", "j3", "j2"]


def test_what_is_left_out_has_no_crew_and_its_crew_goes_on() -> None:
    """The first report is held for a dispatcher; the second is reached 1800 s sooner, straight ahead."""
    answer = ask(a_town(), LeaveOut(report_id=ReportId("r-j1")))
    lost = of(answer, "r-j1")
    assert lost.after.crew_id is None
    assert lost.after.reason is not None
    assert lost.after.reason.code == "held"
    assert of(answer, "r-j2").later_s == -1800.0
    assert answer.difference.after.without_crew == 1


def test_pinning_and_letting_go_change_the_pin_alone() -> None:
    """Each is told as a difference, there and back."""
    answer = ask(a_town(), Pin(report_id=ReportId("r-j1")))
    (pinned,) = answer.difference.jobs
    assert (pinned.before.pinned, pinned.after.pinned) == (False, True)
    assert answer.routes == ()
    assert answer.also_pinned == {"j1"}
    held = an_assignment("j1", "A", pinned=True)
    town = a_town(assignments=[held], plan=planned(held), jobs=[a_job("j1")])
    (let_go,) = ask(town, Unpin(report_id=ReportId("r-j1"))).difference.jobs
    assert (let_go.before.pinned, let_go.after.pinned) == (True, False)


def test_a_crew_that_is_called_in_gets_what_waits() -> None:
    """Nobody else is at work: the report that waited has a crew, from the place where that is."""
    lon, lat = lonlat((900.0, 0.0))
    town = World(crews=[a_crew("A")], shifts=[], jobs=[a_job("j1", (1000, 0))]).situation()
    changed = of(ask(town, extra(lon=lon, lat=lat)), "r-j1")
    assert (changed.before.crew_id, changed.after.crew_id) == (None, "X")
    assert changed.after.arrival == at(10 / 60)


def test_a_crew_that_is_called_in_can_be_given_something_at_once() -> None:
    """Whatever the order in which both are said."""
    answer = ask(a_town(), move("r-j2", "X"), extra())
    assert of(answer, "r-j2").after.crew_id == "X"


def test_a_closed_road_shows_whom_nobody_reaches() -> None:
    """A river without a bridge: the report has no arrival any more, and what was told is broken."""
    job = a_job("j1", (1000, 0))
    town = a_town(
        assignments=[an_assignment("j1", "A")],
        jobs=[job],
        reports=[a_report(job, expected_at=at(2))],
    )
    answer = ask(town, times_after=StraightRoads(river_x=500.0))
    changed = of(answer, "r-j1")
    assert (changed.before.arrival, changed.after.arrival) == (at(100 / 60), None)
    assert changed.breaks_promise
    assert answer.difference.after.broken_promises == 1


def test_a_broken_promise_and_a_worse_state_come_right_behind_ones_own_change() -> None:
    """J2 goes last: told for 34 min, due in 40, it is at risk and late; j1 only comes later."""
    late = a_job("j2", (2000, 0), due_at=at(40))
    held = by_hand("j1", "A"), by_hand("j2", "A"), by_hand("j3", "B")
    town = a_town(
        assignments=held,
        plan=planned(*held),
        jobs=[a_job("j1", (1000, 0)), late, a_job("j3", (1500, 0))],
        reports=[a_report(late, expected_at=at(34))],
    )
    answer = ask(town, move("r-j3", "A", 1))
    own, first, _ = answer.difference.jobs
    assert (own.report_id, own.by_hand) == ("r-j3", True)
    assert (first.report_id, first.breaks_promise) == ("r-j2", True)
    assert (first.before.sla, first.after.sla) == (SlaState.ON_TRACK, SlaState.AT_RISK)
    assert answer.difference.after.late == 1


def test_every_fault_is_named() -> None:
    """Unknown things, a closed report, a running job, a crew off shift or unskilled, and more at once."""
    held = an_assignment("j1", "A", "en_route")
    town = a_town(
        crews=[a_crew("A"), a_crew("B"), a_crew("C")],
        shifts=[a_shift("A"), a_shift("B")],
        jobs=[a_job("j1"), a_job("j2", skills=frozenset({"crane"})), a_job("j3"), a_job("j4")],
        assignments=[held],
        plan=planned(held),
    )
    assert codes(
        town,
        move("r-j1", "B"),
        move("r-j2", "B"),
        move("r-j3", "C", 0),
        move("r-j4", "Z"),
        Pin(report_id=ReportId("nowhere")),
        LeaveOut(report_id=ReportId("over")),
        closed="over",
    ) == ["running", "unfit_crew", "position", "unfit_crew", "no_crew", "no_report", "report_closed"]
    assert codes(town, Pin(report_id=ReportId("r-j3"))) == ["nobody_has_it"]
    assert codes(town, move("r-j3", "A"), move("r-j3", "B")) == ["named_twice"]
    wrong = extra("A", name="", skills=frozenset({"magic"}), depot_id=DepotId("moon"), hours=0, lon=5.0)
    assert codes(town, wrong) == [
        "crew_exists", "empty", "no_depot", "no_skills", "crew_hours", "half_place",
    ]  # fmt: skip
    assert codes(town, extra("X"), extra("X")) == ["crew_exists"]
    assert codes(town, *[Pin(report_id=ReportId(f"r{i}")) for i in range(51)]) == ["many_changes"]


def test_a_fault_tells_why_the_crew_may_not_have_it() -> None:
    """The reason is a code with its facts, for pages to word."""
    town = a_town(jobs=[a_job("j1", skills=frozenset({"crane"}))], assignments=[])
    (fault,) = faults_of_changes(town, [move("r-j1", "B")], {})
    assert isinstance(fault, Fault)
    assert fault.params["why"] == {
        "code": "missing_skills",
        "params": {"skills": ("crane",)},
        "text": "lacks the skill crane",
    }
    assert "lacks the skill crane" in fault
