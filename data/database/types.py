"""Column types that read and write the same values on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import shapely
from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    String,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine
from typing_extensions import override

WGS84 = 4326

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON, binary on PostgreSQL; None is NULL, not the JSON value null."""

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database counts up: SQLite does so only for its own INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, to the microsecond.

    SQLite has no such type: there it is text without a zone, which sorts as the times do.
    """

    impl = DateTime
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        return DateTime(timezone=dialect is None or dialect.name != "sqlite")

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            # Nobody could say which moment it is.
            raise ValueError(f"{value.isoformat()} has no time zone; give an aware datetime, such as in UTC")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any | None], datetime | None]:
        # Not `process_result_value`: a look at the situation reads ten thousand times, and SQLAlchemy would
        # take three calls for each.
        return _of_text if dialect.name == "sqlite" else _in_utc


def _of_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


def _in_utc(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(UTC)


class Shape(TypeDecorator[shapely.Geometry]):
    """A shapely geometry, lon, lat in degrees: PostGIS's own on PostgreSQL, WKB on SQLite.

    Parameters
    ----------
    geometry_type : str
        What PostGIS lets in, such as `POINT`.
    """

    impl = Geometry
    cache_ok = True

    def __init__(self, geometry_type: str) -> None:
        super().__init__(geometry_type=geometry_type, srid=WGS84, spatial_index=False)
        self.geometry_type = geometry_type

    @override
    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        # GeoAlchemy2 asks with None while it makes a table.
        if dialect is None or dialect.name == "sqlite":
            return LargeBinary()
        return Geometry(self.geometry_type, srid=WGS84, spatial_index=False)

    @override
    def process_bind_param(self, value: shapely.Geometry | None, dialect: Dialect) -> bytes | str | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return shapely.to_wkb(value)
        # In hex, which unlike text keeps every bit of a coordinate.
        return shapely.to_wkb(shapely.set_srid(value, WGS84), hex=True, include_srid=True)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> shapely.Geometry | None:
        if value is None:
            return None
        return _shape_of(bytes(value.data) if isinstance(value, WKBElement) else value)


@lru_cache(maxsize=4096)
def _shape_of(wkb: bytes) -> shapely.Geometry:
    """Return a shape, which nobody can change: a city's zones are asked for again and again."""
    # PostGIS sends the SRID along; without it both dialects give equal geometries.
    return shapely.set_srid(shapely.from_wkb(wkb), 0)


class State(TypeDecorator[StrEnum]):
    """One of the states of a `StrEnum`, stored by its value.

    Parameters
    ----------
    states : type of StrEnum
        The states; the column is as long as the longest.
    """

    impl = String
    cache_ok = True

    def __init__(self, states: type[StrEnum]) -> None:
        super().__init__(max(len(state) for state in states))
        self.states = states

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.states(value)


class StringSet(TypeDecorator[frozenset[str]]):
    """A set of strings, stored as a sorted JSON list."""

    impl = JSON
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        return JSONB() if dialect is not None and dialect.name == "postgresql" else JSON()

    @override
    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else sorted(value)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> frozenset[str] | None:
        return None if value is None else frozenset(value)


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """Return the constraint that a column holds one of the states.

    Parameters
    ----------
    column : str
        Name of the column.
    states : type of StrEnum
        The states.

    Returns
    -------
    CheckConstraint
        Named after the column.
    """
    allowed = ", ".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)
