"""Ends: the states by which trips leave snapped places, or reach them.

A place is on an edge, at a fraction of it, and on the edge in the other direction too, unless that is -1. Of
each state is returned which place it belongs to, ascending, the state itself, seconds and metres.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


class Turns(NamedTuple):
    """The turns of a network.

    Parameters
    ----------
    first : (m + c + 1,) int64
        Where those out of each state begin.
    to : (t,) int32
        The state after each.
    arc_s : (t,) float64
        Seconds from entering the state before it to entering that one.
    """

    first: Ints
    to: Int32s
    arc_s: Floats


_Ends = tuple[Ints, Ints, Floats, Floats]


@kernel
def starts(
    duration_s: Floats, length_m: Floats, barred: Bools, edge: Ints, reverse: Ints, fraction: Floats
) -> _Ends:
    """Return the edges that places are on, and the way driven along them before these, below 0.

    Parameters
    ----------
    duration_s, length_m : (m,) float64
        Of all edges.
    barred : (m,) bool
        Which of them no trip starts or ends on.
    edge, reverse : (n,) int64
        The places' edges.
    fraction : (n,) float64
        How far along `edge` they are.

    Raises
    ------
    IndexError
        Where a place is not on the network.
    """
    place, state, driven = _sides(barred, edge, reverse, fraction)
    seconds, metres = np.empty(len(state)), np.empty(len(state))
    for i in range(len(state)):
        seconds[i], metres[i] = -driven[i] * duration_s[state[i]], -driven[i] * length_m[state[i]]
    return place, state, seconds, metres


@kernel
def arrivals(
    duration_s: Floats,
    length_m: Floats,
    barred: Bools,
    copy_of: Int32s,
    edge: Ints,
    reverse: Ints,
    fraction: Floats,
) -> _Ends:
    """Return all states of the edges that places are on, and the way from entering them to the places.

    Parameters
    ----------
    duration_s, length_m : (m,) float64
        Of all edges.
    barred : (m,) bool
        Which of them no trip starts or ends on.
    copy_of : (c,) int32
        The edges that the states from m on are, ascending.
    edge, reverse : (n,) int64
        The places' edges.
    fraction : (n,) float64
        How far along `edge` they are.

    Raises
    ------
    IndexError
        Where a place is not on the network.
    """
    edges = len(barred)
    of_side, side, driven = _sides(barred, edge, reverse, fraction)
    first, count = np.empty(len(side), np.int64), np.ones(len(side), np.int64)
    for i in range(len(side)):
        first[i] = _first_copy(copy_of, side[i])
        while first[i] + count[i] <= len(copy_of) and copy_of[first[i] + count[i] - 1] == side[i]:
            count[i] += 1
    place, state, seconds, metres = _empty(count.sum())
    at = 0
    for i in range(len(side)):
        for nth in range(count[i]):
            place[at], state[at] = of_side[i], side[i] if nth == 0 else edges + first[i] + nth - 1
            seconds[at], metres[at] = driven[i] * duration_s[side[i]], driven[i] * length_m[side[i]]
            at += 1
    return place, state, seconds, metres


@kernel
def departures(
    duration_s: Floats,
    length_m: Floats,
    barred: Bools,
    turns: Turns,
    edge: Ints,
    reverse: Ints,
    fraction: Floats,
) -> _Ends:
    """Return the states after the edges that places are on, and the way from the places to entering them.

    Parameters
    ----------
    duration_s, length_m : (m,) float64
        Of all edges.
    barred : (m,) bool
        Which of them no trip starts or ends on.
    turns : Turns
        The turns there are.
    edge, reverse : (n,) int64
        The places' edges.
    fraction : (n,) float64
        How far along `edge` they are.

    Raises
    ------
    IndexError
        Where a place is not on the network.
    """
    of_side, side, driven = _sides(barred, edge, reverse, fraction)
    count = 0
    for i in range(len(side)):
        count += turns.first[side[i] + 1] - turns.first[side[i]]
    place, state, seconds, metres = _empty(count)
    at = 0
    for i in range(len(side)):
        for turn in range(turns.first[side[i]], turns.first[side[i] + 1]):
            place[at], state[at] = of_side[i], turns.to[turn]
            seconds[at] = max(turns.arc_s[turn] - driven[i] * duration_s[side[i]], 0.0)
            metres[at] = (1.0 - driven[i]) * length_m[side[i]]
            at += 1
    return place, state, seconds, metres


@kernel
def _sides(barred: Bools, edge: Ints, reverse: Ints, fraction: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the edges of each place in both directions: the place, the edge, how much lies before it."""
    place, side, driven, _ = _empty(2 * len(edge))
    count = 0
    for i in range(len(edge)):
        if max(edge[i], reverse[i]) >= len(barred) or not 0.0 <= fraction[i] <= 1.0:
            raise IndexError("a place is not on this network: snap the point on it")
        if edge[i] >= 0 and not barred[edge[i]]:
            place[count], side[count], driven[count] = i, edge[i], fraction[i]
            count += 1
        if reverse[i] >= 0 and not barred[reverse[i]]:
            place[count], side[count], driven[count] = i, reverse[i], 1.0 - fraction[i]
            count += 1
    return place[:count], side[:count], driven[:count]


@kernel
def _first_copy(copy_of: Int32s, edge: int) -> int:
    """Return the place of the first copy that is not of a lower edge."""
    low, high = 0, len(copy_of)
    while low < high:
        middle = (low + high) // 2
        if copy_of[middle] < edge:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _empty(count: int) -> _Ends:
    return np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count), np.empty(count)
