"""Reach: the seconds between one point and every place on the network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast, get_args

import numpy as np
import numpy.typing as npt

from equipage.routing.errors import InvalidQueryError
from equipage.routing.graph import TurnGraph
from equipage.routing.questions import is_positive
from equipage.routing.search import Search
from equipage.routing.snap import Snaps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Direction = Literal["from", "to"]


class Pieces(NamedTuple):
    """Pieces of edges that are within a limit, none of them empty, no two with a stretch in common.

    Parameters
    ----------
    edge : (p,) int64
        The edge of each.
    begin, end : (p,) float64
        Where on it they begin and end by length, 0 to 1.
    entered_s, left_s : (p,) float64
        The seconds from the point to their beginning and end, or from these to the point.
    """

    edge: Ints
    begin: Floats
    end: Floats
    entered_s: Floats
    left_s: Floats

    @classmethod
    def joined(cls, parts: Sequence[Pieces]) -> Pieces:
        """Return the pieces of several, one after the other; none of none."""
        none = cls(np.zeros(0, dtype=np.int64), *(np.zeros(0) for _ in cls._fields[1:]))
        return cls(*map(np.concatenate, zip(none, *parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Reach:
    """Travel seconds between one point and every place on the network.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    direction : {"from", "to"}
        Whether trips begin or end at the point.
    base_s : (m,) float64
        From the point to entering each edge, or from entering it, over the whole of it, to the point.
    sides : (2,) int64
        The edges the point is on, or -1.
    fractions : (2,) float64
        How far along each it is.
    """

    graph: TurnGraph
    direction: Direction
    base_s: Floats
    sides: Ints
    fractions: Floats

    def seconds(self, edge: Ints, fraction: Floats) -> Floats:
        """Return the seconds to or from places by the given direction of their road, inf for edge -1."""
        ahead = 1.0 if self.direction == "from" else -1.0
        edge_s = self.graph.duration_s[edge]
        seconds = self.base_s[edge] + ahead * fraction * edge_s
        for own, start in zip(self.sides, self.fractions, strict=True):
            direct = ahead * (fraction - start) * edge_s
            seconds = np.where((edge == own) & (direct >= 0.0), np.minimum(direct, seconds), seconds)
        return np.where(edge >= 0, seconds, np.inf)

    def touches(self, edge: Ints, limit_s: float) -> npt.NDArray[np.bool_]:
        """Tell of which edges some part is within the limit, false for edge -1."""
        nearest_end = np.full(len(edge), 0.0 if self.direction == "from" else 1.0)
        within = self.seconds(edge, nearest_end) <= limit_s
        return (within | np.isin(edge, self.sides)) & (edge >= 0)

    def pieces(self, limit_s: float) -> Pieces:
        """Return what is within the limit, cut where it is not any more; the point's own edges come last.

        An edge the point is on may be here twice: from the point on, and, for who comes round, up to it.
        """
        edge_s, onward = self.graph.duration_s, self.direction == "from"
        begin = 0.0 if onward else 1.0
        near_s = self.base_s if onward else self.base_s - edge_s
        edge, own = np.flatnonzero(near_s < limit_s), self.sides >= 0
        sides, places = self.sides[own], self.fractions[own]
        room = np.ones(len(edge_s))
        # What lies beyond the point on its own edges is nearer without going round.
        room[sides] = np.abs(places - begin)
        room = np.append(room[edge], np.abs(1.0 - begin - places))
        near, near_s = np.append(np.full(len(edge), begin), places), np.append(near_s[edge], 0.0 * places)
        edge = np.append(edge, sides)
        share = np.minimum((limit_s - near_s) / edge_s[edge], room)
        far = np.clip(near + share if onward else near - share, 0.0, 1.0)
        far_s = near_s + share * edge_s[edge]
        some = share * self.graph.network.edge_length_m[edge] > 0.0
        ends = (near, far, near_s, far_s) if onward else (far, near, far_s, near_s)
        return Pieces(edge[some], *(values[some] for values in ends))


def reaches(
    graph: TurnGraph, search: Search, snaps: Snaps, direction: Direction, *, limit_s: float = np.inf
) -> Iterator[Reach]:
    """Yield the reach of each of some snapped points, in their order.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    search : Search
        The search engine over the graph.
    snaps : Snaps
        The points.
    direction : {"from", "to"}
        Whether trips begin or end at the points.
    limit_s : float
        The most seconds that are of interest.
    """
    if direction == "from":
        entered = search.from_points(graph.departures(snaps), limit_s=limit_s)
        bases = map(graph.entered_s, entered)
    else:
        entered = search.to_points(graph.arrivals(snaps), limit_s=limit_s)
        bases = map(graph.after_s, entered)
    for base_s, sides, fractions in zip(bases, snaps.sides, snaps.side_fractions, strict=True):
        yield Reach(graph, direction, base_s, sides, fractions)


def check_reach(direction: str, minutes: Sequence[float] = (1.0,), *, endless: bool = False) -> None:
    """Make sure that a question about reach has sense.

    Parameters
    ----------
    direction : str
        "from" or "to".
    minutes : sequence of float
        Minutes of travel, more than 0; left out where none are asked for.
    endless : bool
        Whether minutes may be infinite.

    Raises
    ------
    InvalidQueryError
        The message names every fault.
    """
    faults = list(_faults(direction, minutes, endless=endless))
    if faults:
        raise InvalidQueryError("; ".join(faults))


def _faults(direction: str, minutes: object, *, endless: bool) -> Iterator[str]:
    try:
        given = list(cast("Iterable[object]", minutes))
    except TypeError:
        yield f"minutes must be numbers such as [5, 10], not {minutes!r}"
        given = [1.0]
    if not given:
        yield "minutes is empty; give at least one number, such as [5, 10]"
    wrong = [str(value) for value in given if not (_in_seconds(value) or (endless and value == math.inf))]
    if wrong:
        yield f"minutes must be {'' if endless else 'finite and '}more than 0, not {', '.join(wrong)}"
    if direction not in get_args(Direction):
        yield f"direction must be 'from' or 'to', not {direction!r}"


def _in_seconds(minutes: object) -> bool:
    """Tell whether it is a positive number of minutes that is finite in seconds too."""
    return is_positive(minutes) and math.isfinite(60.0 * cast("float", minutes))
