"""In which direction roads leave a junction: that of their first metres."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.geo.earth import distance_m

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A roundabout bends too soon for so many metres.
_LOOK_M, _LOOK_ON_ROUNDABOUT_M = 10.0, 1.0


def metres_along(lonlat: Floats) -> Floats:
    """Return the metres from the first of some points along them to each.

    Parameters
    ----------
    lonlat : (k, 2) float64
        Degrees.
    """
    metres = np.zeros(len(lonlat))
    np.cumsum(distance_m(lonlat[:-1], lonlat[1:]), out=metres[1:])
    return metres


def places_ahead(
    lonlat: Floats, first: Ints, last: Ints, ring: Bools, *, metres: Floats | None = None
) -> Floats:
    """Return where lines are after their first metres.

    Parameters
    ----------
    lonlat : (k, 2) float64
        The points of all lines, in degrees.
    first, last : (n,) int64
        The first and the last point of each line.
    ring : (n,) bool
        Which are part of a roundabout.
    metres : (k,) float64, optional
        Metres along all points, where they are known.

    Returns
    -------
    (n, 2) float64
        Lon, lat in degrees; the last point of a line that is shorter.
    """
    along_m = metres_along(lonlat) if metres is None else metres
    look_m = np.where(ring, _LOOK_ON_ROUNDABOUT_M, _LOOK_M)
    at_m = np.minimum(along_m[first] + look_m, along_m[last])
    after = np.clip(np.searchsorted(along_m, at_m), first + 1, last)
    step_m = along_m[after] - along_m[after - 1]
    share = np.divide(at_m - along_m[after - 1], step_m, out=np.zeros_like(at_m), where=step_m > 0.0)
    places: Floats = lonlat[after - 1] + share[:, None] * (lonlat[after] - lonlat[after - 1])
    return places
