"""Tables of places as others make them: files of any projection, columns of any name, every fault named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from equipage.data.errors import CityFileError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, and what those of its columns are called that are read."""

    file: Path

    @classmethod
    def of(cls, given: str | PathLike[str] | Mapping[str, Any] | Self, folder: Path = Path()) -> Self:
        """Return the source that a path describes, or a mapping with `file` and names of columns.

        Parameters
        ----------
        given
            As settings, `city.json` or a caller write it.
        folder
            What a relative path is relative to.

        Raises
        ------
        ValueError
            When it says anything else; all of that is named.
        """
        if isinstance(given, cls):
            return given
        told: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {"file": given}
        allowed = [field.name for field in fields(cls)]
        faults = [f"{name!r} is unknown" for name in told if name not in allowed]
        faults += [f"{name} must be a text" for name, v in told.items() if not isinstance(v, str | PathLike)]
        faults += [] if told.get("file") else ["'file' is missing"]
        if faults:
            raise ValueError(f"{'; '.join(faults)}; there are {', '.join(allowed)}")
        return cls(**{**told, "file": folder / told["file"]})

    def missing(self, columns: Iterable[str], needed: str) -> Iterator[str]:
        """Yield that the needed column is missing, or one that was named for the purpose."""
        columns = list(columns)
        for field in fields(self):
            column = getattr(self, field.name)
            if (
                field.name != "file"
                and column not in columns
                and (field.name == needed or column != field.default)
            ):
                yield f"there is no column {column!r} ({field.name})"

    def refuse(self, faults: Iterable[str], columns: Iterable[str] = ()) -> None:
        """Raise an error that names all faults of the file, if there are any.

        Parameters
        ----------
        faults
            What is wrong, in sentences.
        columns
            The columns that it has, where they are the fault.

        Raises
        ------
        CityFileError
            When there are faults.
        """
        faults, columns = list(faults), list(columns)
        if not faults:
            return
        if columns:
            names = ", ".join(field.name for field in fields(self) if field.name != "file")
            faults.append(
                f"it has {', '.join(columns)}; name those that are meant ({names}) beside `file`, "
                "in a table of equipage.toml or city.json"
            )
        raise CityFileError(f"{self.file} is faulty: {'; '.join(faults)}.")


def read_places(path: Path) -> gpd.GeoDataFrame:
    """Return the places of a file that GDAL reads (GeoJSON, GeoPackage, Shapefile, …), lon, lat in degrees.

    Raises
    ------
    CityFileError
        When it cannot be read, has no places, or does not say its projection.
    """
    # Here and below: a second of imports that cities without such files do without.
    import geopandas as gpd  # noqa: PLC0415
    from pyogrio.errors import DataSourceError  # noqa: PLC0415

    try:
        table = gpd.read_file(path)
    except (OSError, DataSourceError) as error:
        raise CityFileError(f"{path} cannot be read: {error}.") from error
    if not isinstance(table, gpd.GeoDataFrame) or table.empty:
        raise CityFileError(f"{path} holds no places.")
    if table.crs is None:
        raise CityFileError(f"{path} does not say its projection. Store it again as GeoJSON or GeoPackage.")
    return table.to_crs(WGS84)


def read_table(path: Path, texts: Iterable[str]) -> pd.DataFrame:
    """Return a table whose columns are separated by commas, semicolons or tabs.

    Parameters
    ----------
    path
        The file, in UTF-8.
    texts
        Columns that are no numbers, whatever they look like.

    Raises
    ------
    CityFileError
        When it cannot be read.
    """
    import pandas as pd  # noqa: PLC0415

    try:
        return pd.read_csv(
            path, sep=None, engine="python", encoding="utf-8-sig", dtype=dict.fromkeys(texts, str)
        )
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise CityFileError(f"{path} cannot be read: {error}.") from error
