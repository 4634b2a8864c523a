"""How many people live in each zone, from files of places with people."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from equipage.data.tables import Source, read_places, read_table
from equipage.dispatch.model import Zone

if TYPE_CHECKING:
    import pandas as pd

_log = logging.getLogger(__name__)
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationFile(Source):
    """A file that tells where people live, and what its columns are called.

    Parameters
    ----------
    file
        Points or cells, as GDAL reads them; or a table (.csv, .tsv, .txt).
    people
        The column with their number, which need not be whole.
    lon, lat
        The columns of a table with the place, in degrees.
    insee
        The column of a table with the code of a commune, where it has no places.
    """

    people: str = "population"
    lon: str = "lon"
    lat: str = "lat"
    insee: str = "insee"


def with_people(zones: Sequence[Zone], source: PopulationFile) -> tuple[Zone, ...]:
    """Return the zones with the people who live in each; who lives in none is not counted.

    Parameters
    ----------
    zones
        The city's; a table by communes counts where their ids are the codes, each in one row.
    source
        The file and its columns. The people of a cell are where its middle is.

    Raises
    ------
    CityFileError
        When it cannot be read, its columns or numbers are faulty, or nobody in it lives in a zone; all
        faults are named.
    """
    if source.file.suffix.casefold() not in _TABLE_SUFFIXES:
        table: pd.DataFrame = read_places(source.file)
        source.refuse(source.missing(table.columns, "people"), table.columns)
        middles = table.geometry.representative_point()
        places = np.column_stack([middles.x, middles.y])
        counts = _counted(zones, places, _numbers(table, source, source.people))
    else:
        counts = _counted_in_table(zones, source)
    if not any(counts):
        source.refuse([f"nobody in it lives in any of the {len(zones)} zones of the city"])
    return tuple(replace(zone, population=round(count)) for zone, count in zip(zones, counts, strict=True))


def _counted_in_table(zones: Sequence[Zone], source: PopulationFile) -> list[float]:
    table = read_table(source.file, texts=[source.insee])
    faults = [*source.missing(table.columns, "people")]
    has_places = source.lon in table and source.lat in table
    if not has_places and source.insee not in table:
        faults.append(f"neither columns {source.lon!r} and {source.lat!r} nor {source.insee!r} tell where")
    source.refuse(faults, table.columns)
    people = _numbers(table, source, source.people, *((source.lon, source.lat) if has_places else ()))
    if has_places:
        return _counted(zones, people[:, 1:], people[:, :1])
    return _counted_by_code(zones, table[source.insee], people[:, 0], source)


def _counted_by_code(
    zones: Sequence[Zone], codes: pd.Series[str], people: Floats, source: PopulationFile
) -> list[float]:
    """Return the people of the rows with the zones' codes, each of which may be in one row only.

    INSEE's files by district or age have several rows a commune, of which the sum is meant; those of the
    reference populations have them too, one for each measure and year, of which the sum would be nonsense.
    """
    rows = codes.value_counts()
    repeated = sorted(zone.id for zone in zones if rows.get(zone.id, 0) > 1)
    source.refuse(
        f"{source.insee!r} is {code!r} in {rows[code]} rows: keep one for each commune, with all its people"
        for code in repeated
    )
    of_commune = dict(zip(codes, people.tolist(), strict=True))
    return [of_commune.get(zone.id, 0.0) for zone in zones]


def _counted(zones: Sequence[Zone], places: Floats, people: Floats) -> list[float]:
    """Return the people of the places that each zone covers; a place on a border counts once."""
    left, counts = people[:, 0].copy(), []
    points = shapely.points(places)
    for zone in zones:
        inside = shapely.covers(zone.geometry, points)
        counts.append(float(left[inside].sum()))
        left[inside] = 0.0
    if left.any():
        _log.warning("%.0f of %.0f people live in no zone and are not counted", left.sum(), people.sum())
    return counts


def _numbers(table: pd.DataFrame, source: PopulationFile, *columns: str) -> Floats:
    """Return columns of numbers, (n, k); people are never fewer than none.

    Raises
    ------
    CityFileError
        Naming every column with rows that are no numbers, and the first of those.
    """
    import pandas as pd  # noqa: PLC0415 - only who gives such a file needs it

    numbers = np.column_stack([pd.to_numeric(table[column], errors="coerce") for column in columns])
    wrong = ~np.isfinite(numbers) | (numbers < 0) & (np.arange(len(columns)) == 0)
    source.refuse(
        f"{column!r} cannot be {str(table[column].iloc[rows[0]])!r} in row {rows[0] + 1}"
        f"{f' and {len(rows) - 1} more' if len(rows) > 1 else ''}"
        for column, rows in ((c, np.flatnonzero(wrong[:, i])) for i, c in enumerate(columns))
        if len(rows)
    )
    return np.asarray(numbers, dtype=np.float64)
