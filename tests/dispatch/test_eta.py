"""When crews will be where, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.dispatch.eta import LEAST_WORK_LEFT_S, eta_of, itineraries, work_left_s
from equipage.dispatch.model import AssignmentId, CrewId, Eta
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import EtaBasis
from tests.dispatch.worlds import (
    EDGE_OF_THE_PLAIN_M,
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_position,
    a_shift,
    an_assignment,
    at,
)

A = CrewId("A")


def after(seconds: float) -> datetime:
    """Return the moment so many seconds from now."""
    return NOW + timedelta(seconds=seconds)


def the_eta(situation: Situation, assignment_id: str = "a-j1-A") -> Eta:
    """Return the ETA of one assignment."""
    return eta_of(situation, StraightRoads())[AssignmentId(assignment_id)]


def one_job(status: str, place: tuple[float, float] = (3000.0, 0.0), **world: Any) -> Situation:
    """Return a world with crew A, live on the square, and one job that it has."""
    given: dict[str, Any] = {"where": {"A": (0.0, 0.0)}} | world
    return World(
        crews=[a_crew()], jobs=[a_job(place=place)], assignments=[an_assignment(status=status)], **given
    ).situation()


@pytest.mark.parametrize("status", ["planned", "en_route"])
def test_a_crew_that_may_go_at_once_is_there_after_the_drive(status: str) -> None:
    """3,000 m at 10 m/s from its live position: 300 s from now."""
    eta = the_eta(one_job(status))
    assert (eta.eta, eta.basis, eta.crew_id, eta.as_of) == (after(300), EtaBasis.LIVE, "A", NOW)


def test_the_interval_of_a_live_eta_is_the_usual_range_of_a_drive() -> None:
    """0.8 x 300 s = 240 s at the earliest, 1.35 x 300 + 60 = 465 s at the latest."""
    eta = the_eta(one_job("en_route"))
    assert (eta.earliest, eta.latest) == (after(240), after(465))


def test_an_older_position_widens_the_interval_on_both_sides() -> None:
    """It has driven 120 of the 300 s since, or may have turned: 120 s and 585 s, not 240 s and 465 s."""
    eta = the_eta(one_job("en_route", where={}, positions=[a_position("A", (0.0, 0.0), age_s=120)]))
    assert (eta.earliest, eta.eta, eta.latest) == (after(120), after(180), after(585))


def test_a_stale_position_is_named_and_widens_no_further_than_a_quarter_of_an_hour() -> None:
    """Two hours old: earliest now, latest 465 + 900 s."""
    eta = the_eta(one_job("en_route", where={}, positions=[a_position("A", (0.0, 0.0), age_s=7200)]))
    assert (eta.basis, eta.earliest, eta.latest) == (EtaBasis.STALE_POSITION, NOW, after(1365))


def test_a_crew_never_seen_starts_from_its_depot() -> None:
    """The square is 3,000 m away too; the basis says that it is only the depot."""
    eta = the_eta(one_job("planned", where={}))
    assert (eta.eta, eta.basis, eta.latest) == (after(300), EtaBasis.DEPOT, after(1365))


def test_after_the_arrival_all_three_are_the_arrival() -> None:
    """It arrived five minutes ago, and that is what the ETA says from then on."""
    eta = the_eta(one_job("on_site"))
    assert (eta.earliest, eta.eta, eta.latest, eta.basis) == (at(-5), at(-5), at(-5), EtaBasis.ARRIVED)


def two_jobs(status: str, *, since: float = -5.0, **world: Any) -> Situation:
    """Return a world where A has j1 at 3,000 m in that status, and j2 at 4,000 m planned behind it."""
    given: dict[str, Any] = {"where": {"A": (0.0, 0.0)}} | world
    return World(
        crews=[a_crew()],
        jobs=[a_job("j1", (3000.0, 0.0), earliest=at(-60)), a_job("j2", (4000.0, 0.0))],
        assignments=[an_assignment("j1", status=status, since=since), an_assignment("j2")],
        **given,
    ).situation()


def test_behind_a_job_on_site_come_the_rest_of_the_work_and_the_drive_from_there() -> None:
    """5 of 30 minutes are done: what is left, then 100 s from j1 to j2, wherever the van's position is."""
    eta = the_eta(two_jobs("on_site"), "a-j2-A")
    left_s = work_left_s(1800, 300)
    assert (eta.eta, eta.basis) == (after(round(left_s + 100)), EtaBasis.PLAN)
    low, high = 0.5 * left_s + 80, 60 + 1.6 * left_s + 135
    assert (eta.earliest, eta.latest) == (after(round(low)), after(round(high)))


@pytest.mark.parametrize("worked_min", [0, 5, 20, 30, 60])
def test_what_is_left_of_work_is_the_mean_rest_of_such_that_took_as_long(worked_min: int) -> None:
    """Of a million that usually take half an hour and spread by half, those that are not done."""
    took_s = np.random.default_rng(1).gamma(4.0, 1800.0 / 4.0, 1_000_000)
    rest_s = (took_s - 60.0 * worked_min)[took_s > 60.0 * worked_min].mean()
    assert work_left_s(1800.0, 60.0 * worked_min) == pytest.approx(rest_s, rel=0.02)


def test_a_crew_over_its_time_is_expected_to_need_more() -> None:
    """After 50 minutes of usually 30 there are eleven to go, then the 100 s drive."""
    eta = the_eta(two_jobs("on_site", since=-50), "a-j2-A")
    assert eta.eta == after(669 + 100)


def test_a_crew_that_should_have_been_gone_at_once_is_expected_to_need_a_minute() -> None:
    """Work of no duration, begun 10 minutes ago: 60 s to go, then 100 s to the next."""
    here = a_job("j1", (3000.0, 0.0), duration_s=0)
    situation = two_jobs("on_site", since=-10)
    eta = the_eta(replace(situation, jobs={**situation.jobs, here.id: here}), "a-j2-A")
    assert eta.eta == after(LEAST_WORK_LEFT_S + 100)


def test_behind_a_job_on_the_way_come_its_drive_its_work_and_the_next_drive() -> None:
    """300 s to j1, 1,800 s there, 100 s to j2."""
    eta = the_eta(two_jobs("en_route"), "a-j2-A")
    assert (eta.eta, eta.basis) == (after(2200), EtaBasis.PLAN)


def test_planned_work_is_not_begun_before_its_window() -> None:
    """The crew could be there in 300 s, the work may begin in 40 minutes."""
    situation = World(
        crews=[a_crew()],
        jobs=[a_planned_job("p1", (3000.0, 0.0), earliest=at(40))],
        assignments=[an_assignment("p1", report_id=None)],
        where={"A": (0.0, 0.0)},
    ).situation()
    eta = the_eta(situation, "a-p1-A")
    assert (eta.earliest, eta.eta, eta.latest) == (at(40), at(40), at(40))


@pytest.mark.parametrize(
    ("status", "worked_s"), [("planned", 0), ("en_route", 0), ("on_site", 0), ("on_site", 300)]
)
def test_a_crew_that_comes_too_early_waits_until_work_may_begin(status: str, worked_s: int) -> None:
    """It is there in 300 s or since ten minutes; the work may begin in 28, or might since 5, and takes 30."""
    window_s = 28 * 60 if not worked_s else -worked_s
    situation = World(
        crews=[a_crew()],
        jobs=[a_planned_job("p1", (3000.0, 0.0), earliest=after(window_s)), a_job("j2", (4000.0, 0.0))],
        assignments=[
            an_assignment("p1", status=status, report_id=None, since=-10),
            an_assignment("j2", created_at=NOW),
        ],
        where={"A": (0.0, 0.0)},
    ).situation()
    route = itineraries(situation, StraightRoads(), [A])[A]
    first, second = (visit.eta for visit in route.visits)
    done_s = max(window_s, 0) + work_left_s(1800, worked_s)
    assert first.eta == (at(-10) if status == "on_site" else at(28))
    assert second.eta == after(round(done_s + 100))
    assert route.free.mid == pytest.approx(done_s + 100 + 1800)
    low, high = (max(window_s, each) for each in (0, 60 if status == "on_site" else 465))
    left_s = done_s - max(window_s, 0)
    assert (second.earliest, second.latest) == (
        after(round(low + 0.5 * left_s + 80)),
        after(round(high + 1.6 * left_s + 135)),
    )


def test_a_crew_on_its_break_sets_off_when_the_break_ends() -> None:
    """15 minutes of break are left, then the 300 s drive; who drives already is not stopped by its break."""
    resting: dict[str, Any] = {"shifts": [a_shift(breaks=[(-15, 15)])]}
    assert the_eta(one_job("planned", **resting)).eta == after(900 + 300)
    assert the_eta(one_job("en_route", **resting)).eta == after(300)


def test_a_break_into_which_a_crew_finishes_is_taken_before_the_next_drive() -> None:
    """The work ends in 1,500 s, within the break from minute 20 to 50: j2 comes 3,000 + 100 s from now."""
    situation = two_jobs("on_site", shifts=[a_shift(breaks=[(20, 50)])])
    assert the_eta(situation, "a-j2-A").eta == after(3000 + 100)


@pytest.mark.parametrize(
    ("pause", "expected"),
    [((3, 33), (0, 35 * 60, 33 * 60 + 405)), ((-1, 29), (29 * 60 + 240, 29 * 60 + 300, 29 * 60 + 405))],
)
def test_sooner_or_later_a_break_is_taken_once(
    pause: tuple[int, int], expected: tuple[float, float, float]
) -> None:
    """Seen 5 minutes ago, 240, 300 or 405 s from j1, free now or within 6 minutes, with 15 minutes of work.

    Soon it is done before the break must begin, in minute 18; as expected it is there in minute 5 and has its
    break first; late it is on its break when it could go. Who is on it now goes behind it in any case.
    """
    situation = World(
        crews=[a_crew()],
        jobs=[a_job("j1", (3000.0, 0.0), duration_s=900)],
        positions=[a_position("A", (0.0, 0.0), age_s=300)],
        assignments=[an_assignment("j1")],
        shifts=[a_shift(breaks=[pause])],
    ).situation()
    eta = the_eta(situation)
    assert (eta.earliest, eta.eta, eta.latest) == tuple(map(after, expected))


def test_a_crew_before_its_shift_sets_off_when_the_shift_starts() -> None:
    """Planned by hand for a shift that starts in an hour: 3,600 + 300 s."""
    assert the_eta(one_job("planned", shifts=[a_shift("A", (1, 9))])).eta == after(3900)


def test_where_no_road_leads_there_is_no_eta_nor_behind_it() -> None:
    """j1 is across the river, j2 planned behind it: neither has an ETA, the other crew's job has."""
    situation = World(
        crews=[a_crew(), a_crew("B")],
        jobs=[a_job("j1", (3000.0, 0.0)), a_job("j2", (500.0, 0.0)), a_job("j3", (600.0, 0.0))],
        assignments=[
            an_assignment("j1", status="en_route"),
            an_assignment("j2"),
            an_assignment("j3", "B"),
        ],
        where={"A": (0.0, 0.0), "B": (0.0, 0.0)},
    ).situation()
    assert eta_of(situation, StraightRoads(river_x=2000.0)).keys() == {"a-j3-B"}


def test_a_van_off_the_map_has_no_eta_and_disturbs_nobody() -> None:
    """B's position is beyond the plain; A's ETA is what it was."""
    situation = World(
        crews=[a_crew(), a_crew("B")],
        jobs=[a_job("j1", (3000.0, 0.0)), a_job("j2")],
        assignments=[an_assignment("j1", status="en_route"), an_assignment("j2", "B", "en_route")],
        where={"A": (0.0, 0.0), "B": (2 * EDGE_OF_THE_PLAIN_M, 0.0)},
    ).situation()
    assert {key: eta.eta for key, eta in eta_of(situation, StraightRoads()).items()} == {"a-j1-A": after(300)}


def test_only_what_was_asked_for_is_answered() -> None:
    """j2's ETA needs j1 on the way, but j1's is not in the answer; unknown ids are not either."""
    wanted = [AssignmentId("a-j2-A"), AssignmentId("gone")]
    assert eta_of(two_jobs("en_route"), StraightRoads(), wanted).keys() == {"a-j2-A"}
    assert eta_of(two_jobs("en_route"), StraightRoads(), []) == {}


def test_all_crews_together_ask_the_router_once() -> None:
    """Twenty crews on the way are one matrix, not twenty."""
    names = [f"c{i}" for i in range(20)]
    situation = World(
        crews=[a_crew(name) for name in names],
        jobs=[a_job(f"j-{name}") for name in names],
        assignments=[an_assignment(f"j-{name}", name, "en_route") for name in names],
        where={name: (100.0 * i, 0.0) for i, name in enumerate(names)},
    ).situation()
    roads = StraightRoads()
    assert len(eta_of(situation, roads)) == 20
    assert roads.calls == 1


def test_leaving_out_an_assignment_frees_the_crew_earlier() -> None:
    """Without j2 crew A is free at j1 when that is done; with it 100 + 1,800 s later."""
    situation = two_jobs("on_site")
    whole = itineraries(situation, StraightRoads(), [A])[A]
    without = itineraries(situation, StraightRoads(), [A], without={AssignmentId("a-j2-A")})[A]
    assert (whole.after, without.after, len(without.visits)) == ("j2", "j1", 1)
    assert without.free.mid == pytest.approx(work_left_s(1800, 300))
    assert whole.free.mid == pytest.approx(without.free.mid + 1900)


@given(
    first=st.sampled_from(["planned", "en_route", "on_site"]),
    since=st.floats(-90, 0),
    age_s=st.floats(-60, 5000) | st.none(),
    xs=st.lists(st.floats(-9e4, 9e4), min_size=1, max_size=5),
    durations=st.lists(st.integers(0, 40_000), min_size=5, max_size=5),
    earliest=st.lists(st.floats(-60, 120), min_size=5, max_size=5),
    pause=st.tuples(st.integers(-30, 90), st.integers(1, 60)),
)
def test_an_eta_never_decreases_along_a_route(
    first: str,
    since: float,
    age_s: float | None,
    xs: list[float],
    durations: list[int],
    earliest: list[float],
    pause: tuple[int, int],
) -> None:
    """Along any route all three times grow, lie in order, and none that is to come is in the past."""
    jobs = [
        a_job(f"j{i}", (x, 0.0), duration_s=durations[i], earliest=at(earliest[i])) for i, x in enumerate(xs)
    ]
    statuses = [first] + ["planned"] * (len(xs) - 1)
    situation = World(
        crews=[a_crew()],
        jobs=jobs,
        assignments=[an_assignment(j.id, status=s, since=since) for j, s in zip(jobs, statuses, strict=True)],
        positions=[] if age_s is None else [a_position("A", (0.0, 0.0), age_s=age_s)],
        shifts=[a_shift(breaks=[(pause[0], pause[0] + pause[1])])],
    ).situation()
    etas = eta_of(situation, StraightRoads())
    route = [etas[assignment.id] for assignment in situation.live_of(A)]
    assert len(route) == len(xs)
    for eta in route:
        assert eta.earliest <= eta.eta <= eta.latest
        assert eta.basis is EtaBasis.ARRIVED or eta.earliest >= NOW
    for before, behind in pairwise(route):
        assert before.earliest <= behind.earliest
        assert before.eta <= behind.eta
        assert before.latest <= behind.latest


def test_an_eta_does_not_wait_for_the_next_fix() -> None:
    """1,000 s by road from where it was seen 300 s ago, on its way all the time: it is there in 700 s."""
    world = World(
        crews=[a_crew()],
        jobs=[a_job(place=(10_000.0, 0.0))],
        positions=[a_position("A", (0.0, 0.0), age_s=300)],
        assignments=[an_assignment(status="en_route", since=-5, en_route_at=at(-5))],
    )
    eta = eta_of(world.situation(), StraightRoads())[AssignmentId("a-j1-A")]
    assert (eta.eta - NOW).total_seconds() == 700
    assert eta.earliest <= eta.eta <= eta.latest


def test_a_crew_that_set_off_after_its_last_fix_has_driven_only_since_then() -> None:
    """Seen 300 s ago, on its way for 60 s, 1,000 s by road: there in 940 s, and just so without a fix."""
    world = World(
        crews=[a_crew()],
        jobs=[a_job(place=(10_000.0, 0.0))],
        positions=[a_position("A", (0.0, 0.0), age_s=300)],
        assignments=[an_assignment(status="en_route", since=-1, en_route_at=at(-1))],
    )
    for positions in (world.positions, []):
        world.positions = positions
        eta = eta_of(world.situation(), StraightRoads())[AssignmentId("a-j1-A")]
        assert (eta.eta - NOW).total_seconds() == 940
