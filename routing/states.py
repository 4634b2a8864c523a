"""States: edges that remember how they were entered, for what is forbidden over more than one turn.

A ban from one road over others into another is no ban of a turn: whoever joins on the way may turn. So the
edges on the way are copied. A copy is entered only by the beginning of the ban, and lacks the turn that would
complete it; in all else it is the same road. Which copy follows which is an automaton over the bans' edges:
the state after a turn is the longest end of what was driven that some ban begins with.

References
----------
Aho, Corasick: Efficient string matching: an aid to bibliographic search. Communications of the ACM 18 (1975),
doi:10.1145/360825.360855.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from equipage.routing.turns import Ints, Turns

Course = tuple[int, ...]
"""Edges in order of travel."""

TURN = 2
"""So many edges make a single turn; a ban of more is one over ways."""

UNLESS = "unless "
"""Before the hours at which a ban that otherwise holds does not."""


_Timed = tuple[int, str]
"""A turn, and hours at which it is banned."""


class Ban(NamedTuple):
    """A course that nobody may drive to its end.

    Parameters
    ----------
    edges : tuple of int
        Two for a turn, more for one over ways.
    when : str
        Hours as in `equipage.routing.hours`, `UNLESS` before them where it does not hold then; empty for one
        that always holds.
    """

    edges: Course
    when: str = ""


class StateTurns(NamedTuple):
    """Turns between states, as the fields of a `RoadNetwork` have them."""

    turns: Turns
    copy_of: Ints
    timed_turn: Ints
    timed_hours: Ints
    hours: tuple[str, ...]


def remember_courses(turns: Turns, edge_count: int, bans: Iterable[Ban]) -> StateTurns:
    """Return the turns between states that are left under bans.

    Parameters
    ----------
    turns : Turns
        The allowed turns between edges; what is banned of them for ever is not among them.
    edge_count : int
        How many edges there are: m.
    bans : iterable of Ban
        Those of a single turn that always hold, and those that no turns lead along, change nothing.

    Returns
    -------
    StateTurns
        Sorted by the state before, then by the one after.

    Notes
    -----
    Turning back stays where it was: a copy that a ban leaves no turn is a place to end a trip on.
    """
    memory = _Memory(turns, edge_count, bans)
    edge_to, at_edges = memory.from_edges()
    before, after, of_turn, at_copies = memory.from_copies()
    edge_from = np.append(turns.edge_from, before).astype(np.int32)
    edge_to = np.append(edge_to, after).astype(np.int32)
    order = np.lexsort((edge_to, edge_from))
    place = np.argsort(order)
    timed = sorted((int(place[turn]), hours) for turn, hours in at_edges + at_copies)
    words = tuple(sorted({hours for _, hours in timed}))
    return StateTurns(
        turns=Turns(
            edge_from[order], edge_to[order], np.append(turns.duration_s, turns.duration_s[of_turn])[order]
        ),
        copy_of=np.array([course[-1] for course in memory.copies], dtype=np.int32),
        timed_turn=np.array([turn for turn, _ in timed], dtype=np.int32),
        timed_hours=np.array([words.index(hours) for _, hours in timed], dtype=np.int32),
        hours=words,
    )


class _Memory:
    """The courses that bans begin with, each a state, and the turns from state to state."""

    def __init__(self, turns: Turns, edge_count: int, bans: Iterable[Ban]) -> None:
        self._turns = turns
        self._onward = _Onward(turns, edge_count)
        self._when: defaultdict[Course, set[str]] = defaultdict(set)
        for ban in bans:
            if self._onward.leads_along(ban.edges):
                self._when[ban.edges].add(ban.when)
        begun = {course[:size] for course in self._when for size in range(TURN, len(course))}
        self.copies = sorted(begun, key=lambda course: (course[-1], course))
        self._state = {course: edge_count + place for place, course in enumerate(self.copies)}

    def from_edges(self) -> tuple[Ints, list[_Timed]]:
        """Return the states that the given turns lead to, and at which hours they are banned."""
        reached, timed = self._turns.edge_to.copy(), list[_Timed]()
        for course in {*self.copies, *self._when}:
            if len(course) == TURN and (turn := self._onward.turn(*course)) is not None:
                reached[turn] = self._state.get(course, course[-1])
                timed.extend((turn, hours) for hours in self._when.get(course, ()))
        return reached, timed

    def from_copies(self) -> tuple[list[int], list[int], list[int], list[_Timed]]:
        """Return the turns out of copies: the states before and after, the turn each is, and their hours."""
        before, after, of_turn, timed = list[int](), list[int](), list[int](), list[_Timed]()
        for course in self.copies:
            for turn in self._onward.turns_from(course[-1]):
                driven = (*course, int(self._turns.edge_to[turn]))
                hours_of = set[str]().union(*(self._when.get(end, ()) for end in _ends(driven)))
                if "" not in hours_of:
                    timed.extend((len(self._turns.edge_to) + len(of_turn), hours) for hours in hours_of)
                    before.append(self._state[course])
                    after.append(self._longest(driven))
                    of_turn.append(turn)
        return before, after, of_turn, timed

    def _longest(self, driven: Course) -> int:
        """Return the state of the longest end of a course that is one, the edge it ends on at least."""
        return next((self._state[end] for end in _ends(driven) if end in self._state), driven[-1])


def _ends(course: Course) -> Iterator[Course]:
    """Yield the ends of a course that are at least a turn, longest first."""
    return (course[begin:] for begin in range(len(course) - TURN + 1))


class _Onward:
    """The turns out of each edge."""

    def __init__(self, turns: Turns, edge_count: int) -> None:
        self._to = turns.edge_to
        self._first = np.searchsorted(turns.edge_from, np.arange(edge_count + 1))

    def turns_from(self, edge: int) -> range:
        """Return the numbers of the turns out of an edge."""
        return range(int(self._first[edge]), int(self._first[edge + 1]))

    def turn(self, before: int, after: int) -> int | None:
        """Return the number of a turn, if it is allowed."""
        return next((turn for turn in self.turns_from(before) if self._to[turn] == after), None)

    def leads_along(self, course: Course) -> bool:
        """Tell whether every turn of a course is allowed."""
        return all(self.turn(*pair) is not None for pair in pairwise(course))
