"""Zones from files as others make them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shapely import MultiPolygon, Polygon, is_valid_reason

from equipage.data.tables import Source, read_places
from equipage.dispatch.model import Zone, ZoneId


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesFile(Source):
    """A file of zones that GDAL reads, and what its columns are called.

    Parameters
    ----------
    file
        Where it is.
    name
        The column of names.
    insee, commune
        The columns that tell a zone's commune, one at least: by its code, or its name.
    id, population
        Columns that need not be there; without the first, ids are the codes, or else numbers.
    """

    name: str = "name"
    insee: str = "insee"
    commune: str = "commune"
    id: str = "id"
    population: str = "population"


def read_zones(source: ZonesFile, communes: Mapping[str, str]) -> tuple[Zone, ...]:
    """Return the zones of a file.

    Parameters
    ----------
    source
        The file and its columns.
    communes
        What the city calls its communes, by code; it counts more than what the file calls them.

    Raises
    ------
    CityFileError
        When it cannot be read or zones are faulty; all faults are named.
    """
    table = read_places(source.file)
    faults = [*source.missing(table.columns, "name")]
    if source.insee not in table and source.commune not in table:
        faults.append(f"neither a column {source.insee!r} nor {source.commune!r} tells the communes")
    source.refuse(faults, table.columns)
    rows = table.drop(columns=table.geometry.name).to_dict("records")
    shapes = list(table.geometry)
    for number, (row, shape) in enumerate(zip(rows, shapes, strict=True), 1):
        faults += [f"zone {number}: {fault}" for fault in _faults(row, shape, source)]
    ids = _ids(rows, source)
    faults += [f"there are several zones {each!r}" for each, count in Counter(ids).items() if count > 1]
    source.refuse(faults)
    return tuple(
        _zone(each, row, shape, source, communes) for each, row, shape in zip(ids, rows, shapes, strict=True)
    )


def _faults(row: Mapping[str, Any], shape: object, source: ZonesFile) -> Iterator[str]:
    if not _text(row, source.name):
        yield f"{source.name!r} is empty"
    if not _text(row, source.insee) and not _text(row, source.commune):
        yield "its commune is not told"
    people = row.get(source.population)
    if not _is_empty(people) and not (isinstance(people, int | float) and people >= 0):
        yield f"{source.population!r} must be a number of people, not {people!r}"
    if not isinstance(shape, Polygon | MultiPolygon):
        kind = getattr(shape, "geom_type", "missing")
        yield f"the geometry is a {kind}, but must be a Polygon or MultiPolygon"
    elif not shape.is_valid:
        yield f"the geometry is not valid: {is_valid_reason(shape)}"


def _ids(rows: list[dict[str, Any]], source: ZonesFile) -> list[str]:
    """Return the zones' own ids; without those their codes where no two are the same, else their numbers."""
    ids = [_text(row, source.id) for row in rows]
    codes = [_text(row, source.insee) for row in rows]
    if all(ids):
        return ids
    return codes if all(codes) and len({*codes}) == len(codes) else [str(n) for n in range(1, len(rows) + 1)]


def _zone(
    zone_id: str,
    row: Mapping[str, Any],
    shape: Polygon | MultiPolygon,
    source: ZonesFile,
    communes: Mapping[str, str],
) -> Zone:
    name, people = _text(row, source.name), row.get(source.population)
    return Zone(
        id=ZoneId(zone_id),
        name=name,
        commune=communes.get(_text(row, source.insee), _text(row, source.commune) or name),
        geometry=shape,
        population=None if _is_empty(people) else round(float(people or 0)),
    )


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if _is_empty(value) else str(value).strip()


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
