"""Drives: where the states of a fastest way lead, along which streets, and when one is where."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

SAME_PLACE_M = 0.01
"""OpenStreetMap's coordinates are no finer: a destination this little behind the origin is where the origin
is, and a piece of road this short is not driven along."""

# About a tenth of a millimetre: points nearer than this are one.
_SAME_POINT_DEG = 1e-9


class Roads(NamedTuple):
    """What there is to know of a network's edges and turns for a drive along them.

    Parameters
    ----------
    shape_start : (m + 1,) int64
        Where the points of each edge's shape begin.
    lonlat : (k, 2) float64
        These points, in degrees.
    along_m : (k,) float64
        Metres along the shapes, from some place before each.
    length_m, duration_s : (m,) float64
        Metres and seconds of each edge.
    way_id : (m,) int64
        The way it is part of.
    name : (m,) int32
        The number of its name; 0 where it has none.
    copy_of : (c,) int32
        The edges that the states from m on are.
    turn_first : (m + c + 1,) int64
        Where the turns out of each state begin.
    turn_to : (t,) int32
        The state after each turn.
    turn_s : (t,) float64
        Seconds of each turn.
    """

    shape_start: Ints
    lonlat: Floats
    along_m: Floats
    length_m: Floats
    duration_s: Floats
    way_id: Ints
    name: Int32s
    copy_of: Int32s
    turn_first: Ints
    turn_to: Int32s
    turn_s: Floats


class Place(NamedTuple):
    """Where a drive starts or ends.

    Parameters
    ----------
    edge : int
        The edge.
    fraction : float
        How far along it, 0 to 1.
    lon, lat : float
        The place, in degrees.
    """

    edge: int
    fraction: float
    lon: float
    lat: float


class Drive(NamedTuple):
    """A drive as a route tells it.

    Parameters
    ----------
    edge : (p,) int64
        The edges in order of travel.
    edge_start : (p + 1,) int64
        The place of each one's first point, and of the last point.
    lonlat : (k, 2) float64
        The points, in degrees.
    seconds : (k,) float64
        From the start to each.
    metres : float
        Driven in all.
    way_id, name : (w,) int64
        Ways and names in order of travel, repetitions and what has no length left out.
    """

    edge: Ints
    edge_start: Ints
    lonlat: Floats
    seconds: Floats
    metres: float
    way_id: Ints
    name: Ints


@kernel
def drive(roads: Roads, states: Int32s, origin: Place, destination: Place, duration_s: float) -> Drive:
    """Return the drive along states.

    Parameters
    ----------
    roads : Roads
        The network.
    states : (p,) int32
        In order of travel, at least one, each a turn away from the one before.
    origin, destination : Place
        On the first and the last edge, or on their reverses.
    duration_s : float
        Seconds in all, as the search found them: no point is reached later, and the last one then.
    """
    edge, begin, end = _driven(roads, states, origin, destination)
    edge_start, points = _drawn(roads, states, edge, begin, end, origin, destination)
    for i in range(len(points)):
        points[i, 2] = min(points[i, 2], duration_s)
    points[-1, 2] = duration_s
    metres, way_id, name = _streets(roads, edge, begin, end)
    return Drive(edge, edge_start, points[:, :2].copy(), points[:, 2].copy(), metres, way_id, name)


@kernel
def _driven(roads: Roads, states: Int32s, origin: Place, destination: Place) -> tuple[Ints, Floats, Floats]:
    """Return the edges, and from where to where each is driven along, as fractions of it."""
    count, edges = len(states), len(roads.length_m)
    edge, begin, end = np.empty(count, np.int64), np.zeros(count), np.ones(count)
    for i in range(count):
        edge[i] = states[i] if states[i] < edges else roads.copy_of[states[i] - edges]
    begin[0] = _fraction_on(edge[0], origin)
    end[-1] = max(_fraction_on(edge[-1], destination), begin[-1])
    return edge, begin, end


@kernel
def _fraction_on(edge: int, place: Place) -> float:
    return place.fraction if edge == place.edge else 1.0 - place.fraction


@kernel
def _drawn(
    roads: Roads,
    states: Int32s,
    edge: Ints,
    begin: Floats,
    end: Floats,
    origin: Place,
    destination: Place,
) -> tuple[Ints, Floats]:
    """Return where each edge begins among the points of a drive, and these: lon, lat, seconds.

    A turn is paid for on the way to the point where it is made: the last of every edge but the last.
    """
    most = 2
    for e in edge:
        most += roads.shape_start[e + 1] - roads.shape_start[e]
    points, edge_start = np.empty((most, 3)), np.zeros(len(edge) + 1, np.int64)
    count = _with_point(points, 0, origin.lon, origin.lat, 0.0)
    entered_s = 0.0
    for i in range(len(edge)):
        count = _with_bends(roads, edge[i], begin[i], end[i], entered_s, points, count)
        driven_s = (end[i] - begin[i]) * roads.duration_s[edge[i]]
        if i + 1 < len(edge):
            entered_s += driven_s + _turn_s(roads, states[i], states[i + 1])
            corner = roads.lonlat[roads.shape_start[edge[i] + 1] - 1]
            count = _with_point(points, count, corner[0], corner[1], entered_s)
            edge_start[i + 1] = count - 1
    drawn = _with_point(points, count, destination.lon, destination.lat, np.inf)
    if drawn == 1:
        points[1] = points[0]
        drawn = 2
    edge_start[-1] = drawn - 1
    return edge_start, points[:drawn]


@kernel
def _with_point(points: Floats, count: int, lon: float, lat: float, seconds: float) -> int:
    """Write the next point, if it is elsewhere than the one before, and return how many there are."""
    if (
        count > 0
        and abs(lon - points[count - 1, 0]) <= _SAME_POINT_DEG
        and abs(lat - points[count - 1, 1]) <= _SAME_POINT_DEG
    ):
        return count
    points[count, 0], points[count, 1], points[count, 2] = lon, lat, seconds
    return count + 1


@kernel
def _with_bends(
    roads: Roads, edge: int, begin: float, end: float, entered_s: float, points: Floats, count: int
) -> int:
    """Write the points between the ends of a part of an edge, and return how many points there are."""
    first, last = roads.shape_start[edge], roads.shape_start[edge + 1] - 1
    length_m = roads.along_m[last] - roads.along_m[first]
    if length_m > 0.0:
        for point in range(first, last):
            fraction = (roads.along_m[point] - roads.along_m[first]) / length_m
            if begin < fraction < end:
                seconds = entered_s + (fraction - begin) * roads.duration_s[edge]
                count = _with_point(points, count, roads.lonlat[point, 0], roads.lonlat[point, 1], seconds)
    return count


@kernel
def _turn_s(roads: Roads, before: int, after: int) -> float:
    """Return the seconds of the turn from a state into another."""
    turn_s = 0.0
    for turn in range(roads.turn_first[before], roads.turn_first[before + 1]):
        if roads.turn_to[turn] == after:
            turn_s = roads.turn_s[turn]
    return turn_s


@kernel
def _streets(roads: Roads, edge: Ints, begin: Floats, end: Floats) -> tuple[float, Ints, Ints]:
    """Return the metres driven, and the ways and names, repetitions and what has no length left out."""
    metres, ways, names = 0.0, 0, 0
    way_id, name = np.empty(len(edge), np.int64), np.empty(len(edge), np.int64)
    for i in range(len(edge)):
        length_m = roads.length_m[edge[i]] * (end[i] - begin[i])
        metres += length_m
        if length_m > SAME_PLACE_M:
            ways = _with_other(way_id, ways, roads.way_id[edge[i]])
            if roads.name[edge[i]] > 0:
                names = _with_other(name, names, roads.name[edge[i]])
    return metres, way_id[:ways], name[:names]


@kernel
def _with_other(numbers: Ints, count: int, number: int) -> int:
    """Write the next number, if it is not the one before, and return how many there are."""
    if count > 0 and numbers[count - 1] == number:
        return count
    numbers[count] = number
    return count + 1
