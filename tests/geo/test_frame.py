"""The metric frame against geodesics on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from equipage.geo.frame import MetricFrame

GEOD = pyproj.Geod(ellps="WGS84")
near = st.tuples(st.floats(4.4, 5.6), st.floats(46.9, 47.7))


@given(st.tuples(st.floats(-179, 179), st.floats(-85, 85)), near)
def test_there_and_back_again(place: tuple[float, float], point: tuple[float, float]) -> None:
    """Metres turn back into the very lon, lat they came from."""
    frame = MetricFrame(place[0], place[1])
    moved = np.array(place) + (np.array(point) - [5.0, 47.3])
    np.testing.assert_allclose(frame.to_lonlat(frame.to_metres(moved)), moved, atol=1e-9)


@given(near, near)
def test_distances_are_right_within_the_stated_distortion(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    """Up to 65 km away, distances in the plane differ from geodesics by less than (65 / 6371)² / 6."""
    metres = MetricFrame(5.0, 47.3).to_metres([a, b])
    geodesic = GEOD.inv(*a, *b)[2]
    assert np.hypot(*(metres[1] - metres[0])) == pytest.approx(geodesic, rel=(65 / 6371) ** 2 / 6, abs=1e-4)


def test_the_middle_of_the_points_is_at_zero() -> None:
    """A frame around points lies in the middle of their bounding box."""
    frame = MetricFrame.around([(4.0, 47.0), (5.0, 48.0), (4.1, 47.2)])
    np.testing.assert_allclose(frame.to_metres([4.5, 47.5]), [0.0, 0.0], atol=1e-9)


def test_x_is_east_and_y_is_north() -> None:
    """Axes point east and north."""
    east, north = MetricFrame(5.0, 47.0).to_metres([(5.01, 47.0), (5.0, 47.01)])
    assert east[0] > 700
    assert abs(east[1]) < 1
    assert north[1] > 1000
    assert abs(north[0]) < 1


def test_another_continent_is_far_and_finite() -> None:
    """A point far outside the city gets a large finite distance."""
    metres = MetricFrame(5.0, 47.0).to_metres([170.0, -40.0])
    assert np.isfinite(metres).all()
    assert np.hypot(*metres) > 15e6


def test_shapes_go_there_and_back() -> None:
    """A polygon projected and brought back is where it was, and in metres it has its true area."""
    frame = MetricFrame(5.0, 47.0)
    square = shapely.box(4.99, 46.99, 5.01, 47.01)
    area, _ = GEOD.geometry_area_perimeter(square)
    assert frame.shape_to_metres(square).area == pytest.approx(abs(area), rel=1e-4)
    back = frame.shape_to_lonlat(frame.shape_to_metres(square))
    np.testing.assert_allclose(shapely.get_coordinates(back), shapely.get_coordinates(square), atol=1e-9)
