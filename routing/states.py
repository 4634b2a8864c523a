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

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from equipage.routing.turns import Ints, Turns

Course = tuple[int, ...]
"""Edges in order of travel."""

TURN = 2
"""So many edges make a single turn; a ban of more is one over ways."""


def remember_courses(turns: Turns, edge_count: int, banned: Sequence[Course]) -> tuple[Turns, Ints]:
    """Return the turns between states that are left when courses of three edges and more are banned.

    Parameters
    ----------
    turns : Turns
        The allowed turns between edges.
    edge_count : int
        How many edges there are: m.
    banned : sequence of tuple of int
        Courses that nobody may drive to their end; those that no turns lead along change nothing.

    Returns
    -------
    turns : Turns
        Between states, sorted by the state before, then by the one after.
    copy_of : (c,) int32
        The edge that each state from m on is, ascending; states below m are the edges themselves.
    """
    onward = _Onward(turns, edge_count)
    courses = {course for course in banned if len(course) > TURN and onward.leads_along(course)}
    begun = {course[:size] for course in courses for size in range(TURN, len(course))}
    copies = sorted(begun, key=lambda course: (course[-1], course))
    state = {course: edge_count + place for place, course in enumerate(copies)}
    before, after, duration_s = [turns.edge_from], [turns.edge_to.copy()], [turns.duration_s]
    for course in begun:
        if len(course) == TURN:
            after[0][onward.turn(*course)] = state[course]
    for course in copies:
        for turn in onward.turns_from(course[-1]):
            driven = (*course, int(turns.edge_to[turn]))
            if courses.isdisjoint(_ends(driven)):
                before.append(np.array([state[course]], dtype=np.int32))
                reached = next((state[end] for end in _ends(driven) if end in state), driven[-1])
                after.append(np.array([reached], dtype=np.int32))
                duration_s.append(turns.duration_s[turn : turn + 1])
    edge_from, edge_to = np.concatenate(before), np.concatenate(after)
    order = np.lexsort((edge_to, edge_from))
    copy_of = np.array([course[-1] for course in copies], dtype=np.int32)
    return Turns(edge_from[order], edge_to[order], np.concatenate(duration_s)[order]), copy_of


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
