"""Tables of places as analysts give them: what may be an origin, and what is wrong with a table."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import Depot

Origins: TypeAlias = "gpd.GeoDataFrame | Sequence[Depot] | npt.ArrayLike"
LonLat = tuple[float, float]


def origin_table(origins: Origins) -> gpd.GeoDataFrame:
    """Return origins as a table of points.

    Parameters
    ----------
    origins : GeoDataFrame, sequence of Depot, or (n, 2) lon, lat in degrees
        A table is returned as it is.

    Returns
    -------
    GeoDataFrame
        Depots by their ids, with `name`; other points by their numbers. In EPSG:4326 if it is new.

    Raises
    ------
    InvalidInputError
        If it is none of these.
    """
    if isinstance(origins, gpd.GeoDataFrame):
        return origins
    if isinstance(origins, Sequence) and any(isinstance(each, Depot) for each in origins):
        depots = cast("Sequence[Depot]", origins)
        table = points_table({depot.id: (depot.lon, depot.lat) for depot in depots})
        return table.assign(name=[depot.name for depot in depots])
    lonlat = np.asarray(origins, dtype=np.float64)
    if lonlat.ndim != 2 or lonlat.shape[1] != 2:  # noqa: PLR2004
        raise InvalidInputError([f"origins must be (n, 2) lon, lat in degrees, not {lonlat.shape}"])
    return points_table(dict(enumerate((lon, lat) for lon, lat in lonlat.tolist())))


def points_table(places: Mapping[Hashable, LonLat]) -> gpd.GeoDataFrame:
    """Return places in EPSG:4326, indexed by what they are called."""
    lonlat = np.array(list(places.values()), dtype=np.float64).reshape(-1, 2)
    return gpd.GeoDataFrame(index=list(places), geometry=shapely.points(lonlat), crs="EPSG:4326")


def faults_of_origins(table: object) -> Iterator[str]:
    """Tell what keeps a table from being one of origins.

    Parameters
    ----------
    table : object
        What was given.

    Yields
    ------
    str
        A fault with its remedy.
    """
    yield from faults_of_table(table, "origins")
    if isinstance(table, gpd.GeoDataFrame) and not (table.geometry.dropna().geom_type == "Point").all():
        yield "origins must be points; take their representative_point()"


def faults_of_table(table: object, name: str, *, unique: bool = True) -> Iterator[str]:
    """Tell what keeps something from being a table of places: its kind, its CRS, its rows.

    Parameters
    ----------
    table : object
        What was given.
    name : str
        What to call it.
    unique : bool
        Whether its labels must be.

    Yields
    ------
    str
        A fault with its remedy.
    """
    if not isinstance(table, gpd.GeoDataFrame):
        yield f"{name} must be a GeoDataFrame, not {type(table).__name__}"
        return
    if table.crs is None:
        yield f'{name} has no CRS; say which, such as {name}.set_crs("EPSG:4326") for lon, lat'
    if len(table) == 0:
        yield f"{name} is empty"
    if unique and not table.index.is_unique:
        yield f"the index of {name} names some rows twice; see {name}.index.duplicated()"
    missing = table.index[table.geometry.isna() | table.geometry.is_empty].tolist()
    if missing:
        yield f"{name} has no geometry for {some(missing)}"


def some(labels: Sequence[object], most: int = 5) -> str:
    """Return the first of many labels as words, and how many more there are."""
    more = f" and {len(labels) - most} more" if len(labels) > most else ""
    return ", ".join(str(label) for label in labels[:most]) + more
