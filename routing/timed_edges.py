"""Which edges of a network being built are closed or driven at another speed at some hours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.routing.limits import within_limits
from equipage.routing.roads import Roads
from equipage.routing.timed_roads import holding

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]


class TimedEdges(NamedTuple):
    """What differs from the usual seconds of edges at some hours.

    Parameters
    ----------
    edge, hours : (r,) int32
        The edges, and the place of the hours among the words.
    seconds : (r,) float64
        Seconds that the edge takes then; inf where it is closed.
    words : tuple of str
        Hours, as in `RoadNetwork.hours`.
    """

    edge: Ints
    hours: Ints
    seconds: Floats
    words: tuple[str, ...]

    def shut(self, edge_count: int) -> Bools:
        """Return which edges are closed to who tells no time, (m,) bool."""
        shut = np.zeros(edge_count, dtype=bool)
        shut[self.edge[holding(self.words, None)[self.hours] & np.isinf(self.seconds)]] = True
        return shut


def timed_edges(
    roads: Roads, way: Indices, against: Indices, length_m: Floats, duration_s: Floats
) -> TimedEdges:
    """Return the edges of roads that are closed or driven at another speed at some hours.

    Parameters
    ----------
    roads : Roads
        The ways, with what differs on them.
    way, against : (m,) int64
        The place of each edge's way, ascending, and 1 where the edge runs against it.
    length_m, duration_s : (m,) float64
        The edges' metres and their usual seconds.

    Returns
    -------
    TimedEdges
        In the order of `roads.timed`. Delays within an edge stay what they are, and so does the time that a
        ferry says it takes.
    """
    words = tuple(sorted({told.when for told in roads.timed}))
    edge, hours, seconds = list[Indices](), list[Indices](), list[Floats]()
    for told in roads.timed:
        if told.kph and np.isfinite(roads.crossing_s[told.way]):
            continue
        first, after = np.searchsorted(way, [told.way, told.way + 1])
        own = first + np.flatnonzero(against[first:after] == told.against)
        usual_kph = roads.kph[told.way, told.against]
        longer_s = length_m[own] * 3.6 * (1.0 / told.kph - 1.0 / usual_kph) if told.kph else np.inf
        open_s = within_limits(duration_s[own] + longer_s)
        edge.append(own)
        hours.append(np.full(len(own), words.index(told.when)))
        seconds.append(open_s if told.kph else np.full(len(own), np.inf))
    return TimedEdges(
        np.concatenate([*edge, []]).astype(np.int32),
        np.concatenate([*hours, []]).astype(np.int32),
        np.concatenate([*seconds, []]),
        words,
    )
