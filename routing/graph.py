"""The network as a graph of edges and turns, with the seconds that hold now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import fixed
from equipage.routing.kernels.drives import SAME_PLACE_M
from equipage.routing.kernels.ends import Turns, arrivals, departures, starts
from equipage.routing.network import RoadNetwork
from equipage.routing.snap import Snaps
from equipage.routing.timed_roads import closed_at, holding

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The states by which trips leave or reach n points.

    Parameters
    ----------
    count : int
        How many points: n.
    point : (p,) int64
        Which point, ascending. A point may have several entries, or none where it cannot be left or reached.
    state : (p,) int64
        For trips that leave, the first state entered; for trips that arrive, the last.
    seconds, metres : (p,) float64
        From the point to entering the state, or from entering the state to the point.
    """

    count: int
    point: Ints
    state: Ints
    seconds: Floats
    metres: Floats

    def only(self, points: Ints) -> Ends:
        """Return some of the points, given ascending, numbered anew."""
        kept = np.isin(self.point, points)
        place = np.searchsorted(points, self.point[kept])
        return Ends(len(points), place, self.state[kept], self.seconds[kept], self.metres[kept])

    def each(self) -> Ends:
        """Return every entry as a point of its own."""
        return Ends(len(self.state), np.arange(len(self.state)), self.state, self.seconds, self.metres)


@dataclass(frozen=True, slots=True, eq=False)
class TurnGraph:
    """Seconds between the network's states: edges, and copies of them, at the moment they are entered.

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
    barred : (m,) bool
        Which of them nobody leaves either: they are one-way streets the other way, or not for stopping.
    arc_s : (t,) float64
        For each of the network's turns, the seconds from entering the state before it to entering the one
        after it; inf where it leads onto a closed edge or is banned now.
    before, after : (t,) int32
        The edges of the states that each turn leaves and enters.
    first : (m + c + 1,) int64
        Where the turns out of each state begin.
    """

    network: RoadNetwork
    duration_s: Floats
    closed: Bools
    barred: Bools
    arc_s: Floats
    before: Int32s
    after: Int32s
    first: Ints

    @classmethod
    def of(
        cls,
        network: RoadNetwork,
        duration_s: Floats,
        closed: Bools,
        time: datetime | None = None,
        *,
        like: TurnGraph | None = None,
    ) -> TurnGraph:
        """Return the graph of a network under given durations and closures.

        Parameters
        ----------
        network : RoadNetwork
            The edges and turns.
        duration_s : (m,) float64
            Seconds to drive each edge now.
        closed : (m,) bool
            Which edges are closed now by conditions.
        time : datetime, optional
            On the clock of the place, for turns that are banned and edges that are closed at some hours only.
        like : TurnGraph, optional
            Another graph of the same network, to share what does not change.

        Returns
        -------
        TurnGraph
            Immutable; costs a few milliseconds for a city.
        """
        before, after, first = (like.before, like.after, like.first) if like else _turns_of(network)
        shut = closed_at(network, time)
        closed = closed | shut
        barred = shut & _barred(network, shut)
        usable = closed[before] | ~closed[after]
        if barred.any():
            usable &= ~barred[before] & ~barred[after]
        usable[banned_turns(network, time)] = False
        seconds = np.where(usable, duration_s[before] + network.turn_duration_s, np.inf)
        return cls(
            network,
            fixed(duration_s, np.float64),
            closed,
            fixed(barred, np.bool_),
            fixed(seconds, np.float64),
            before,
            after,
            fixed(first, np.int64),
        )

    def starts(self, snaps: Snaps) -> Ends:
        """Return the edges that trips from snapped points begin on, entered before the trip: seconds below 0.

        Trips that end on the same road are not for these: they would seem to have been there before.
        """
        return Ends(len(snaps), *starts(self.duration_s, self._length_m, self.barred, *_places(snaps)))

    def departures(self, snaps: Snaps) -> Ends:
        """Return the edges that trips from snapped points enter first, after the edge they start on."""
        turns = Turns(self.first, self.network.turn_to, self.arc_s)
        found = departures(self.duration_s, self._length_m, self.barred, turns, *_places(snaps))
        return Ends(len(snaps), *found)

    def arrivals(self, snaps: Snaps) -> Ends:
        """Return the edges that trips to snapped points enter last."""
        edges = self.duration_s, self._length_m, self.barred, self.network.copy_of
        return Ends(len(snaps), *arrivals(*edges, *_places(snaps)))

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
        return self._along(origins, destinations, self.duration_s)

    def along_m(self, origins: Snaps, destinations: Snaps) -> Floats:
        """Return the metres of trips that stay on one edge.

        Parameters
        ----------
        origins, destinations : Snaps
            n and k snapped points.

        Returns
        -------
        (n, k) float64
            Metres; inf where the destination is not ahead on the same edge.
        """
        return self._along(origins, destinations, self._length_m)

    def _along(self, origins: Snaps, destinations: Snaps, whole: Floats) -> Floats:
        """Return a trip's share of what the whole edge takes."""
        best = np.full((len(origins), len(destinations)), np.inf)
        row, column = same_road(origins, destinations)
        for side in range(origins.sides.shape[1]):
            edge = origins.sides[row, side]
            gap = destinations.side_fractions[column, side] - origins.side_fractions[row, side]
            ahead = (edge >= 0) & ~self.barred[edge] & (gap * self._length_m[edge] >= -SAME_PLACE_M)
            share = np.where(ahead, np.maximum(gap, 0.0) * whole[edge], np.inf)
            best[row, column] = np.minimum(best[row, column], share)
        return best

    def edge_left(self, snaps: Snaps, entered: int) -> int:
        """Return the edge from which a trip from one snapped point enters a given edge soonest.

        Parameters
        ----------
        snaps : Snaps
            One point.
        entered : int
            The first state after the edge the point is on.

        Returns
        -------
        int
            One of the point's sides.
        """
        left = [
            (self.arc_s[turn] - driven * self.duration_s[edge], edge)
            for edge, driven in zip(snaps.sides[0].tolist(), snaps.side_fractions[0].tolist(), strict=True)
            if edge >= 0
            for turn in range(self.first[edge], self.first[edge + 1])
            if self.network.turn_to[turn] == entered
        ]
        return int(min(left)[1])

    def after_s(self, entered_s: Floats) -> Floats:
        """Return the seconds over an edge and all that follows, given the seconds from entering any state.

        Parameters
        ----------
        entered_s : (m + c,) float64
            Seconds to some goal from entering each state.

        Returns
        -------
        (m,) float64
            Seconds to the goal from entering each edge, over the whole of it; inf where no way leads on.
        """
        onward = self.arc_s + entered_s[self.network.turn_to]
        best = np.full(len(entered_s), np.inf)
        leading_on = np.flatnonzero(np.diff(self.first))
        if len(leading_on):
            best[leading_on] = np.minimum.reduceat(onward, self.first[leading_on])
        return best[: self.network.edge_count]

    def entered_s(self, states_s: Floats) -> Floats:
        """Return the seconds to entering each edge in whichever state, given those to entering each state.

        Parameters
        ----------
        states_s : (m + c,) float64
            Seconds from some start to entering each state.

        Returns
        -------
        (m,) float64
            The least of each edge's states.
        """
        best, copies = np.split(states_s, [self.network.edge_count])
        best = best.copy()
        np.minimum.at(best, self.network.copy_of, copies)
        return best

    @property
    def _length_m(self) -> Floats:
        return self.network.edge_length_m


def _turns_of(network: RoadNetwork) -> tuple[Int32s, Int32s, Ints]:
    """Return the edges that turns leave and enter, and where those out of each state begin."""
    state_edge = network.state_edge
    first = np.searchsorted(network.turn_from, np.arange(len(state_edge) + 1))
    return state_edge[network.turn_from], state_edge[network.turn_to], first


def _places(snaps: Snaps) -> tuple[Ints, Ints, Floats]:
    """Return the edges, those in the other direction, and the fractions, as kernels want them."""
    return (
        np.ascontiguousarray(snaps.edge, dtype=np.int64),
        np.ascontiguousarray(snaps.reverse, dtype=np.int64),
        np.ascontiguousarray(snaps.fraction, dtype=np.float64),
    )


def banned_turns(network: RoadNetwork, time: datetime | None) -> Ints:
    """Return those of the turns that are banned at some hours only which are banned now.

    Parameters
    ----------
    network : RoadNetwork
        Whose turns they are.
    time : datetime or None
        On the clock of the place. Without a time, what holds at some hours only is ignored, as OSRM does,
        and what is lifted at some hours only holds.

    Returns
    -------
    (k,) int64
        Numbers of turns, ascending.
    """
    holds = holding(network.hours, time)
    return np.unique(network.timed_turn[holds[network.timed_hours]]).astype(np.int64)


def _barred(network: RoadNetwork, shut: Bools) -> Bools:
    """Return which edges would be driven against a one-way street, or are not for trips to start on."""
    back = network.edge_reverse
    return np.asarray(((back >= 0) & ~shut[back]) | ~network.edge_in_core, dtype=bool)


def same_road(origins: Snaps, destinations: Snaps) -> tuple[Ints, Ints]:
    """Return the pairs of points that are on one road.

    Parameters
    ----------
    origins, destinations : Snaps
        n and k snapped points.

    Returns
    -------
    row, column : (p,) int64
        Their places among the origins and the destinations.
    """
    row, column = np.nonzero(origins.edge[:, None] == destinations.edge[None, :])
    return row, column
