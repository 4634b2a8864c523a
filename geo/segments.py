"""The nearest places on many polylines: an index that answers many points at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.polylines import Polylines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Polylines whose distances differ by less count as equally near: OpenStreetMap's own coordinates are no finer
# than 1 cm.
_TIE_M = 1e-3

# So near to a road are most points of a city: to look within a distance takes a fifth of finding the nearest.
_USUAL_M = 25.0 + _TIE_M / 2.0


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
        Metres from the point; inf where there is none.
    """

    line: Ints
    fraction: Floats
    distance_m: Floats


class SegmentIndex:
    """An index over some of the polylines. It is immutable and may be asked by many threads at once.

    Parameters
    ----------
    polylines : Polylines
        Where they are, in metres.
    members : (r,) int64
        Which of them can be found.
    """

    __slots__ = ("_members", "_shapes", "_tree")

    def __init__(self, polylines: Polylines, members: Ints) -> None:
        self._members = members
        self._shapes = polylines.shapes(members)
        self._tree = shapely.STRtree(self._shapes)

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
        points = np.asarray(shapely.points(xy), dtype=object)
        point, member = self._close_pairs(points, min(k, len(self._members)), within_m)
        shapes = self._shapes[member]
        distance_m = shapely.distance(points[point], shapes)
        order = np.lexsort((self._members[member], np.round(distance_m / _TIE_M), point))
        point, member, shapes = point[order], member[order], shapes[order]
        rank = np.arange(len(point)) - np.searchsorted(point, point)
        kept = (rank < k) & (distance_m[order] <= within_m)
        found = NearestPlaces(
            np.full((len(xy), k), -1, dtype=np.int64),
            np.full((len(xy), k), np.nan),
            np.full((len(xy), k), np.inf),
        )
        place = (point[kept], rank[kept])
        found.line[place] = self._members[member[kept]]
        found.fraction[place] = _fractions(shapes[kept], points[point[kept]])
        found.distance_m[place] = distance_m[order][kept]
        return found

    def _close_pairs(self, points: npt.NDArray[np.object_], k: int, within_m: float) -> tuple[Ints, Ints]:
        """Return pairs (point, member) that contain the k nearest of every point, sorted by point."""
        point, member = self._tree.query(points, predicate="dwithin", distance=min(_USUAL_M, within_m))
        few = np.bincount(point, minlength=len(points)) < k
        if few.any() and within_m > _USUAL_M:
            kept = ~few[point]
            others = self._far_pairs(points, np.flatnonzero(few), k, within_m)
            point, member = np.hstack([[point[kept], member[kept]], *others])
        order = np.argsort(point, kind="stable")
        return point[order], member[order]

    def _far_pairs(
        self, points: npt.NDArray[np.object_], asked: Ints, k: int, within_m: float
    ) -> Iterator[Ints]:
        """Yield such pairs for some of the points, looking farther and farther."""
        waiting, radius_m = self._tree.query_nearest(
            points[asked],
            max_distance=within_m if np.isfinite(within_m) else None,
            return_distance=True,
            all_matches=False,
        )
        asked, radius_m = asked[waiting[0]], radius_m + 2.0 * _TIE_M
        while len(asked):
            near = self._tree.query(points[asked], predicate="dwithin", distance=radius_m)
            count = np.bincount(near[0], minlength=len(asked))
            # Once the limit is searched, the few that were found are all there are.
            enough = (count >= k) | (radius_m >= within_m)
            done = near[:, enough[near[0]]]
            yield np.vstack([asked[done[0]], done[1]])
            asked, radius_m = asked[~enough], radius_m[~enough] * 2.0 + 1.0


def _fractions(shapes: npt.NDArray[np.object_], points: npt.NDArray[np.object_]) -> Floats:
    length_m = shapely.length(shapes)
    along_m = shapely.line_locate_point(shapes, points)
    return np.clip(np.divide(along_m, length_m, out=np.zeros_like(along_m), where=length_m > 0.0), 0.0, 1.0)
