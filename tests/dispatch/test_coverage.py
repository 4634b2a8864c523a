"""Coverage: who is reached in time, street by street, and what changes with the depots."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import equipage as eq
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import Depot, DepotId
from equipage.routing.errors import OffNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP, chain, grid, networks

ROAD_DEG = 0.06
"""About 4.5 km at this latitude; its road takes 600 s."""


def straight() -> RoadNetwork:
    """Return one two-way road to the east that takes 600 s from end to end."""
    return chain([(LON, LAT), (LON + ROAD_DEG, LAT)], edge_duration_s=[600.0, 600.0])


def zones_of(*boxes: tuple[float, float, float, float], **columns: object) -> gpd.GeoDataFrame:
    """Return boxes given in thousandths of a degree from the south-west corner, named a, b, c."""
    shapes = [
        shapely.box(LON + west / 1e3, LAT + south / 1e3, LON + east / 1e3, LAT + north / 1e3)
        for west, south, east, north in boxes
    ]
    return gpd.GeoDataFrame(columns, index=list("abcd"[: len(boxes)]), geometry=shapes, crs="EPSG:4326")


WHOLE = (-1.0, -1.0, 61.0, 1.0)
WEST, EAST = (-1.0, -1.0, 30.0, 1.0), (30.0, -1.0, 61.0, 1.0)
FAR = (200.0, 200.0, 201.0, 201.0)
START = [(LON, LAT)]


def test_a_large_zone_is_reached_street_by_street() -> None:
    """5 of 10 minutes along its only road reach half of the people, 2.5 minutes a quarter, 10 all."""
    found = eq.coverage(Router(straight()), START, zones_of(WHOLE, population=[1000]), minutes=[2.5, 5, 10])
    assert found.basis == "people"
    # 46 pieces of 98 m: half a piece on either side.
    assert found.summary["people"].tolist() == pytest.approx([250, 500, 1000], abs=11)
    assert found.summary["share"].to_numpy() == pytest.approx(found.summary["people"] / 1000)
    assert found.zones.loc["a", "share_2.5min"] == pytest.approx(0.25, abs=0.011)
    assert found.median_min == pytest.approx(5.0, abs=0.11)
    assert found.zones.loc["a", "p90_min"] == found.p90_min == pytest.approx(9.0, abs=0.11)


def test_tables_keep_their_crs_index_and_columns() -> None:
    """Zones in Lambert 93 come back in it under their labels, and the given table is as it was."""
    zones = zones_of(EAST, WEST, population=[300, 700], name=["east", "west"]).to_crs(2154)
    origins = gpd.GeoDataFrame(
        {"chief": ["Ana"]}, index=[7], geometry=gpd.points_from_xy(*zip(*START, strict=True))
    )
    origins = origins.set_crs(4326).to_crs(3857)
    before = zones.copy()
    found = eq.coverage(Router(straight()), origins, zones, minutes=[5])
    assert found.zones.crs == found.catchments.crs == zones.crs
    assert found.zones.index.tolist() == ["a", "b"]
    assert found.zones["name"].tolist() == ["east", "west"]
    assert found.zones["people_5min"].tolist() == pytest.approx([0, 700], abs=16)
    assert found.zones["nearest"].tolist() == [7, 7]
    assert found.catchments.loc[7, "chief"] == "Ana"
    assert found.catchments.loc[7, "people"] == pytest.approx(1000)
    assert_frame_equal(zones, before)


def test_what_is_not_reached_stays_in_the_tables() -> None:
    """A zone off the network has inf minutes, is not reachable, and its people are counted in the share."""
    zones = zones_of(WHOLE, FAR, population=[300, 100])
    found = eq.coverage(Router(straight()), START, zones, minutes=[15])
    far = found.zones.loc["b"]
    assert (far["median_min"], far["reachable"], far["nearest"], far["share_15min"]) == (
        np.inf,
        False,
        None,
        0,
    )
    assert found.summary.loc[15, "share"] == pytest.approx(0.75)
    assert found.p90_min == np.inf


def test_one_way_streets_do_not_lead_back() -> None:
    """From the end of a one-way ring's first street, what lies before it is reached only around the ring."""
    square = [(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + STEP), (LON, LAT + STEP)]
    ring = RoadNetwork.from_arrays(square, [0, 1, 2, 3], [1, 2, 3, 0], edge_duration_s=[60.0] * 4)
    origin = [(LON + STEP * 0.999, LAT)]
    found = eq.coverage(
        Router(ring), origin, zones_of((0.1, -0.5, 1.9, 0.5), population=[10]), minutes=[2, 4]
    )
    assert found.summary["people"].tolist() == pytest.approx([0, 10], abs=1e-9)


def test_without_people_streets_count_and_it_says_so() -> None:
    """Where one zone's people are unknown, kilometres of streets are counted; area where asked for."""
    zones = zones_of(WEST, EAST, population=[300, None])
    found = eq.coverage(Router(straight()), START, zones, minutes=[5])
    road_km = float(straight().edge_length_m[0]) / 1e3
    assert found.basis == "roads"
    assert found.summary.loc[5, "roads_km"] == pytest.approx(road_km / 2, abs=0.05)
    by_area = eq.coverage(Router(straight()), START, zones, minutes=[15], basis="area")
    km2 = zones.to_crs(3035).area.sum() / 1e6
    assert by_area.summary.loc[15, "area_km2"] == pytest.approx(km2, rel=1e-3)


def test_nobody_lives_on_a_motorway() -> None:
    """Of a zone with a motorway and a street, only the street counts."""
    corners = [(LON, LAT), (LON + 0.03, LAT), (LON + 0.06, LAT)]
    classes = ["residential", "motorway", "residential", "motorway"]
    network = chain(corners, edge_class=classes, edge_duration_s=[300.0] * 4)
    found = eq.coverage(Router(network), START, zones_of(WHOLE, population=[100]), minutes=[5])
    assert found.summary.loc[5, "people"] == pytest.approx(100)


def test_catchments_share_out_everybody_who_is_reached() -> None:
    """Each place is its nearest depot's: the sums are those of a loop over all pairs."""
    router = Router(grid(7, 6))
    depots = [(LON, LAT), (LON + 6 * STEP, LAT + 5 * STEP), (LON + 3 * STEP, LAT)]
    zones = zones_of((-1, -1, 6, 11), (6, -1, 13, 11), population=[600, 400])
    found = eq.coverage(router, depots, zones, minutes=[1, 2])
    places, weight = found.demand.lonlat, found.demand.weight
    owed, in_time = np.zeros(3), np.zeros(3)
    for place, people in zip(places, weight, strict=True):
        seconds = [float(router.matrix([depot], [place])[0, 0]) for depot in depots]
        owed[int(np.argmin(seconds))] += people
        in_time[int(np.argmin(seconds))] += people * (min(seconds) <= 60.0)
    assert found.catchments["people"].to_numpy() == pytest.approx(owed)
    assert found.catchments["people_1min"].to_numpy() == pytest.approx(in_time)
    assert owed.sum() == pytest.approx(1000)
    union = shapely.union_all(found.catchments.geometry.to_numpy())
    assert union.symmetric_difference(shapely.union_all(zones.geometry.to_numpy())).area == pytest.approx(0)


def test_what_if_is_a_study_with_those_depots() -> None:
    """Adding, moving and closing at once is the same as starting with those depots."""
    router, zones = Router(grid(7, 6)), zones_of((-1, -1, 6, 11), (6, -1, 13, 11), population=[600, 400])
    depots = [
        Depot(id=DepotId(name), name=name.title(), lon=LON + x * STEP, lat=LAT + y * STEP)
        for name, x, y in (("north", 0, 5), ("south", 3, 0), ("east", 6, 2))
    ]
    base = eq.coverage(router, depots, zones, minutes=[1])
    there, here = (LON + 5 * STEP, LAT), (LON + STEP, LAT + STEP)
    changed = base.what_if(add={"new": there}, move={"south": here}, close=["north"])
    afresh = eq.coverage(router, [here, (depots[2].lon, depots[2].lat), there], zones, minutes=[1])
    assert changed.origins.index.tolist() == ["south", "east", "new"]
    assert_frame_equal(changed.summary, afresh.summary)
    assert base.origins.index.tolist() == ["north", "south", "east"]


def test_a_change_is_told_in_people_and_minutes() -> None:
    """A depot at the other end reaches half the people more, and saves 2.5 minutes on average."""
    zones = zones_of(WEST, EAST, FAR, population=[500, 500, 100])
    base = eq.coverage(Router(straight()), START, zones, minutes=[5])
    change = base.what_if(add={"new": (LON + ROAD_DEG, LAT)}).change_from(base)
    assert change.summary.loc[5, "people_difference"] == pytest.approx(500, abs=11)
    # From 0 to 10 minutes evenly, now 0 to 5 from either end: 2.5 on average instead of 5.
    assert change.mean_difference_min == pytest.approx(-2.5, abs=0.05)
    assert change.zones["median_difference_min"].tolist() == pytest.approx([0, -5, 0], abs=0.2)
    assert change.zones["people_5min_difference"].tolist() == pytest.approx([0, 500, 0], abs=11)


def test_a_study_is_printed_as_a_line() -> None:
    """A notebook that ends a cell with one shows what was found, not its arrays."""
    base = eq.coverage(Router(straight()), START, zones_of(WEST, EAST, population=[500, 500]), minutes=[5])
    assert repr(base) == "<Coverage of people, 1 origin(s): 50.0% in 5 min>"
    change = base.what_if(add={"new": (LON + ROAD_DEG, LAT)}).change_from(base)
    assert repr(change) == "<Change of coverage: +50.0 points in 5 min>"


def test_all_faults_are_told_at_once_with_the_remedy() -> None:
    """A missing CRS on both tables, no points, and impossible minutes, in one message."""
    zones = zones_of(WHOLE, population=[100]).set_crs(None, allow_override=True)
    with pytest.raises(InvalidInputError) as told:
        eq.coverage(Router(straight()), zones, zones, minutes=[5, 5, -1])
    assert told.value.faults == (
        'origins has no CRS; say which, such as origins.set_crs("EPSG:4326") for lon, lat',
        "origins must be points; take their representative_point()",
        "minutes must be finite and more than 0, not -1",
        "minutes must be at least one number, none of them twice, not [5.0, 5.0, -1.0]",
        'zones has no CRS; say which, such as zones.set_crs("EPSG:4326") for lon, lat',
    )


@pytest.mark.parametrize(
    ("columns", "basis", "said"),
    [
        ({"population": [1, None]}, "people", "the people of b are not known"),
        ({}, "people", "no column 'population'"),
        ({"population": [1, -3]}, None, "fewer people than none in b"),
        ({"population": [0, 0]}, None, "nobody lives in the zones"),
        ({"population": [1, 2]}, "cats", "basis must be people or area or roads, not 'cats'"),
    ],
)
def test_people_that_cannot_be_counted_are_refused(columns: dict[str, object], basis: str, said: str) -> None:
    """Unknown, negative or no people, an unknown basis: the message names the zones and the way out."""
    with pytest.raises(InvalidInputError, match=said):
        eq.coverage(Router(straight()), START, zones_of(WEST, EAST, **columns), basis=basis)  # type: ignore[arg-type]


def test_impossible_changes_are_refused() -> None:
    """Unknown labels, one that is taken, one moved and closed, and nothing left, each by name."""
    base = eq.coverage(Router(straight()), START, zones_of(WHOLE, population=[9]))
    with pytest.raises(InvalidInputError) as told:
        base.what_if(add={0: (LON, LAT)}, move={0: (LON, LAT), 5: (LON, LAT)}, close=[0, 6])
    assert told.value.faults == (
        "cannot move 5: there are 0",
        "cannot close 6: there are 0",
        "cannot add 0: it is there already; move it",
        "0 is both moved and closed",
    )
    with pytest.raises(InvalidInputError, match="no origin would be left"):
        base.what_if(close=[0])
    with pytest.raises(OffNetworkError, match="origin sea"):
        base.what_if(add={"sea": (LON + 9.0, LAT)})


def test_changes_of_different_demand_are_refused() -> None:
    """Two studies made apart cannot be subtracted from each other."""
    router, zones = Router(straight()), zones_of(WHOLE, population=[9])
    with pytest.raises(InvalidInputError, match="what_if"):
        eq.coverage(router, START, zones).change_from(eq.coverage(router, START, zones))


@given(
    network=networks(), picks=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=4)
)
@settings(max_examples=40, deadline=None)
def test_more_depots_and_more_minutes_never_reach_fewer(
    network: RoadNetwork, picks: list[tuple[float, float]]
) -> None:
    """Coverage grows with the minutes and with every depot, and never beyond everybody."""
    router = Router(network)
    west, south, east, north = network.bounds
    places: npt.NDArray[np.float64] = np.array(picks) * (east - west, north - south) + (west, south)
    area = gpd.GeoDataFrame({"population": [50]}, geometry=[shapely.box(west, south, east, north)], crs=4326)
    few = eq.coverage(router, places[:-1], area, minutes=[1, 3, 9])
    many = few.what_if(add={"more": tuple(places[-1].tolist())})
    shares = few.summary["share"].to_numpy()
    assert (np.diff(shares) >= 0).all()
    assert shares.max() <= 1 + 1e-9
    assert (many.summary["share"].to_numpy() >= shares).all()
    assert many.change_from(few).mean_difference_min <= 0
