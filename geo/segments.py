"""The nearest places on many polylines: an index that answers many points at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.nearest import nearest_places
from equipage.geo.kernels.tree import tree_of
from equipage.geo.polylines import Polylines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NearestPlaces:
    """The k nearest places of n points, nearest first.

    Parameters
    ----------
    line : (n, k) int64
        The polyline; -1 where there are fewer than k within the limit.
    fraction : (n, k) float64
        How far along the polyline by length, 0 to 1; nan where there is none.
    distance_m : (n, k) float64
        Metres from the point; inf where there is none, nan where the point is nan or infinite.
    xy : (n, k, 2) float64
        The place in metres; nan where there is none.
    """

    line: Ints
    fraction: Floats
    distance_m: Floats
    xy: Floats


class SegmentIndex:
    """An index over some of the polylines. It is immutable and may be asked by many threads at once.

    Parameters
    ----------
    polylines : Polylines
        Where they are, in metres.
    members : (r,) int64
        Which of them can be found.
    """

    __slots__ = ("_tree",)

    def __init__(self, polylines: Polylines, members: Ints) -> None:
        self._tree = tree_of(polylines.xy, polylines.start, members)

    def nearest(self, xy: Floats, *, k: int = 1, within_m: float = np.inf) -> NearestPlaces:
        """Return the k nearest polylines of each point and the nearest place on each.

        Parameters
        ----------
        xy : (n, 2) float64
            Points in metres, in the frame of the polylines.
        k : int
            How many different polylines to find for a point.
        within_m : float
            Places farther away than this are left out.

        Returns
        -------
        NearestPlaces
            Nearest first; polylines within a millimetre of each other in the order of their numbers.
        """
        return NearestPlaces(*nearest_places(self._tree, np.ascontiguousarray(xy), k, float(within_m)))
