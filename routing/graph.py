"""The network as a graph of edges and turns, with the seconds that hold now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from equipage.routing.network import RoadNetwork
from equipage.routing.snap import Snaps

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# OpenStreetMap's coordinates are no finer: a destination this little behind the origin is where the origin
# is.
SAME_PLACE_M = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The edges by which trips leave or reach n points.

    Parameters
    ----------
    count : int
        How many points: n.
    point : (p,) int64
        Which point, ascending. A point may have several entries, or none where it cannot be left or reached.
    edge : (p,) int64
        For trips that leave, the first edge entered; for trips that arrive, the last.
    seconds : (p,) float64
        From the point to entering the edge, or from entering the edge to the point.
    """

    count: int
    point: Ints
    edge: Ints
    seconds: Floats


@dataclass(frozen=True, slots=True, eq=False)
class TurnGraph:
    """Seconds between edges. A state of a search is an edge at the moment it is entered.

    A closed edge cannot be entered from an open one. Who is on a closed edge may leave it, over other closed
    edges if need be: a crew in a flooded district gets out, and nobody is sent in.

    Parameters
    ----------
    network : RoadNetwork
        The edges and turns.
    duration_s : (m,) float64
        Seconds to drive each edge now; finite on closed edges too.
    closed : (m,) bool
        Which edges are closed now.
    arcs : (m, m) csr_array
        Entry (a, b) is the seconds from entering a to entering b, over the whole of a and the turn.
    """

    network: RoadNetwork
    duration_s: Floats
    closed: Bools
    arcs: csr_array[np.float64]

    @classmethod
    def of(cls, network: RoadNetwork, duration_s: Floats, closed: Bools) -> TurnGraph:
        """Return the graph of a network under given durations and closures.

        Parameters
        ----------
        network : RoadNetwork
            The edges and turns.
        duration_s : (m,) float64
            Seconds to drive each edge now.
        closed : (m,) bool
            Which edges are closed now.

        Returns
        -------
        TurnGraph
            Immutable; costs a few milliseconds for a city.
        """
        kept = closed[network.turn_from] | ~closed[network.turn_to]
        before, after = network.turn_from[kept], network.turn_to[kept]
        seconds = duration_s[before] + network.turn_duration_s[kept]
        edges = len(duration_s)
        first = np.concatenate([[0], np.cumsum(np.bincount(before, minlength=edges))])
        arcs = csr_array((seconds, after.astype(np.int32), first.astype(np.int32)), shape=(edges, edges))
        return cls(network, duration_s, closed, arcs)

    def departures(self, snaps: Snaps) -> Ends:
        """Return the edges that trips from snapped points enter first, after the edge they start on."""
        row, side = np.nonzero(snaps.sides >= 0)
        edge = snaps.sides[row, side]
        driven_s = snaps.side_fractions[row, side] * self.duration_s[edge]
        entry, arc = self._arcs_of(edge)
        seconds = np.maximum(self.arcs.data[arc] - driven_s[entry], 0.0)
        return Ends(len(snaps), row[entry], self.arcs.indices[arc].astype(np.int64), seconds)

    def arrivals(self, snaps: Snaps) -> Ends:
        """Return the edges that trips to snapped points enter last."""
        row, side = np.nonzero(snaps.sides >= 0)
        edge = snaps.sides[row, side]
        return Ends(len(snaps), row, edge, snaps.side_fractions[row, side] * self.duration_s[edge])

    def along_s(self, origins: Snaps, destinations: Snaps) -> Floats:
        """Return the seconds of trips that stay on one edge.

        Parameters
        ----------
        origins, destinations : Snaps
            n and k snapped points.

        Returns
        -------
        (n, k) float64
            Seconds; inf where the destination is not ahead on the same edge.
        """
        best = np.full((len(origins), len(destinations)), np.inf)
        for start in range(origins.sides.shape[1]):
            for end in range(destinations.sides.shape[1]):
                edge = origins.sides[:, start]
                row, column = np.nonzero((edge[:, None] == destinations.sides[:, end]) & (edge[:, None] >= 0))
                gap = destinations.side_fractions[column, end] - origins.side_fractions[row, start]
                ahead = gap * self.network.edge_length_m[edge[row]] >= -SAME_PLACE_M
                seconds = np.where(ahead, np.maximum(gap, 0.0) * self.duration_s[edge[row]], np.inf)
                best[row, column] = np.minimum(best[row, column], seconds)
        return best

    def edge_left(self, snaps: Snaps, entered: int) -> int:
        """Return the edge from which a trip from one snapped point enters a given edge soonest.

        Parameters
        ----------
        snaps : Snaps
            One point.
        entered : int
            The first edge after the one the point is on.

        Returns
        -------
        int
            One of the point's sides.
        """
        usable = snaps.sides[0] >= 0
        edge = snaps.sides[0, usable]
        entry, arc = self._arcs_of(edge)
        seconds = self.arcs.data[arc] - (snaps.side_fractions[0, usable] * self.duration_s[edge])[entry]
        return int(edge[entry[np.argmin(np.where(self.arcs.indices[arc] == entered, seconds, np.inf))]])

    def turns_s(self, edges: Ints) -> Floats:
        """Return the seconds that the turns of a path cost.

        Parameters
        ----------
        edges : (p,) int64
            Edges in order of travel, each a turn away from the one before.

        Returns
        -------
        (p - 1,) float64
            Seconds of each turn, without the edges themselves.
        """
        entry, arc = self._arcs_of(edges[:-1])
        taken = self.arcs.indices[arc] == edges[1:][entry]
        seconds: Floats = self.arcs.data[arc[taken]] - self.duration_s[edges[:-1]]
        return seconds

    def after_s(self, entered_s: Floats) -> Floats:
        """Return the seconds over an edge and all that follows, given the seconds from entering any edge.

        Parameters
        ----------
        entered_s : (m,) float64
            Seconds to some goal from entering each edge.

        Returns
        -------
        (m,) float64
            Seconds to the goal from entering each edge, over the whole of it; inf where no way leads on.
        """
        onward = self.arcs.data + entered_s[self.arcs.indices]
        best = np.full(len(entered_s), np.inf)
        leading_on = np.flatnonzero(np.diff(self.arcs.indptr))
        if len(leading_on):
            best[leading_on] = np.minimum.reduceat(onward, self.arcs.indptr[leading_on])
        return best

    def _arcs_of(self, edge: Ints) -> tuple[Ints, Ints]:
        """Return the arcs that leave edges: for each the place of its edge among the given, its number."""
        first, count = self.arcs.indptr[edge].astype(np.int64), np.diff(self.arcs.indptr)[edge]
        entry = np.repeat(np.arange(len(edge)), count)
        return entry, np.arange(len(entry)) + np.repeat(first - (np.cumsum(count) - count), count)
