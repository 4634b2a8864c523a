"""Snapping: the nearest place on the network for each point, and what is wrong with points that have none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.geo.frame import MetricFrame
from equipage.geo.polylines import Polylines
from equipage.geo.segments import NearestPlaces, SegmentIndex
from equipage.routing.errors import EmptyNetworkError, OffNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.questions import lonlat_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAX_SNAP_M = 1000.0
"""Points farther from every usable road are refused: they are mistakes, or some other city's."""

# A point is taken to be swapped when its mirror image lies this near to the network's bounding box.
_SWAP_MARGIN_DEG = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Snap:
    """The nearest place on the network for one point.

    Parameters
    ----------
    edge : int
        The edge; where both directions of the road are usable, the one with the lower number.
    fraction : float
        How far along the edge by length, 0 to 1.
    lon, lat : float
        The place, in degrees.
    distance_m : float
        Metres from the point to the place.
    name : str
        The street's name, empty where it has none.
    """

    edge: int
    fraction: float
    lon: float
    lat: float
    distance_m: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snaps:
    """The nearest places on the network for n points.

    Parameters
    ----------
    edge : (n,) int64
        The edge; where both directions of the road are usable, the one with the lower number.
    fraction : (n,) float64
        How far along the edge by length, 0 to 1.
    lonlat : (n, 2) float64
        The places lon, lat in degrees.
    distance_m : (n,) float64
        Metres from each point to its place.
    name : tuple of n str
        The streets' names, empty where one has none.
    reverse : (n,) int64
        The same road's edge in the other direction where it is usable too, or -1.
    """

    edge: Ints
    fraction: Floats
    lonlat: Floats
    distance_m: Floats
    name: tuple[str, ...]
    reverse: Ints

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, index: int) -> Snap:
        return Snap(
            edge=int(self.edge[index]),
            fraction=float(self.fraction[index]),
            lon=float(self.lonlat[index, 0]),
            lat=float(self.lonlat[index, 1]),
            distance_m=float(self.distance_m[index]),
            name=self.name[index],
        )

    def __iter__(self) -> Iterator[Snap]:
        return (self[index] for index in range(len(self)))

    def part(self, chosen: slice | Ints) -> Snaps:
        """Return some, in the order asked for."""
        name = (
            self.name[chosen] if isinstance(chosen, slice) else tuple(self.name[i] for i in chosen.tolist())
        )
        return Snaps(
            edge=self.edge[chosen],
            fraction=self.fraction[chosen],
            lonlat=self.lonlat[chosen],
            distance_m=self.distance_m[chosen],
            name=name,
            reverse=self.reverse[chosen],
        )

    @property
    def sides(self) -> Ints:
        """The edges a trip may start or end on, (n, 2); -1 in the second column where the road is one-way."""
        return np.array([self.edge, self.reverse]).T.copy()

    @property
    def side_fractions(self) -> Floats:
        """How far along each of `sides` the places are, (n, 2)."""
        return np.array([self.fraction, 1.0 - self.fraction]).T.copy()


class Snapper:
    """Finds the nearest places on the roads of one network. It is immutable.

    Only edges in the network's core are found. Conditions play no part: a place on a closed road is still
    where it is.

    Parameters
    ----------
    network : RoadNetwork
        The network; it must have a usable road.

    Attributes
    ----------
    frame : MetricFrame
        The city's metric frame.
    lines : Polylines
        The shapes of all edges, in metres.
    roads : (r,) int64
        One edge for each usable road: the one with the lower number where both directions are usable.
    reverse : (m,) int64
        The same road's edge in the other direction where it is usable too, or -1.
    boxes : (r, 4) float64
        Bounding boxes of `roads` in metres: least x, least y, greatest x, greatest y.
    """

    __slots__ = ("_bounds", "_index", "_network", "boxes", "frame", "lines", "reverse", "roads")

    def __init__(self, network: RoadNetwork) -> None:
        if not network.edge_in_core.any():
            msg = (
                f"the network has {len(network.edge_tail)} edges and none that a {network.profile} can both"
                " reach and leave; load a larger map, or one with roads for this profile"
            )
            raise EmptyNetworkError(msg)
        self._network = network
        west, south, east, north = self._bounds = network.bounds
        self.frame = MetricFrame.around([(west, south), (east, north)])
        self.lines = Polylines(self.frame.to_metres(network.shape_lonlat), network.shape_start)
        usable = network.edge_reverse >= 0
        usable &= network.edge_in_core[network.edge_reverse]
        self.reverse: Ints = np.where(usable, network.edge_reverse, -1).astype(np.int64)
        mirrored = usable & (self.reverse < np.arange(len(usable)))
        self.roads: Ints = np.flatnonzero(network.edge_in_core & ~mirrored)
        self.boxes = self.lines.bounds(self.roads)
        self._index = SegmentIndex(self.lines, self.roads)

    def snap(self, max_snap_m: float, **groups: npt.ArrayLike | Snaps) -> list[Snaps]:
        """Return the nearest places of groups of points.

        Parameters
        ----------
        max_snap_m : float
            The farthest that a point may be from its place, in metres; inf for any distance.
        **groups : (n, 2) or (2,) or Snaps
            Points lon, lat in degrees, by what to call one of them in messages. What is snapped stays so.

        Returns
        -------
        list of Snaps
            One for each group.

        Raises
        ------
        OffNetworkError
            Where points are no lon, lat or too far from any usable road; the message names every one of them.
        """
        given = lonlat_of({name: some for name, some in groups.items() if not isinstance(some, Snaps)})
        found = self._snap(max_snap_m, given) if given else {}
        return [points if isinstance(points, Snaps) else found[name] for name, points in groups.items()]

    def nearest(self, point: npt.ArrayLike, count: int, within_m: float) -> Snaps:
        """Return the nearest roads of one point and the nearest place on each.

        Parameters
        ----------
        point : (2,)
            Lon, lat in degrees.
        count : int
            How many at most.
        within_m : float
            The farthest that a place may be, in metres; inf for any distance.

        Returns
        -------
        Snaps
            Nearest first; empty where no road is within that distance.
        """
        count = min(count, len(self.roads))
        found = self._index.nearest(self.frame.to_metres(point)[None, :], k=count, within_m=within_m)
        return self._places(found, self.frame.to_lonlat(found.xy), slice(int((found.line >= 0).sum())))

    def _snap(self, max_snap_m: float, given: Mapping[str, Floats]) -> dict[str, Snaps]:
        lonlat = np.concatenate(list(given.values()))
        nearest = self._index.nearest(self.frame.to_metres(lonlat))
        # What is no place has the distance nan, which is within nothing.
        near = nearest.distance_m[:, 0] <= max_snap_m
        if not near.all():
            labels = [label for name, points in given.items() for label in _labels(name, len(points))]
            faults = (
                self._fault(labels[i], lonlat[i], float(nearest.distance_m[i, 0]), max_snap_m)
                for i in np.flatnonzero(~near).tolist()
            )
            raise OffNetworkError("; ".join(faults))
        snaps: dict[str, Snaps] = {}
        places, begin = self.frame.to_lonlat(nearest.xy), 0
        for name, points in given.items():
            snaps[name] = self._places(nearest, places, slice(begin, begin + len(points)))
            begin += len(points)
        return snaps

    def _places(self, nearest: NearestPlaces, lonlat: Floats, chosen: slice) -> Snaps:
        """Return some of the places found, counted over all points and ranks."""
        network = self._network
        edge = nearest.line.reshape(-1)[chosen]
        return Snaps(
            edge=edge,
            fraction=nearest.fraction.reshape(-1)[chosen],
            lonlat=lonlat.reshape(-1, 2)[chosen],
            distance_m=nearest.distance_m.reshape(-1)[chosen],
            name=tuple(map(network.names.__getitem__, network.edge_name[edge].tolist())),
            reverse=self.reverse[edge],
        )

    def _fault(self, label: str, lonlat: Floats, distance_m: float, max_snap_m: float) -> str:
        given = f"{label} (lon {lonlat[0]:.10g}, lat {lonlat[1]:.10g})"
        hint = "; it looks swapped: give lon, lat" if self._looks_swapped(lonlat) else ""
        if np.isnan(distance_m):
            return f"{given} is no place: lon must be within ±180 and lat within ±90 degrees{hint}"
        return (
            f"{given} is {distance_m:,.0f} m from the nearest usable road, which is more than the"
            f" {max_snap_m:,.0f} m allowed{hint}"
        )

    def _looks_swapped(self, lonlat: Floats) -> bool:
        west, south, east, north = self._bounds
        within_lon = west - _SWAP_MARGIN_DEG <= lonlat[1] <= east + _SWAP_MARGIN_DEG
        return bool(within_lon and south - _SWAP_MARGIN_DEG <= lonlat[0] <= north + _SWAP_MARGIN_DEG)


def _labels(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name} {index}" for index in range(count)]
