"""Regions against the nearest place found one point at a time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from equipage.geo.regions import nested_regions

LEVELS = np.array([2.0, 5.0])


def test_land_belongs_to_its_nearest_place() -> None:
    """Of 2,000 points, all but those within a cell of a border lie in the region of their nearest place."""
    rng = np.random.default_rng(2)
    places = rng.uniform(0, 1000, (60, 2))
    value = rng.uniform(0, 9, 60)
    regions = nested_regions(places, value, LEVELS, cell_m=5.0, reach_m=120.0)
    points = rng.uniform(-200, 1200, (2000, 2))
    distance_m = np.hypot(*(points[:, None] - places).transpose(2, 0, 1))
    nearest = distance_m.argmin(axis=1)
    # Pockets between the places belong to them too, so that only what is close or outside is sure.
    sure = (distance_m.min(axis=1) <= 120.0) | (np.abs(points - 500.0) > 620.0).any(axis=1)
    for level, region in zip(LEVELS, regions, strict=True):
        expected = (value[nearest] <= level) & (distance_m.min(axis=1) <= 120.0)
        wrong = shapely.contains_xy(region, points) != expected
        off_border = shapely.distance(region.boundary, shapely.points(points)) > 10.0
        assert not (wrong & off_border & sure).any()


def test_regions_are_nested_valid_and_not_empty() -> None:
    """Each level's region covers the one below exactly."""
    rng = np.random.default_rng(4)
    places, value = rng.uniform(0, 500, (200, 2)), np.append(rng.uniform(0, 9, 199), 0.0)
    lower, higher = nested_regions(places, value, LEVELS, cell_m=5.0, reach_m=50.0)
    assert lower.is_valid
    assert higher.is_valid
    assert not lower.is_empty
    assert higher.covers(lower)


@pytest.mark.parametrize(("side_m", "filled"), [(400.0, True), (800.0, False)])
def test_pockets_are_filled_and_large_land_is_not(side_m: float, filled: bool) -> None:  # noqa: FBT001
    """Inside a square of reached places 400 m wide the middle is taken in; inside one of 800 m it is not."""
    along = np.arange(0.0, side_m, 5.0)
    nought, full = np.zeros(len(along)), np.full(len(along), side_m)
    square = np.vstack(
        [np.column_stack(pair) for pair in ((along, nought), (along, full), (nought, along), (full, along))]
    )
    (region,) = nested_regions(square, np.ones(len(square)), LEVELS[:1], cell_m=5.0, reach_m=60.0)
    assert shapely.contains_xy(region, side_m / 2, side_m / 2) == filled


def test_a_street_that_is_not_reached_is_cut_out() -> None:
    """An unreached place amid reached ones keeps its surroundings."""
    x, y = np.meshgrid(np.arange(0.0, 401.0, 20.0), np.arange(0.0, 401.0, 20.0))
    places = np.column_stack([x.ravel(), y.ravel()])
    value = np.where((places == 200.0).all(axis=1), np.inf, 1.0)
    (region,) = nested_regions(places, value, LEVELS[:1], cell_m=4.0, reach_m=50.0)
    assert not shapely.contains_xy(region, 200.0, 200.0)
    assert shapely.contains_xy(region, 220.0, 200.0)


def test_a_lone_place_has_a_disc() -> None:
    """The land around one place ends where its reach does, on all sides."""
    (disc,) = nested_regions(np.zeros((1, 2)), np.ones(1), LEVELS[:1], cell_m=4.0, reach_m=100.0)
    assert disc.area == pytest.approx(np.pi * 100.0**2, rel=0.05)
    assert disc.hausdorff_distance(shapely.Point(0, 0).buffer(100.0)) < 8.0
