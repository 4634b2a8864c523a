"""What is wrong with what somebody calls a condition, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from numbers import Integral
from types import UnionType

import numpy as np
import shapely

_MANY: dict[str, tuple[type | UnionType, str]] = {
    "way_ids": (Integral, "whole numbers"),
    "edges": (Integral, "whole numbers"),
    "road_classes": (str, "texts"),
}
_ONE: dict[str, tuple[type | UnionType, str]] = {
    "valid_from": (datetime | None, "a datetime with a time zone"),
    "valid_until": (datetime | None, "a datetime with a time zone"),
    "hours": (str, "text"),
}


def faults_of_kind(condition: object) -> Iterator[str]:
    """Yield what is no number, text or time where a `RoadCondition` needs one."""
    for name, (kind, words) in _MANY.items():
        given = getattr(condition, name)
        if not isinstance(given, tuple | list) or not all(isinstance(value, kind) for value in given):
            yield f"{name} must be a tuple of {words}, not {given!r}"
    for name, (kind, words) in _ONE.items():
        if not isinstance(getattr(condition, name), kind):
            yield f"{name} must be {words}, not {getattr(condition, name)!r}"


def faults_of_area(area: object) -> Iterator[str]:
    """Yield what is wrong with an area, lon, lat in degrees."""
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        yield f"area must be a shapely Polygon or MultiPolygon, not a {type(area).__name__}"
    elif area.is_empty:
        yield "area is empty"
    elif not area.is_valid:
        yield f"area is not valid ({shapely.is_valid_reason(area)})"
    elif not (np.abs(shapely.get_coordinates(area)) <= [180.0, 90.0]).all():
        yield "area must be in lon, lat: within ±180 and ±90 degrees"
