"""What turn restrictions ban on the directed edges of a network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.routing.network import RestrictionCount
from equipage.routing.restrictions import OBLIGATIONS, PROHIBITIONS, Refusal, TurnRule
from equipage.routing.states import Ban, Course
from equipage.routing.turns import Bools, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledEdges:
    """The directed edges as far as restrictions speak of them.

    Parameters
    ----------
    node_id : (n,) int64
        OpenStreetMap ids of the nodes.
    tail, head, reverse : (m,) int32
        The node each edge leaves, the node it enters, and the edge of the same road the other way, or -1.
    way_id : (m,) int64
        The OpenStreetMap way each edge is part of. Its edges are numbered in the order it is drawn in.
    against : (m,) bool
        Whether each edge runs against the direction its way is drawn in.
    """

    node_id: npt.NDArray[np.int64]
    tail: Ints
    head: Ints
    reverse: Ints
    way_id: npt.NDArray[np.int64]
    against: Bools


def resolve_restrictions(
    relations: Iterable[TurnRule | Refusal], edges: RuledEdges, map_ways: AbstractSet[int]
) -> tuple[list[Ban], RestrictionCount]:
    """Return what restrictions ban, and the account of all restrictions.

    Parameters
    ----------
    relations : iterable of TurnRule or Refusal
        What `read_restriction` said of each relation.
    edges : RuledEdges
        The network's directed edges.
    map_ways : set of int
        Ids of all ways of the map, usable or not.

    Returns
    -------
    banned : list of Ban
        Sorted.
    count : RestrictionCount
        Every relation once, as used or refused.

    Notes
    -----
    Where several `only_…` start with the same edges at the same hours, each of their turns is allowed; a
    `no_…` still bans. An
    `only_…` over ways binds those who drive all of them: who leaves on the way, or joins there, is free. So
    OSRM takes it, too.
    """
    rules = list(relations)
    resolver = _Resolver(edges, map_ways, [rule for rule in rules if isinstance(rule, TurnRule)])
    refused: Counter[str] = Counter()
    for rule in rules:
        refusal = rule if isinstance(rule, Refusal) else resolver.add(rule)
        if refusal is not None:
            refused[refusal.value] += 1
    count = RestrictionCount(
        total=len(rules), used=len(rules) - refused.total(), refused=dict(sorted(refused.items()))
    )
    return resolver.banned(), count


class _Course(NamedTuple):
    """A course over all of some ways, from node to node; no edges where it may not be driven."""

    start: int
    end: int
    edges: Course | None


class _Resolver:
    """Rules held against edges one by one, and what they ban together."""

    def __init__(self, edges: RuledEdges, map_ways: AbstractSet[int], rules: Sequence[TurnRule]) -> None:
        self._way_id, self._reverse = edges.way_id.tolist(), edges.reverse.tolist()
        self._head = edges.head
        self._map_ways = map_ways
        self._usable_ways = frozenset(self._way_id)
        via_ids = {rule.via_node for rule in rules if rule.via_node is not None}
        via = np.isin(edges.node_id, np.fromiter(via_ids, dtype=np.int64, count=len(via_ids)))
        self._node = {int(edges.node_id[node]): int(node) for node in np.flatnonzero(via)}
        over = {way for rule in rules for way in rule.via_ways} & self._usable_ways
        self._along = {way: _along(edges, way) for way in over}
        via[[course.start for courses in self._along.values() for course in courses]] = True
        self._entering = _edges_by_node(edges.head, via)
        self._leaving = _edges_by_node(edges.tail, via)
        self._banned: set[Ban] = set()
        self._obliged: defaultdict[Ban, set[int]] = defaultdict(set)

    def add(self, rule: TurnRule) -> Refusal | None:
        """Take a rule in, or return why that is impossible."""
        course = self._course(rule)
        if isinstance(course, Refusal):
            return course
        from_ways, to_ways = (
            self._meeting(course.start, rule.from_ways),
            self._meeting(course.end, rule.to_ways),
        )
        if len(from_ways) > 1 and rule.kind != "no_entry":
            return Refusal.SEVERAL_FROM
        if len(to_ways) > 1 and rule.kind != "no_exit":
            return Refusal.SEVERAL_TO
        if rule.kind == "only_u_turn" and rule.when != ("",):
            # Where other turns are left at some hours, turning back is no turn of the network.
            return Refusal.WOULD_CLOSE_ROAD
        driven = self._driven(rule, course, from_ways, to_ways)
        if isinstance(driven, Refusal):
            return driven
        for edges, when in product(driven, rule.when):
            if rule.kind in PROHIBITIONS:
                self._banned.add(Ban(edges, when))
            else:
                self._obliged[Ban(edges[:-1], when)].add(edges[-1])
        return None

    def _course(self, rule: TurnRule) -> _Course | Refusal:
        """Return how a rule's via leads from its `from` to its `to` ways."""
        members = (rule.from_ways, rule.to_ways, *((way,) for way in rule.via_ways))
        if any(self._map_ways.isdisjoint(ways) for ways in members):
            return Refusal.MEMBER_NOT_IN_MAP
        if any(self._usable_ways.isdisjoint(ways) for ways in members):
            return Refusal.MEMBER_CLOSED
        if rule.via_node is None:
            courses = {course for way in rule.via_ways for course in self._courses(rule.via_ways, way)}
        elif rule.via_node in self._node:
            node = self._node[rule.via_node]
            courses = {_Course(node, node, ())}
        else:
            return Refusal.VIA_NOT_ON_ROAD
        fitting = [
            course
            for course in courses
            if self._meeting(course.start, rule.from_ways) and self._meeting(course.end, rule.to_ways)
        ]
        if not fitting:
            return Refusal.MEMBER_NOT_AT_VIA
        drivable = [course for course in fitting if course.edges is not None]
        return Refusal.MEMBER_NOT_SPLIT if len(drivable) > 1 else (drivable or fitting)[0]

    def _courses(self, ways: tuple[int, ...], first: int) -> Iterator[_Course]:
        """Yield the courses over all of the ways, end to end, that begin with one of them."""
        others = tuple(way for way in ways if way != first)
        for start, end, edges in self._along[first]:
            if not others:
                yield _Course(start, end, edges)
            for second in others:
                for onward in self._courses(others, second):
                    if onward.start == end:
                        whole = None if edges is None or onward.edges is None else edges + onward.edges
                        yield _Course(start, onward.end, whole)

    def _meeting(self, node: int, ways: tuple[int, ...]) -> set[int]:
        """Return those of the ways that begin or end an edge at a node."""
        return {self._way_id[edge] for edge in (*self._entering[node], *self._leaving[node])}.intersection(
            ways
        )

    def _driven(
        self, rule: TurnRule, course: _Course, from_ways: set[int], to_ways: set[int]
    ) -> list[Course] | Refusal:
        """Return the edges that a rule speaks of; none where nothing arrives or leaves that way."""
        before = [edge for edge in self._entering[course.start] if self._way_id[edge] in from_ways]
        after = [edge for edge in self._leaving[course.end] if self._way_id[edge] in to_ways]
        back = [(edge, self._reverse[edge]) for edge in before if self._reverse[edge] >= 0]
        driven: list[Course]
        if rule.kind.endswith("u_turn") and from_ways == to_ways and rule.via_node is not None:
            driven = list(back)
        elif len(before) > len(from_ways) or len(after) > len(to_ways):
            return Refusal.MEMBER_NOT_SPLIT
        elif course.edges is None:
            return []
        else:
            driven = [(start, *course.edges, end) for start, end in product(before, after)]
            if not rule.kind.endswith("u_turn"):
                driven = [edges for edges in driven if edges not in back]
        return Refusal.WOULD_CLOSE_ROAD if before and not driven and rule.kind in OBLIGATIONS else driven

    def banned(self) -> list[Ban]:
        """Return what is banned, sorted."""
        banned = set(self._banned)
        for (driven, when), obliged in self._obliged.items():
            allowed = obliged | self._obliged.get(Ban(driven), set())
            after = self._leaving[int(self._head[driven[-1]])]
            banned.update(Ban((*driven, edge), when) for edge in after if edge not in allowed)
        return sorted(banned)


def _along(edges: RuledEdges, way: int) -> list[_Course]:
    """Return the courses along the whole of a way, in both directions; none where the way has gaps."""
    own = np.flatnonzero(edges.way_id == way)
    ahead, back = own[~edges.against[own]], own[edges.against[own]][::-1]
    found: dict[tuple[int, int], _Course] = {}
    for course in (ahead, back):
        if len(course) and (edges.head[course[:-1]] == edges.tail[course[1:]]).all():
            ends = int(edges.tail[course[0]]), int(edges.head[course[-1]])
            found[ends] = _Course(*ends, tuple(course.tolist()))
            found.setdefault(ends[::-1], _Course(*ends[::-1], None))
    return list(found.values())


def _edges_by_node(node_of_edge: Ints, wanted: Bools) -> defaultdict[int, list[int]]:
    """Return the edges at each wanted node."""
    edges: defaultdict[int, list[int]] = defaultdict(list)
    for edge in np.flatnonzero(wanted[node_of_edge]).tolist():
        edges[int(node_of_edge[edge])].append(edge)
    return edges
