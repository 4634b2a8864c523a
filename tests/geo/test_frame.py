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


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(0, 1e5), st.floats(0, 360))
def test_it_is_the_azimuthal_equidistant_projection(
    lon: float, lat: float, away_m: float, bearing: float
) -> None:
    """Within 100 km of any place, poles included, points are where PROJ puts them to a quarter of a mm."""
    there = GEOD.fwd(lon, lat, bearing, away_m)[:2]
    plane = pyproj.Proj(proj="aeqd", lat_0=lat, lon_0=lon, datum="WGS84")
    metres = MetricFrame(lon, lat).to_metres(there)
    np.testing.assert_allclose(metres, plane(*there), atol=2.5e-4)
    assert np.hypot(*metres) == pytest.approx(away_m, rel=3e-9, abs=1e-7)


@pytest.mark.parametrize("lat", [0.0, 41.0, -60.0, 85.0])
def test_within_300_km_it_is_right_to_2_cm(lat: float) -> None:
    """All around, 300 km away, PROJ's projection is at most 2 cm off."""
    bearing = np.arange(0.0, 360.0, 5.0)
    there = np.stack(GEOD.fwd(np.full(72, 10.0), np.full(72, lat), bearing, np.full(72, 3e5))[:2], axis=-1)
    plane = pyproj.Proj(proj="aeqd", lat_0=lat, lon_0=10.0, datum="WGS84")
    exact = np.stack(plane(there[:, 0], there[:, 1]), axis=-1)
    assert np.hypot(*(MetricFrame(10.0, lat).to_metres(there) - exact).T).max() < 0.02


@pytest.mark.parametrize("nowhere", [(181.0, 0.0), (0.0, -90.1), (np.nan, 0.0), (0.0, np.inf)])
def test_what_is_no_place_is_nowhere(nowhere: tuple[float, float]) -> None:
    """Points that are no lon, lat have no metres."""
    assert np.isnan(MetricFrame(5.0, 47.0).to_metres(nowhere)).all()


def test_it_reaches_across_the_antimeridian() -> None:
    """Two places 0.2 degrees apart on both sides of it are near each other, there and back."""
    frame = MetricFrame(179.9, -17.0)
    metres = frame.to_metres([-179.9, -17.0])
    assert np.hypot(*metres) == pytest.approx(GEOD.inv(179.9, -17.0, -179.9, -17.0)[2], rel=1e-8)
    np.testing.assert_allclose(frame.to_lonlat(metres), [-179.9, -17.0], atol=1e-9)


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
