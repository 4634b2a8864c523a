"""The metric frame of one city: lon, lat in degrees to metres and back. Nothing else projects coordinates."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]
Shape = TypeVar("Shape", bound=BaseGeometry)


class MetricFrame:
    """A plane in metres around one place, x to the east and y to the north of it.

    Parameters
    ----------
    lon, lat : float
        The place at (0, 0), in degrees.

    Notes
    -----
    The projection is the azimuthal equidistant one on WGS 84. Distances from the place are exact; any other
    distance at r kilometres from it is too long by at most (r / 6371)² / 6: 10 millionths at 50 km, 41 at 100
    km. It is defined for the whole globe, so a point on another continent gets a large distance, never an
    infinite one.
    """

    __slots__ = ("_projection", "lat", "lon")

    def __init__(self, lon: float, lat: float) -> None:
        self.lon = float(lon)
        self.lat = float(lat)
        plane = f"+proj=aeqd +lat_0={self.lat!r} +lon_0={self.lon!r} +datum=WGS84 +units=m +no_defs"
        self._projection = pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)

    def __repr__(self) -> str:
        return f"MetricFrame(lon={self.lon!r}, lat={self.lat!r})"

    @classmethod
    def around(cls, lonlat: npt.ArrayLike) -> MetricFrame:
        """Return the frame in the middle of the bounding box of points.

        Parameters
        ----------
        lonlat : (n, 2)
            At least one point lon, lat in degrees; the points do not cross the antimeridian.

        Returns
        -------
        MetricFrame
            Its (0, 0) is the middle of the box.
        """
        points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        lon, lat = (points.min(axis=0) + points.max(axis=0)) / 2.0
        return cls(lon, lat)

    def to_metres(self, lonlat: npt.ArrayLike) -> Floats:
        """Return points as x, y in metres.

        Parameters
        ----------
        lonlat : (..., 2)
            Points lon, lat in degrees.

        Returns
        -------
        (..., 2) float64
            Metres east and north of the frame's place.
        """
        points = np.asarray(lonlat, dtype=np.float64)
        return np.stack(self._projection.transform(points[..., 0], points[..., 1]), axis=-1)

    def to_lonlat(self, xy: npt.ArrayLike) -> Floats:
        """Return points as lon, lat in degrees.

        Parameters
        ----------
        xy : (..., 2)
            Metres east and north of the frame's place.

        Returns
        -------
        (..., 2) float64
            Points lon, lat in degrees; the inverse of `to_metres` to a few nanometres.
        """
        points = np.asarray(xy, dtype=np.float64)
        back = self._projection.transform(points[..., 0], points[..., 1], direction="INVERSE")
        return np.stack(back, axis=-1)

    def shape_to_metres(self, shape: Shape) -> Shape:
        """Return a shapely geometry in lon, lat as the same geometry in metres."""
        return shapely.transform(shape, self.to_metres)

    def shape_to_lonlat(self, shape: Shape) -> Shape:
        """Return a shapely geometry in metres as the same geometry in lon, lat."""
        return shapely.transform(shape, self.to_lonlat)
