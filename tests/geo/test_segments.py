"""Nearest places and places along polylines against shapely, one geometry at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.geo.polylines import Polylines, line_strings
from equipage.geo.segments import SegmentIndex

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

coordinate = st.integers(-50, 50).map(float)
point = st.tuples(coordinate, coordinate)
lines = st.lists(st.lists(point, min_size=2, max_size=5), min_size=1, max_size=8)
seed = st.integers(0, 2**32 - 1)


def packed(shapes: list[list[tuple[float, float]]]) -> Polylines:
    start = np.concatenate([[0], np.cumsum([len(shape) for shape in shapes])])
    return Polylines(np.concatenate([np.array(shape) for shape in shapes]), start)


def wandering(random: np.random.Generator, count: int) -> Polylines:
    """Return polylines of 2 to 40 points, some of no length, on the corners of a net so that many meet."""
    start = np.concatenate([[0], np.cumsum(random.integers(2, 41, count))])
    steps = random.integers(-1, 2, (start[-1], 2)).astype(float) * 25.0
    steps[start[:-1]] = random.integers(-40, 41, (count, 2)) * 25.0
    for line in random.choice(count, count // 10, replace=False):
        steps[start[line] + 1 : start[line + 1]] = 0.0
    walked = np.cumsum(steps, axis=0)
    before = np.repeat(walked[start[:-1]] - steps[start[:-1]], np.diff(start), axis=0)
    return Polylines(walked - before, start)


def by_brute_force(
    polylines: Polylines, members: Ints, places: Floats, k: int, within_m: float
) -> tuple[Ints, Floats]:
    """Return the k nearest lines of points and how far away they are, as shapely has it."""
    members = np.sort(members)
    shapes = line_strings(polylines.xy, polylines.start, members)
    away = shapely.distance(np.asarray(shapely.points(places))[:, None], shapes[None, :])
    nearest = np.argsort(np.round(away / 1e-3), axis=1, kind="stable")[:, :k]
    distance_m = np.take_along_axis(away, nearest, axis=1)
    beyond = distance_m > within_m
    return np.where(beyond, -1, members[nearest]), np.where(beyond, np.inf, distance_m)


@settings(max_examples=40)
@given(
    seed,
    st.integers(1, 400),
    st.integers(1, 6),
    st.sampled_from([np.inf, 40.0, 300.0]),
    st.sampled_from([1.0, 20.0, 1e3, 1e7]),
)
def test_all_is_as_a_search_of_every_line_has_it(
    number: int, count: int, k: int, within_m: float, spread_m: float
) -> None:
    """Lines, the order of equally near ones and distances are those of shapely on every line.

    Half of the points are on corners, where lines meet; the others are near, and up to 10,000 km away.
    """
    random = np.random.default_rng(number)
    polylines = wandering(random, count)
    members = random.permutation(count)[: max(1, count // 2)]
    places = polylines.xy[random.choice(len(polylines.xy), 60)]
    places[::2] += random.normal(0.0, spread_m, (30, 2))
    k = min(k, len(members))
    found = SegmentIndex(polylines, members).nearest(places, k=k, within_m=within_m)
    line, distance_m = by_brute_force(polylines, members, places, k, within_m)
    np.testing.assert_array_equal(found.line, line)
    np.testing.assert_allclose(found.distance_m, distance_m, rtol=1e-12, atol=1e-9)
    there = line >= 0
    gap_m = np.linalg.norm(found.xy - places[:, None, :], axis=2)
    np.testing.assert_allclose(gap_m[there], distance_m[there], rtol=1e-12, atol=1e-9)
    at = polylines.at(line[there], found.fraction[there])
    np.testing.assert_allclose(at, found.xy[there], atol=1e-5)
    assert np.isnan(found.xy[~there]).all()
    assert np.isnan(found.fraction[~there]).all()


@given(lines, st.lists(point, min_size=1, max_size=5), st.integers(1, 4))
def test_the_k_nearest_are_the_k_nearest(
    shapes: list[list[tuple[float, float]]], asked: list[tuple[float, float]], k: int
) -> None:
    """Distances are those of a brute-force search over all lines, nearest first."""
    found = SegmentIndex(packed(shapes), np.arange(len(shapes))).nearest(np.array(asked), k=k)
    for row, place in enumerate(asked):
        distances = sorted(shapely.Point(place).distance(shapely.LineString(shape)) for shape in shapes)
        expected = (distances + [np.inf] * k)[:k]
        np.testing.assert_allclose(found.distance_m[row], expected, atol=2e-3)
        assert len(set(found.line[row][found.line[row] >= 0])) == min(k, len(shapes))


@given(lines, point)
def test_the_place_found_is_at_the_distance_told(
    shapes: list[list[tuple[float, float]]], place: tuple[float, float]
) -> None:
    """The line and fraction name a place exactly as far away as was said."""
    polylines = packed(shapes)
    found = SegmentIndex(polylines, np.arange(len(shapes))).nearest(np.array([place]))
    at = polylines.at(found.line[:, 0], found.fraction[:, 0])[0]
    assert np.hypot(*(at - place)) == pytest.approx(found.distance_m[0, 0], abs=1e-6)


def test_equally_near_lines_come_in_the_order_of_their_numbers() -> None:
    """Four lines that meet in one point are found in ascending order there."""
    star = packed([[(0, 0), (1, 0)], [(0, 0), (0, 1)], [(-1, 0), (0, 0)], [(0, -1), (0, 0)]])
    found = SegmentIndex(star, np.array([3, 1, 0, 2])).nearest(np.zeros((1, 2)), k=4)
    assert found.line.tolist() == [[0, 1, 2, 3]]
    assert found.fraction.tolist() == [[0.0, 0.0, 1.0, 1.0]]


def test_nothing_beyond_the_limit_is_found() -> None:
    """A line 10 m away is found within 10 m and not within 9."""
    index = SegmentIndex(packed([[(0, 10), (5, 10)], [(0, 30), (5, 30)]]), np.arange(2))
    assert index.nearest(np.zeros((1, 2)), k=2, within_m=10.0).line.tolist() == [[0, -1]]
    nothing = index.nearest(np.zeros((1, 2)), k=2, within_m=9.0)
    assert nothing.line.tolist() == [[-1, -1]]
    assert np.isinf(nothing.distance_m).all()


def test_only_members_are_found() -> None:
    """A nearer line that is no member is passed over."""
    polylines = packed([[(0, 1), (5, 1)], [(0, 3), (5, 3)]])
    assert SegmentIndex(polylines, np.array([1])).nearest(np.zeros((1, 2))).line.tolist() == [[1]]


def test_no_points_are_no_trouble() -> None:
    """Asking for nothing answers nothing."""
    found = SegmentIndex(packed([[(0, 1), (5, 1)]]), np.arange(1)).nearest(np.zeros((0, 2)), k=2)
    assert found.line.shape == (0, 2)


def test_what_is_no_point_has_no_place() -> None:
    """Not a number and infinite have no nearest line, and their distance is not a number."""
    nowhere = np.array([[np.nan, 0.0], [0.0, np.inf]])
    found = SegmentIndex(packed([[(0, 1), (5, 1)]]), np.arange(1)).nearest(nowhere)
    assert found.line.tolist() == [[-1], [-1]]
    assert np.isnan(found.distance_m).all()


def test_more_may_be_asked_for_than_there_are() -> None:
    """The third nearest of two lines is none."""
    found = SegmentIndex(packed([[(0, 1), (5, 1)], [(0, 2), (5, 2)]]), np.arange(2)).nearest(
        np.zeros((1, 2)), k=3
    )
    assert found.line.tolist() == [[0, 1, -1]]
    assert np.isinf(found.distance_m[0, 2])


@given(lines, st.floats(0, 1))
def test_places_along_lines_are_shapelys(shapes: list[list[tuple[float, float]]], fraction: float) -> None:
    """`at` interpolates by length as shapely does."""
    at = packed(shapes).at(np.arange(len(shapes)), np.full(len(shapes), fraction))
    for place, shape in zip(at, shapes, strict=True):
        expected = shapely.LineString(shape).interpolate(fraction, normalized=True)
        np.testing.assert_allclose(place, shapely.get_coordinates(expected)[0], atol=1e-6)


@given(lines, st.floats(0.5, 40))
def test_samples_leave_no_gap(shapes: list[list[tuple[float, float]]], spacing: float) -> None:
    """Samples of a line begin and end with it and are never farther apart than asked."""
    line, fraction = packed(shapes).samples(np.arange(len(shapes)), spacing)
    for number, shape in enumerate(shapes):
        own = fraction[line == number]
        assert own[0] == 0.0
        assert own[-1] == 1.0
        assert (np.diff(own) * shapely.LineString(shape).length <= spacing * (1 + 1e-9)).all()
