"""The area that lines enclose."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from equipage.geo.rings import OpenRingsError, area_within


def ring(west: float, south: float, size: float) -> LineString:
    return LineString(shapely.box(west, south, west + size, south + size).exterior)


def test_an_island_in_a_hole_belongs_to_the_area() -> None:
    """16 - 4 + 1: the inner ring is a hole, and the outer ring in it is inside again."""
    area = area_within([ring(0, 0, 4), ring(1.5, 1.5, 1)], [ring(1, 1, 2)])
    assert area.area == pytest.approx(16 - 4 + 1)


def test_holes_may_touch() -> None:
    """Two holes with a common side are one hole."""
    area = area_within([ring(0, 0, 4)], [ring(1, 1, 1), ring(2, 1, 1)])
    assert area.area == pytest.approx(16 - 2)
    assert len(shapely.get_parts(area)) == 1


def test_outer_rings_may_meet_in_a_point() -> None:
    """Two squares that touch at a corner are two parts."""
    assert len(shapely.get_parts(area_within([ring(0, 0, 1), ring(1, 1, 1)], []))) == 2


def test_a_hole_alone_encloses_nothing() -> None:
    """Without an outer line there is no area."""
    with pytest.raises(OpenRingsError, match="outer boundary is missing"):
        area_within([], [ring(0, 0, 1)])


@given(st.permutations(range(8)), st.lists(st.booleans(), min_size=8, max_size=8))
@settings(deadline=None)
def test_pieces_come_in_any_order_and_direction(order: list[int], backwards: list[bool]) -> None:
    """Eight pieces of a ring, shuffled and turned, enclose what the ring does."""
    corners = [(0, 0), (2, 0), (4, 0), (4, 2), (4, 4), (2, 4), (0, 4), (0, 2), (0, 0)]
    pieces = [LineString(corners[i : i + 2]) for i in order]
    turned = [piece.reverse() if back else piece for piece, back in zip(pieces, backwards, strict=True)]
    assert area_within(turned, []).equals(shapely.box(0, 0, 4, 4))


@given(st.integers(0, 7))
@settings(deadline=None)
def test_a_missing_piece_is_told(missing: int) -> None:
    """Seven pieces of eight enclose nothing."""
    corners = [(0, 0), (2, 0), (4, 0), (4, 2), (4, 4), (2, 4), (0, 4), (0, 2), (0, 0)]
    pieces = [LineString(corners[i : i + 2]) for i in range(8) if i != missing]
    with pytest.raises(OpenRingsError, match="not closed"):
        area_within(pieces, [])
