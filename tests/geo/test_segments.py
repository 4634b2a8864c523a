"""Nearest places and places along polylines against shapely, one geometry at a time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from equipage.geo.polylines import Polylines
from equipage.geo.segments import SegmentIndex

coordinate = st.integers(-50, 50).map(float)
point = st.tuples(coordinate, coordinate)
lines = st.lists(st.lists(point, min_size=2, max_size=5), min_size=1, max_size=8)


def packed(shapes: list[list[tuple[float, float]]]) -> Polylines:
    start = np.concatenate([[0], np.cumsum([len(shape) for shape in shapes])])
    return Polylines(np.concatenate([np.array(shape) for shape in shapes]), start)


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
