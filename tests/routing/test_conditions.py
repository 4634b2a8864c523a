"""Closures and speeds: what they cover, when they hold, and what they do to travel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.errors import InvalidConditionsError, UnroutableError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, ROUNDED_S, STEP, chain, grid, networks, points, sides, travel_s

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FLOOD = shapely.box(LON + 1.5 * STEP, LAT + 1.5 * STEP, LON + 3.5 * STEP, LAT + 3.5 * STEP)


@settings(max_examples=100, deadline=None)
@given(networks(), points(2), points(2), st.data())
def test_matrices_under_conditions_are_networkxs(
    network: RoadNetwork,
    origins: list[tuple[float, float]],
    destinations: list[tuple[float, float]],
    data: st.DataObject,
) -> None:
    """Closed edges are not entered from open ones, new speeds hold, and the first router stays as it was."""
    edges = range(len(network.edge_tail))
    closed = data.draw(st.frozensets(st.sampled_from(edges), min_size=1, max_size=4))
    slowed = data.draw(st.frozensets(st.sampled_from(edges), min_size=1, max_size=4))
    factor = data.draw(st.floats(0.1, 3.0))
    router = Router(network, max_snap_m=5000.0)
    before = router.matrix(origins, destinations)
    changed = router.with_conditions(
        Conditions(
            closures=(Closure(edges=tuple(closed)),),
            speeds=(SpeedChange(edges=tuple(slowed), factor=factor),),
        )
    )
    durations_s = network.edge_duration_s.copy()
    durations_s[list(slowed)] /= factor
    starts, ends = router.snap(origins), router.snap(destinations)
    expected = [
        [
            travel_s(network, sides(starts, i), sides(ends, j), durations_s=durations_s, closed=closed)
            for j in range(2)
        ]
        for i in range(2)
    ]
    np.testing.assert_allclose(changed.matrix(origins, destinations), expected, rtol=0.0, atol=ROUNDED_S)
    np.testing.assert_array_equal(router.matrix(origins, destinations), before)


@settings(max_examples=40, deadline=None)
@given(networks(), points(2), points(2), st.data())
def test_street_by_street_is_as_at_once(
    network: RoadNetwork,
    origins: list[tuple[float, float]],
    destinations: list[tuple[float, float]],
    data: st.DataObject,
) -> None:
    """Closed one after the other and opened again: seconds and metres are those of a new router each time."""
    closed = data.draw(st.lists(st.integers(0, len(network.edge_tail) - 1), min_size=1, max_size=4))
    chain_of_routers = [Router(network, max_snap_m=5000.0)]
    for edges in [closed[:count] for count in (*range(1, len(closed) + 1), 0)]:
        conditions = Conditions(closures=(Closure(edges=tuple(edges)),) if edges else ())
        chain_of_routers.append(chain_of_routers[-1].with_conditions(conditions))
    for router in chain_of_routers:
        anew = Router(network, max_snap_m=5000.0, conditions=router.conditions)
        found, expected = (each.matrices(origins, destinations) for each in (router, anew))
        np.testing.assert_array_equal(found.duration_s, expected.duration_s)
        np.testing.assert_array_equal(found.distance_m, expected.distance_m)


@settings(max_examples=60, deadline=None)
@given(networks(), points(3), st.data())
def test_closures_make_nothing_faster(
    network: RoadNetwork, places: list[tuple[float, float]], data: st.DataObject
) -> None:
    """With roads closed, no trip takes less."""
    closed = data.draw(st.sets(st.sampled_from(range(len(network.edge_tail))), min_size=1))
    router = Router(network, max_snap_m=5000.0)
    shut = router.with_conditions(Conditions(closures=(Closure(edges=tuple(closed)),)))
    assert (shut.matrix(places, places) >= router.matrix(places, places) - 1e-9).all()


def test_a_crew_in_a_flooded_district_gets_out_and_nobody_is_sent_in() -> None:
    """From the flooded middle there is a way out, and none leads in or through."""
    router = Router(grid(6, 6)).with_conditions(Conditions(closures=(Closure(area=FLOOD),)))
    inside, outside = (LON + 2.5 * STEP, LAT + 2 * STEP), (LON, LAT)
    assert np.isfinite(router.matrix([inside], [outside])).all()
    assert np.isinf(router.matrix([outside], [inside])).all()
    with pytest.raises(UnroutableError, match=r"edges are closed"):
        router.route(outside, inside)
    across = router.route((LON + 2 * STEP, LAT), (LON + 2 * STEP, LAT + 5 * STEP))
    assert not across.geometry.intersects(FLOOD)


def test_an_area_closes_what_touches_it() -> None:
    """Every edge with a point in the area is closed as a whole, as shapely says one by one, and no other."""
    network = grid(6, 6)
    shapes = np.split(network.shape_lonlat, network.shape_start[1:-1])
    expected = [shapely.LineString(shape).intersects(FLOOD) for shape in shapes]
    assert 0 < sum(expected) < len(expected)
    closed = Conditions(closures=(Closure(area=FLOOD),)).closed_edges(network)
    assert closed.tolist() == expected


def test_a_way_is_closed_in_both_directions() -> None:
    """Closing a way closes its edges both ways, and they take forever."""
    road = chain([(LON + STEP * i, LAT) for i in range(3)], edge_way_id=[7, 8, 7, 8])
    closed = Conditions(closures=(Closure(way_ids=(8,)),))
    assert closed.closed_edges(road).tolist() == [False, True, False, True]
    assert np.isinf(closed.edge_durations(road)).tolist() == [False, True, False, True]


def test_what_is_given_narrows_the_choice() -> None:
    """A way within an area is only that part of the way."""
    road = chain([(LON + STEP * i, LAT) for i in range(4)], two_way=False, edge_way_id=[7, 7, 8])
    area = shapely.box(LON + 1.5 * STEP, LAT - 1, LON + 9 * STEP, LAT + 1)
    part = Conditions(closures=(Closure(way_ids=(7,), area=area),))
    assert part.closed_edges(road).tolist() == [False, True, False]


def test_speeds_by_class_factor_and_kph() -> None:
    """Factors multiply, the slowest kph holds, and factors apply to it: half of 36 km/h is 5 m a second."""
    road = chain(
        [(LON + STEP * i, LAT) for i in range(4)],
        two_way=False,
        edge_length_m=[100.0, 100.0, 100.0],
        edge_duration_s=[8.0, 8.0, 8.0],
        edge_class=["primary", "residential", "residential"],
    )
    snow = Conditions(
        speeds=(
            SpeedChange(factor=0.5),
            SpeedChange(factor=0.5, road_classes=("primary",)),
            SpeedChange(kph=36.0, edges=(2,)),
            SpeedChange(kph=72.0, edges=(2,)),
        )
    )
    np.testing.assert_allclose(snow.edge_durations(road), [8.0 * 4, 8.0 * 2, 100.0 / 10.0 * 2])


def test_limits_of_time() -> None:
    """A condition holds from its first moment on, no longer at its last, and for ever where it has none."""
    timed = Closure(edges=(0,), valid_from=NOON, valid_until=NOON + HOUR)
    lasting = Closure(edges=(1,))
    slow = SpeedChange(factor=0.5, valid_from=NOON + HOUR)
    conditions = Conditions(closures=(timed, lasting), speeds=(slow,))
    held = {shift: conditions.at(NOON + shift * HOUR) for shift in (-0.01, 0.0, 0.99, 1.0)}
    assert [held[shift].closures for shift in held] == [
        (lasting,),
        (timed, lasting),
        (timed, lasting),
        (lasting,),
    ]
    assert [len(held[shift].speeds) for shift in held] == [0, 0, 0, 1]


def test_a_router_told_a_time_takes_what_holds_then() -> None:
    """Before the closure the direct way is open, during it not, and to a router told no time neither."""
    router = Router(grid(3, 2))
    ends = (LON + 0.5 * STEP, LAT), (LON + 2 * STEP, LAT)
    free_s = router.route(*ends).duration_s
    closure = Closure(edges=(1,), valid_from=NOON, valid_until=NOON + HOUR)
    closed = router.with_conditions(Conditions(closures=(closure,)))
    assert closed.at(NOON - HOUR).route(*ends).duration_s == free_s
    assert closed.at(NOON).route(*ends).duration_s > free_s
    assert closed.route(*ends).duration_s > free_s
    assert closed.at(NOON - HOUR).at(NOON).route(*ends).duration_s > free_s
    assert closed.at(NOON - HOUR).conditions.closures == (closure,)
    later = router.at(NOON + HOUR).with_conditions(Conditions(closures=(closure,)))
    assert later.time == NOON + HOUR
    assert later.route(*ends).duration_s == free_s


def test_hours_come_back_every_week() -> None:
    """A rush hour on weekdays holds on the clock of the place: at 7:30 there, which is 6:30 UTC in winter."""
    paris = ZoneInfo("Europe/Paris")
    rush = SpeedChange(factor=0.5, road_classes=("unclassified",), hours="Mo-Fr 07:00-09:00")
    router = Router(grid(3, 2)).with_conditions(Conditions(speeds=(rush,)))
    ends = (LON + 0.5 * STEP, LAT), (LON + 0.9 * STEP, LAT)
    seconds = {
        time: router.at(datetime.fromisoformat(time).replace(tzinfo=paris)).route(*ends).duration_s
        for time in ("2026-03-02T07:30", "2026-03-03T08:59", "2026-03-02T09:00", "2026-03-01T07:30")
    }
    slow, slower, usual, sunday = seconds.values()
    assert slow == slower == pytest.approx(2 * usual, abs=ROUNDED_S)
    assert sunday == usual
    limited = replace(rush, valid_until=datetime(2026, 3, 2, 7, 30, tzinfo=paris))
    assert limited.holds_at(datetime(2026, 3, 2, 7, 29, tzinfo=paris))
    assert not limited.holds_at(datetime(2026, 3, 2, 7, 30, tzinfo=paris))


def test_new_conditions_replace_the_old() -> None:
    """`with_conditions` states all conditions, so none reopens everything."""
    router = Router(grid(3, 3))
    closed = router.with_conditions(Conditions(closures=(Closure(edges=(0, 1)),)))
    places = [(LON + 0.5 * STEP, LAT + STEP), (LON + 2 * STEP, LAT)]
    reopened = closed.with_conditions(Conditions())
    np.testing.assert_array_equal(reopened.matrix(places, places), router.matrix(places, places))


def test_every_fault_of_a_condition_is_told() -> None:
    """A negative factor, a naive time and a bow-tie area are all in one message."""
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(InvalidConditionsError) as refusal:
        SpeedChange(factor=-1.0, area=bow_tie, valid_from=datetime(2026, 3, 1))  # noqa: DTZ001
    assert all(
        words in str(refusal.value) for words in ("factor", "not -1.0", "Self-intersection", "valid_from")
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"factor": 0.0}, "factor must be more than 0"),
        ({"kph": float("inf")}, "kph must be more than 0 and finite"),
        ({}, "either a factor or a speed"),
        ({"factor": 0.5, "kph": 20.0}, "either a factor or a speed"),
        ({"factor": 0.5, "valid_from": NOON, "valid_until": NOON}, "must be after"),
        ({"factor": 0.5, "hours": "at night"}, "hours must be like 'Mo-Fr 07:00-09:00"),
        ({"factor": 0.5, "area": shapely.Polygon()}, "area is empty"),
        ({"factor": 0.5, "area": shapely.Point(0, 0)}, "not a Point"),
        ({"factor": 0.5, "area": "downtown"}, "not a str"),
        ({"factor": float("nan")}, "factor must be more than 0 and finite, not nan"),
        ({"factor": "fast"}, "factor must be more than 0 and finite, not fast"),
        ({"kph": 10**400}, "kph must be more than 0 and finite"),
        ({"factor": 0.5, "way_ids": 7}, "way_ids must be a tuple of whole numbers, not 7"),
        ({"factor": 0.5, "way_ids": (7, None)}, "way_ids must be a tuple of whole numbers"),
        ({"factor": 0.5, "edges": (1.5,)}, "edges must be a tuple of whole numbers"),
        ({"factor": 0.5, "edges": np.array([1, 2])}, "edges must be a tuple of whole numbers"),
        ({"factor": 0.5, "road_classes": "primary"}, "road_classes must be a tuple of texts"),
        ({"factor": 0.5, "valid_from": "noon"}, "valid_from must be a datetime"),
        ({"factor": 0.5, "hours": 12}, "hours must be text"),
        ({"factor": 0.5, "area": shapely.box(500_000, 0, 500_001, 1)}, "in lon, lat"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, object], complaint: str) -> None:
    """Speeds of nothing, areas of nothing and times that end before they begin cannot be made."""
    with pytest.raises(InvalidConditionsError, match=complaint):
        SpeedChange(**arguments)  # type: ignore[arg-type]


def test_a_closure_of_nothing_is_refused() -> None:
    """A closure that names no road would close the city."""
    with pytest.raises(InvalidConditionsError, match="must say what is closed"):
        Closure()


def test_every_unknown_road_is_told() -> None:
    """Ways, edges and classes that the network does not have are all named, and by which condition."""
    conditions = Conditions(
        closures=(Closure(way_ids=(1, 99, 98)), Closure(edges=(0, 1000))),
        speeds=(SpeedChange(factor=0.5, road_classes=("canal",)),),
    )
    with pytest.raises(InvalidConditionsError) as refusal:
        Router(grid(2, 2)).with_conditions(conditions)
    assert "closures[0]: way_ids 98, 99" in str(refusal.value)
    assert "closures[1]: edges 1000 are not within 0 to 7" in str(refusal.value)
    assert "speeds[0]: road_classes canal" in str(refusal.value)


def test_a_moment_needs_a_time_zone() -> None:
    """A naive time is no moment."""
    with pytest.raises(InvalidConditionsError, match="no time zone"):
        Router(grid(2, 2)).at(datetime(2026, 3, 1))  # noqa: DTZ001


@pytest.mark.parametrize("given", [None, 7, "closed", [Closure(edges=(0,))], Closure(edges=(0,))])
def test_what_is_no_conditions_is_refused(given: object) -> None:
    """A closure alone, or a list of some, is no `Conditions`; the message shows how to make one."""
    with pytest.raises(InvalidConditionsError, match=r"give Conditions\(closures="):
        Router(grid(2, 2)).with_conditions(given)  # type: ignore[arg-type]
    with pytest.raises(
        InvalidConditionsError, match=r"closures must be a tuple of Closure.*; speeds must be"
    ):
        Conditions(closures=(given, 7), speeds=7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "told_s"),
    [
        ({"factor": 1e308}, 0.001),
        ({"kph": 1e308}, 0.001),
        ({"factor": 1e-308}, 3 * 86_400.0),
        ({"kph": 1e-308}, 3 * 86_400.0),
        ({"factor": 1e-6}, 3 * 86_400.0),
    ],
)
def test_speeds_at_the_limits_of_numbers(change: dict[str, float], told_s: float) -> None:
    """However fast or slow, twice over, an edge takes a millisecond to three days, and no answer is nan."""
    network = grid(3, 3)
    extreme = Conditions(speeds=(SpeedChange(**change), SpeedChange(**change)))  # type: ignore[arg-type]
    assert set(extreme.edge_durations(network)) == {told_s}
    router = Router(network, conditions=extreme)
    places = [(LON + 0.25 * STEP, LAT), (LON + 0.75 * STEP, LAT), (LON + 1.5 * STEP, LAT + 2 * STEP)]
    seconds, both = router.matrix(places, places), router.matrices(places, places)
    assert seconds[0, 1] == pytest.approx(told_s / 2, rel=1e-6)
    assert (seconds[0, 2] < 60.0) if told_s < 1.0 else np.isinf(seconds[0, 2])
    assert np.isfinite(both.distance_m[0, :2]).all()
    np.testing.assert_allclose(both.duration_s, seconds, atol=0.002)
    assert not router.isochrones(places, [5]).geometry.is_empty.any()
