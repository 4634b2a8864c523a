"""Many polylines as packed arrays, and places along them by distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.kernels.tree import boxes_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Keeps the end of one polyline and the beginning of the next apart on the common axis of all polylines.
_GAP = 1.0


class Polylines:
    """Polylines in a metric frame, one after the other, each of two points or more.

    Parameters
    ----------
    xy : (k, 2) float64
        The points of all polylines, in metres.
    start : (m + 1,) int64
        Polyline i is `xy[start[i]:start[i + 1]]`.

    Attributes
    ----------
    along_m : (k,) float64
        Metres to each point along the common axis of all polylines, which lie on it one after the other.
    length_m : (m,) float64
        Metres of each polyline.
    """

    __slots__ = ("along_m", "length_m", "start", "xy")

    def __init__(self, xy: Floats, start: Ints) -> None:
        self.xy = xy
        # Of a kind: kernels would be compiled anew for arrays that are read-only.
        self.start: Ints = np.array(start)
        step = np.zeros(len(xy))
        step[1:] = np.hypot(*np.diff(xy, axis=0).T)
        step[start[1:-1]] = _GAP
        self.along_m: Floats = np.cumsum(step)
        self.length_m: Floats = self.along_m[start[1:] - 1] - self.along_m[start[:-1]]

    def __len__(self) -> int:
        return len(self.start) - 1

    def at(self, line: Ints, fraction: Floats) -> Floats:
        """Return the places at fractions of the length of polylines.

        Parameters
        ----------
        line : (n,) int64
            Which polyline.
        fraction : (n,) float64
            How far along it, from 0 at its first point to 1 at its last.

        Returns
        -------
        (n, 2) float64
            x, y in metres.
        """
        first, last = self.along_m[self.start[line]], self.along_m[self.start[line + 1] - 1]
        place = np.minimum(first + fraction * (last - first), last)
        after = np.clip(np.searchsorted(self.along_m, place), self.start[line] + 1, self.start[line + 1] - 1)
        step = self.along_m[after] - self.along_m[after - 1]
        share = np.divide(place - self.along_m[after - 1], step, out=np.zeros_like(place), where=step > 0.0)
        places: Floats = self.xy[after - 1] + share[:, None] * (self.xy[after] - self.xy[after - 1])
        return places

    def points(self, line: Ints) -> tuple[Ints, Ints, Floats]:
        """Return all points of some polylines, one polyline after the other.

        Parameters
        ----------
        line : (n,) int64
            Which polylines.

        Returns
        -------
        which : (s,) int64
            The place of each point's polyline among those given.
        point : (s,) int64
            Its row in `xy`.
        fraction : (s,) float64
            How far along its polyline it is, 0 to 1; 0 where that has no length.
        """
        count = self.start[line + 1] - self.start[line]
        which = np.repeat(np.arange(len(line)), count)
        point = np.arange(len(which)) + np.repeat(self.start[line] - (np.cumsum(count) - count), count)
        along_m = self.along_m[point] - self.along_m[self.start[line]][which]
        length_m = self.length_m[line][which]
        return which, point, np.divide(along_m, length_m, out=np.zeros_like(along_m), where=length_m > 0.0)

    def samples(self, line: Ints, spacing_m: float) -> tuple[Ints, Floats]:
        """Return evenly spaced places along polylines, both ends of each included.

        Parameters
        ----------
        line : (n,) int64
            Which polylines.
        spacing_m : float
            The greatest distance along a polyline from one place to the next, in metres.

        Returns
        -------
        line : (s,) int64
            The polyline of each place.
        fraction : (s,) float64
            How far along it.
        """
        pieces = np.maximum(np.ceil(self.length_m[line] / spacing_m), 1.0).astype(np.int64)
        which = np.repeat(np.arange(len(line)), pieces + 1)
        first = np.concatenate([[0], np.cumsum(pieces + 1)[:-1]])
        return line[which], (np.arange(len(which)) - first[which]) / pieces[which]

    def pieces(self, line: Ints, longest_m: float) -> tuple[Ints, Floats, Floats]:
        """Cut polylines into equal pieces and return the middle of each.

        Parameters
        ----------
        line : (n,) int64
            Which polylines.
        longest_m : float
            The greatest length of a piece, in metres.

        Returns
        -------
        line : (s,) int64
            The polyline of each piece.
        fraction : (s,) float64
            How far along it the piece's middle is.
        length_m : (s,) float64
            Metres of each piece.
        """
        count = np.maximum(np.ceil(self.length_m[line] / longest_m), 1.0).astype(np.int64)
        which = np.repeat(np.arange(len(line)), count)
        first = np.cumsum(count) - count
        fraction = (np.arange(len(which)) - first[which] + 0.5) / count[which]
        return line[which], fraction, (self.length_m[line] / count)[which]

    def bounds(self, line: Ints) -> Floats:
        """Return the bounding boxes of polylines, (n, 4): least x, least y, greatest x, greatest y."""
        return boxes_of(self.xy, self.start[line], self.start[line + 1] - 1)


def line_strings(points: Floats, start: Ints, line: Ints) -> npt.NDArray[np.object_]:
    """Return packed polylines as shapely LineStrings.

    Parameters
    ----------
    points : (k, 2) float64
        The points of all polylines, in any frame.
    start : (m + 1,) int64
        Polyline i is `points[start[i]:start[i + 1]]`.
    line : (n,) int64
        Which polylines.

    Returns
    -------
    (n,) object
        LineStrings in the order asked for.
    """
    count = start[line + 1] - start[line]
    which = np.repeat(np.arange(len(line)), count)
    first = np.concatenate([[0], np.cumsum(count)])[:-1]
    taken = start[line][which] + np.arange(len(which)) - first[which]
    return np.asarray(shapely.linestrings(points[taken], indices=which), dtype=object)
