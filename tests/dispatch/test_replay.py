"""A replayed day: what happens when, what whoever decides may know, and how it is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import CrewId, JobId, ServiceCode
from equipage.dispatch.planning.planner import Choice, Decision
from equipage.dispatch.planning.posing import PlannedStop
from equipage.dispatch.replay.day import Day
from equipage.dispatch.replay.field import BadDecisionError
from equipage.dispatch.replay.generator import Mix, draw_calls
from equipage.dispatch.replay.policies import POLICIES, instant, nearest, plan_of_all, strong_nearest
from equipage.dispatch.replay.simulation import Policy, replay
from equipage.dispatch.replay.study import replay_all
from equipage.dispatch.replay.tables import calls_table, differences, summary
from equipage.dispatch.replay.travel import OnTheWay, day_times
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.violations import Broken
from equipage.dispatch.travel import TravelTimes
from equipage.routing.errors import OffNetworkError
from tests.dispatch.days import WORK_S, a_call, a_day, by_call, crew_of, replayed
from tests.dispatch.worlds import StraightRoads, a_crew, a_service, a_shift, at, lonlat

EVERY_POLICY = pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
NOTHING = Decision(assign=(), release=(), unassigned={}, visits=())


@EVERY_POLICY
def test_a_crew_drives_by_road_and_works_as_long_as_it_takes(policy: Policy) -> None:
    """3 km at 10 m/s are 5 min; the work then takes its own 40 min, not the usual 30."""
    result = replayed(a_day([a_call("one", 10, (3000.0, 0.0), work_s=2400)]), policy)
    one = by_call(result)["one"]
    assert (one.set_off_at, one.arrived_at, one.done_at) == (at(10), at(15), at(55))
    assert (one.crew_id, one.drive_s, one.crews_had) == ("A", 300.0, 1)
    assert (one.first_given_at, one.promised_at, result.until) == (at(10), at(15), at(55))


@EVERY_POLICY
@pytest.mark.parametrize(("called", "sets_off"), [(34, 34), (36, 90)])
def test_a_crew_has_its_break_before_what_there_is_no_time_for(
    policy: Policy, called: float, sets_off: float
) -> None:
    """Its break is at minute 60, or begins 15 min later; until it is back from there it takes 40 min."""
    shift = a_shift("A", (0, 24), breaks=[(60, 90)])
    result = replayed(a_day([a_call("one", called, (6000.0, 0.0), work_s=60)], shifts=[shift]), policy)
    assert by_call(result)["one"].set_off_at == at(sets_off)


def test_nobody_is_told_how_long_work_takes() -> None:
    """All that a policy sees of two calls that differ in nothing else is the same."""
    seen: list[list[Situation]] = []
    for work_s in (60, 7200):
        moments: list[Situation] = []

        def watching(
            situation: Situation, times: TravelTimes, *, into: list[Situation] = moments
        ) -> Decision:
            into.append(situation)
            return instant(situation, times)

        first = a_call("first", 0, (1000.0, 0.0), work_s=work_s)
        replayed(a_day([first, a_call("second", 1, (1500.0, 0.0))]), watching)
        seen.append([each for each in moments if each.now <= at(1)])
    assert seen[0] == seen[1]
    assert len(seen[0]) == 2


def test_a_crew_under_way_is_known_to_the_second() -> None:
    """Four minutes into a drive of ten, it is 2.4 km on, and six minutes from its end."""
    asked: list[float] = []

    def looking(situation: Situation, times: TravelTimes) -> Decision:
        if situation.now == at(4):
            position = situation.position_of(CrewId("A"))
            assert (position.lon, position.lat) == pytest.approx(lonlat((2400.0, 0.0)))
            ends = [lonlat((6000.0, 0.0)), lonlat((6000.0, 3000.0))]
            asked.extend(times.matrix([(position.lon, position.lat)], ends)[0].tolist())
        return instant(situation, times)

    replayed(a_day([a_call("far", 0, (6000.0, 0.0)), a_call("next", 4, (6000.0, 3000.0))]), looking)
    assert asked == [360.0, 523.0]


def test_a_day_goes_the_same_way_twice() -> None:
    """There is no chance in a replay, nor a clock: the plan layer searches the same way."""
    day = _a_full_day()
    assert replayed(day, plan_of_all) == replayed(day, plan_of_all)


@EVERY_POLICY
def test_every_call_is_served_once_and_nobody_is_in_two_places(policy: Policy) -> None:
    """Each crew's drives and work follow each other, and go from where the one before ended."""
    result = replayed(_a_full_day(), policy)
    done_at: dict[CrewId | None, datetime] = {}
    for served in sorted(result.served, key=lambda each: each.set_off_at or at()):
        assert served.set_off_at is not None
        assert served.arrived_at is not None
        assert served.done_at == served.arrived_at + timedelta(seconds=served.call.work_s)
        assert served.set_off_at >= max(served.call.at, done_at.get(served.crew_id, at()))
        done_at[served.crew_id] = served.done_at


def test_strong_nearest_takes_the_nearest_of_the_highest_priority() -> None:
    """A freed crew passes by the oldest and the nearest for the more urgent, and then takes the nearest."""
    calls = [
        a_call("first", 0, (1000.0, 0.0)),
        a_call("oldest", 1, (9000.0, 0.0)),
        a_call("nearest", 2, (1500.0, 0.0)),
        a_call("urgent", 3, (5000.0, 0.0), priority=1),
    ]
    went = by_call(replayed(a_day(calls), strong_nearest))
    assert sorted(went, key=lambda call: went[call].set_off_at or at()) == [
        *("first", "urgent", "nearest", "oldest"),
    ]


def test_nearest_takes_the_oldest_of_the_highest_priority() -> None:
    """Plain nearest goes by priority and age alone, however far that is."""
    calls = [
        a_call("first", 0, (1000.0, 0.0)),
        a_call("oldest", 1, (9000.0, 0.0)),
        a_call("close", 2, (1500.0, 0.0)),
    ]
    went = by_call(replayed(a_day(calls), nearest))
    assert sorted(went, key=lambda call: went[call].set_off_at or at()) == ["first", "oldest", "close"]


@EVERY_POLICY
def test_only_the_skilled_go(policy: Policy) -> None:
    """The nearer crew cannot do it, and the farther one is sent."""
    crews = [a_crew("near", depot_id="square"), a_crew("far", "gas", depot_id="edge")]
    services = {ServiceCode("leak"): a_service("leak", skills=frozenset({"gas"}))}
    day = a_day(
        [a_call("leak", 0, (100.0, 0.0), code="leak")],
        crews,
        depots=[("square", (0.0, 0.0)), ("edge", (9000.0, 0.0))],
        services=services,
    )
    assert crew_of(replayed(day, policy)) == {"leak": "far"}


@EVERY_POLICY
def test_shifts_and_breaks_are_kept(policy: Policy) -> None:
    """Who is on a long break is not sent before its end, and who begins later begins at the depot."""
    resting = a_shift("A", (0, 6), breaks=[(5, 65)])
    one = by_call(replayed(a_day([a_call("one", 10, (600.0, 0.0))], shifts=[resting]), policy))["one"]
    assert one.set_off_at == at(65)
    later = a_shift("A", (2, 6))
    one = by_call(replayed(a_day([a_call("one", 10, (600.0, 0.0))], shifts=[later]), policy))["one"]
    assert (one.set_off_at, one.arrived_at) == (at(120), at(121))


def test_a_call_that_nobody_reaches_waits_until_the_end_and_is_late() -> None:
    """No way leads across the river: the day ends all the same, and says so."""
    day = a_day(
        [a_call("here", 0, (600.0, 0.0)), a_call("there", 0, (9000.0, 0.0))], shifts=[a_shift("A", (0, 2))]
    )
    times = day_times(StraightRoads(river_x=5000.0), day.places())
    result = replay(day, strong_nearest, times)
    table = calls_table(result)
    assert table["wait_min"].tolist() == [1.0, 120.0]
    assert table["late"].tolist() == [False, True]
    assert table["crew_id"].isna().tolist() == [False, True]
    assert summary([result])["unserved"].tolist() == [1]


def test_progress_ends_with_the_day() -> None:
    """It is told that all is done where nobody came to a call, too, and on a day without any."""
    nobody_can = a_day([a_call("a", 10, (100, 0)), a_call("b", 20, (200, 0))], shifts=[])
    for day in (nobody_can, a_day([])):
        told: list[float] = []
        replayed(day, nearest, progress=told.append)
        assert told[-1] == 1.0
        assert told == sorted(told)


def test_what_cannot_be_is_refused_by_name() -> None:
    """A policy that gives a job away twice, or to nobody's crew, hears of every fault."""

    def confused(_: Situation, __: TravelTimes) -> Decision:
        given = [("one", "A"), ("one", "B"), ("two", "A"), ("one", "Z")]
        choices = [
            Choice(job_id=JobId(job), crew_id=CrewId(crew), arrival=at(1), departure=at(2))
            for job, crew in given
        ]
        return replace(NOTHING, assign=tuple(choices))

    with pytest.raises(BadDecisionError) as refused:
        replayed(
            a_day([a_call("one", 0, (600.0, 0.0))], [a_crew("A"), a_crew("B")]), confused, name="confused"
        )
    for fault in ("confused at", "job one is A's and cannot be B's too", "no job two", "no crew Z"):
        assert fault in str(refused.value)


def test_a_policy_is_asked_again_while_something_is_open() -> None:
    """Work that takes longer than usual is no event; every ten minutes the policy may think again."""
    asked = []

    def waiting(situation: Situation, _: TravelTimes) -> Decision:
        asked.append(situation.now)
        return NOTHING

    day = a_day([a_call("one", 0, (600.0, 0.0))], shifts=[a_shift("A", (0, 1))])
    result = replayed(day, waiting, look_every=timedelta(minutes=10))
    assert asked == [at(10 * number) for number in range(7)]
    assert result.plans == 7
    assert result.vehicle_minutes == 60.0


@EVERY_POLICY
def test_no_policy_saves_a_plan_that_breaks_anything(policy: Policy) -> None:
    """Skills, ends of shifts and breaks hold in every plan of a full day."""
    assert replayed(_a_full_day(), policy, check=True).breaches == ()


def test_a_plan_that_breaks_something_is_told() -> None:
    """Who sends a crew beyond its shift's end hears by how much: 10 min of drive, 30 of work, 15 allowed."""

    def careless(situation: Situation, times: TravelTimes) -> Decision:
        choice = Choice(job_id=JobId("one"), crew_id=CrewId("A"), arrival=at(50), departure=at(80))
        stop = PlannedStop(
            crew_id=CrewId("A"),
            position=1,
            job_id=JobId("one"),
            assignment_id=None,
            arrival=choice.arrival,
            departure=choice.departure,
        )
        return replace(NOTHING, assign=(choice,), visits=(stop,))

    day = a_day([a_call("one", 40, (6000.0, 0.0))], shifts=[a_shift("A", (0, 1))])
    (found,) = replayed(day, careless, check=True).breaches
    assert (found.at, found.what, found.crew_id, found.excess) == (at(40), Broken.SHIFT_END, "A", 5 * 60)
    assert summary([replayed(day, careless, check=True)])["breaches"].tolist() == [1]


def _a_quiet_day() -> Day:
    """Return a call an hour, in the east as on the day before, and a crew that starts on the square."""
    calls = [a_call(f"call-{hour}", 60 * hour + 30, (6000.0, 0.0)) for hour in range(3)]
    before = [a_call(f"old-{hour}", 60 * hour - 24 * 60 + 30, (6000.0, 0.0)) for hour in range(12)]
    return a_day(calls, before=tuple(before))


def test_crews_wait_where_calls_are_expected() -> None:
    """Ten minutes from the square: the crew leaves as its shift begins and is there before the call."""
    result = replayed(_a_quiet_day(), POLICIES["standby"])
    assert [served.drive_s for served in result.served] == [0.0, 0.0, 0.0]
    assert (result.standby_s, summary([result])["standby_h"][0]) == (600.0, pytest.approx(1 / 6))
    assert by_call(replayed(_a_quiet_day(), plan_of_all))["call-0"].drive_s == 600.0


def test_a_crew_that_drives_to_wait_may_be_sent_anywhere() -> None:
    """Six minutes into a way of ten it is sent back to the square, and is 3.6 km away."""
    calls = [a_call("back", 12, (0.0, 0.0))]
    day = replace(_a_quiet_day(), calls=tuple(calls), shifts=(a_shift("A", (0.1, 24)),))
    result = replayed(day, POLICIES["standby"], check=True)
    assert (result.served[0].set_off_at, result.served[0].drive_s) == (at(12), 360.0)
    assert (result.standby_s, result.breaches) == (360.0, ())


def test_a_day_names_what_is_wrong_with_the_days_before() -> None:
    """They are not before, and ask for what there is not."""
    late = a_call("late", 5, (0.0, 0.0), code="moon")
    with pytest.raises(InvalidInputError) as caught:
        a_day([], before=(late,))
    assert caught.value.faults == (
        "calls of the days before ask for 'moon', which is no service",
        "calls of the days before must have come in before the day",
    )


def test_differences_are_of_the_same_days() -> None:
    """Two days with ours 1 and 2 min sooner of 5 each: -30 %, and Student's interval for two days is wide."""
    near, far = [a_day([a_call("one", 0, place)]) for place in ((2400.0, 0.0), (1800.0, 0.0))]
    slow = [a_day([a_call("one", 0, (3000.0, 0.0))])] * 2
    ours = [replace(replayed(day, nearest), day=slow[0]) for day in (near, far)]
    theirs = [replayed(day, nearest) for day in slow]
    row = differences(ours, theirs, ["mean_min"]).to_numpy()[0].tolist()
    assert row[:3] == pytest.approx([3.5, 5.0, -0.3])
    # Differences -1 and -2: standard error 0.5, t(0.975, 1) = 12.706.
    assert row[3:] == pytest.approx(((-1.5 - 6.353) / 5, (-1.5 + 6.353) / 5), abs=1e-3)
    with pytest.raises(ValueError, match="the days must be the same"):
        differences(ours, [replayed(near, nearest)] * 2)


def test_a_day_without_a_priority_is_left_out_of_its_figures() -> None:
    """P1 is called on one day of two: its difference is of that day alone, the others' of both."""
    urgent, other = (a_day([a_call("one", 0, (2400.0, 0.0), priority=rank)]) for rank in (1, 2))
    runs = [replayed(day, nearest) for day in (urgent, other)]
    table = differences(runs, runs, ["p1_mean_min", "mean_min"])
    assert table["ours"].tolist() == table["theirs"].tolist() == [4.0, 4.0]
    assert table["change"].tolist() == [0.0, 0.0]
    assert table["low"].isna().tolist() == [True, False]


def test_a_study_compares_policies_and_crews_on_the_same_days() -> None:
    """One crew has two calls an hour's work apart; a second crew takes the later one at once."""
    calls = [a_call("one", 0, (0.0, 0.0)), a_call("two", 1, (600.0, 0.0))]
    alone, both = (
        replay_all([a_day(calls, crews)] * 2, ["nearest", "instant"], StraightRoads())
        for crews in ([a_crew("A")], [a_crew("A"), a_crew("B")])
    )
    assert alone.summary.index.tolist() == [
        ("nearest", 1),
        ("nearest", 2),
        ("instant", 1),
        ("instant", 2),
    ]
    assert alone.calls.index.names == ["policy", "day", "call"]
    assert alone.calls.crs.to_epsg() == 4326
    assert alone.calls.loc[("instant", 2, "two")].geometry.coords[0] == lonlat((600.0, 0.0))
    assert alone.change_from("nearest").index.unique("policy").tolist() == ["instant"]
    sooner = both.change_from(alone).xs("mean_min", level="measure")
    assert (sooner["change"] < -0.5).all()
    means = both.summary.groupby("policy", sort=False)["mean_min"].mean()
    assert sooner["ours"].to_dict() == pytest.approx(means.to_dict())


def test_a_study_says_what_it_cannot_compare() -> None:
    """Policies that there are not, no days, and days of other calls."""
    days = [a_day([a_call("one", 0, (0.0, 0.0))])]
    with pytest.raises(InvalidInputError, match=r"no days.*no policy 'wise', but nearest.*no policy 'wiser'"):
        replay_all([], ["wise", "wiser"], StraightRoads())
    study = replay_all(days, ["nearest"], StraightRoads())
    with pytest.raises(InvalidInputError, match="'instant' was not replayed; there are nearest"):
        study.change_from("instant")
    with pytest.raises(InvalidInputError, match="nothing to compare: this has nearest"):
        study.change_from("nearest")
    other = replay_all([a_day([])], ["nearest"], StraightRoads())
    with pytest.raises(ValueError, match="draw both with the same seeds"):
        study.change_from(other)


def test_a_day_without_calls_is_a_day() -> None:
    """Nothing happens, and the tables are empty."""
    result = replayed(a_day([]), instant)
    assert len(calls_table(result)) == 0
    assert summary([result])["calls"].tolist() == [0]


def test_a_day_names_everything_that_is_wrong_with_it() -> None:
    """Unknown services, crews and depots, calls at the wrong time: all at once."""
    calls = [
        a_call("one", 5, (0.0, 0.0), code="nonsense"),
        a_call("one", 900, (0.0, 0.0), work_s=-1, priority=7),
    ]
    with pytest.raises(InvalidInputError) as refused:
        a_day(calls, [a_crew(depot_id="nowhere")], shifts=[a_shift("Z")])
    told = str(refused.value)
    for fault in (
        *("two calls one", "'nonsense', which is no service", "priority of call one", "-1 seconds"),
        *("outside of", "'nowhere', which is no depot", "shifts of 'Z'"),
    ):
        assert fault in told


def test_a_crew_that_has_just_set_off_is_where_it_was() -> None:
    """B is at its call at once, so that all are asked again in the moment in which A leaves."""
    calls = [a_call("far", 0, (9000.0, 0.0)), a_call("here", 0, (0.0, 0.0)), a_call("waits", 0, (0.0, 500.0))]
    found = by_call(replayed(a_day(calls, [a_crew("A"), a_crew("B")]), instant))
    assert all(served.done_at is not None for served in found.values())


def test_a_table_knows_the_places_of_its_day_only() -> None:
    """A point from elsewhere is refused by name; a moving one counts as the end of its way."""
    near, far = lonlat((0.0, 0.0)), lonlat((1000.0, 0.0))
    times = day_times(StraightRoads(), np.array([near, far]))
    with pytest.raises(OffNetworkError, match="is no place of the day"):
        times.matrix([(0.0, 0.0)], [near])
    moving = times.with_moving({(0.0, 0.0): OnTheWay(near, far, 40.0, 100.0)})
    assert moving.matrix([(0.0, 0.0)], [far, near]).tolist() == [[40.0, 60.0]]
    assert moving.matrix([near], [(0.0, 0.0)]).tolist() == [[100.0]]


def test_a_drive_is_broken_off_on_the_road() -> None:
    """Who has driven 300 m of a kilometre has as far back, and the rest of it ahead."""
    near, far = lonlat((0.0, 0.0)), lonlat((1000.0, 0.0))
    times = day_times(StraightRoads(), np.array([near, far]))
    point, after = times.broken_off(OnTheWay(near, far, 70.0, 100.0))
    assert point == pytest.approx(lonlat((300.0, 0.0)))
    assert [after.between(point, near), after.between(point, far)] == [30.0, 70.0]
    assert after.matrix([near], [point]).tolist() == [[0.0]]


def test_the_same_seed_draws_the_same_calls() -> None:
    """Calls follow the hours, come in order, and work is around what is usual."""
    mix = Mix(
        hourly=np.eye(24)[3] + np.eye(24)[20],
        services={ServiceCode("pothole"): 1.0},
        lonlat=np.array([lonlat((0.0, 0.0)), lonlat((500.0, 0.0))]),
        weight=np.array([0.0, 2.0]),
    )
    day = a_day([])
    calls = draw_calls(mix, day.services, day.span, count=400, seed=7)
    assert calls == draw_calls(mix, day.services, day.span, count=400, seed=7)
    assert calls != draw_calls(mix, day.services, day.span, count=400, seed=8)
    assert all(at(180) <= call.at < at(240) for call in calls)  # the day ends before the hour of 20
    assert {(call.lon, call.lat) for call in calls} == {lonlat((500.0, 0.0))}
    assert np.mean([call.work_s for call in calls]) == pytest.approx(WORK_S, rel=0.06)
    assert len(replace(day, calls=calls).calls) == 400
    with pytest.raises(InvalidInputError, match=r"weights of hours.*weights of services"):
        replace(mix, hourly=np.zeros(24), services={ServiceCode("pothole"): -1.0})


def _a_full_day() -> Day:
    """Return 50 minutes of ten calls for two crews, more than they can do at once."""
    rng = np.random.default_rng(3)
    calls = [
        a_call(
            f"{number:02d}",
            5.0 * number,
            (float(x), float(y)),
            priority=int(rng.integers(1, 5)),
            work_s=int(rng.integers(300, 3600)),
        )
        for number, (x, y) in enumerate(rng.uniform(-6000.0, 6000.0, (10, 2)).round(1))
    ]
    return a_day(calls, [a_crew(name) for name in "AB"])
