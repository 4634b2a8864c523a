"""Distances and bearings on the globe."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from equipage.geo.earth import (
    EARTH_RADIUS_M,
    bearing_deg,
    distance_m,
    polyline_length_m,
    polyline_lengths_m,
)

SPHERE = Geod(a=EARTH_RADIUS_M, b=EARTH_RADIUS_M)
PLACES = st.tuples(st.floats(-179.9, 179.9), st.floats(-85.0, 85.0))


@given(PLACES, PLACES)
def test_distance_is_that_of_pyproj_on_a_sphere(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    """PROJ's geodesic on a sphere of the same radius is an independent oracle."""
    _, _, expected = SPHERE.inv(*here, *there)
    assert distance_m(here, there) == pytest.approx(expected, abs=0.01)


@given(PLACES, st.floats(0.0, 359.9), st.floats(1.0, 50_000.0))
def test_bearing_is_the_direction_one_set_out_in(
    here: tuple[float, float], bearing: float, metres: float
) -> None:
    """From a place reached by PROJ at a bearing, that bearing comes back."""
    lon, lat, _ = SPHERE.fwd(*here, bearing, metres)
    turned = (bearing_deg(here, (lon, lat)) - bearing + 180.0) % 360.0 - 180.0
    assert turned == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("towards", "expected"),
    [((0, 1), 0.0), ((1, 0), 90.0), ((0, -1), 180.0), ((-1, 0), 270.0), ((0, 0), 0.0)],
)
def test_bearings_run_clockwise_from_north(towards: tuple[float, float], expected: float) -> None:
    """North is 0, east 90; nowhere is 0 as well."""
    assert bearing_deg((0.0, 0.0), towards) == pytest.approx(expected)


def test_a_degree_of_latitude_is_111_195_metres() -> None:
    """The circumference, 2 pi 6,371,008.8 m, divided by 360."""
    assert distance_m((5.0, 47.0), (5.0, 48.0)) == pytest.approx(2 * np.pi * 6_371_008.8 / 360.0)


def test_points_a_centimetre_apart_are_a_centimetre_apart() -> None:
    """The haversine formula does not lose small distances to rounding: 1e-7 degrees are 11.1 mm."""
    assert distance_m((5.04, 47.32), (5.04, 47.3200001)) == pytest.approx(0.0111195, rel=1e-4)


@given(st.lists(st.lists(PLACES, min_size=1, max_size=5), max_size=6))
def test_packed_polylines_have_the_lengths_they_have_alone(lines: list[list[tuple[float, float]]]) -> None:
    """The jump from one polyline to the next counts for neither, nor do empty ones disturb."""
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    points = np.array([point for line in lines for point in line], dtype=np.float64).reshape(-1, 2)
    alone = [polyline_length_m(line) for line in lines]
    assert polyline_lengths_m(points, start) == pytest.approx(alone, abs=1e-6)


@pytest.mark.parametrize("points", [[], [(5.0, 47.0)], [(5.0, 47.0), (5.0, 47.0)]])
def test_a_polyline_that_goes_nowhere_has_no_length(points: list[tuple[float, float]]) -> None:
    """Nothing, one point and the same point twice are 0 m."""
    assert polyline_length_m(points) == 0.0
