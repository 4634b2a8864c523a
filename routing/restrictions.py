"""Turn restrictions: what a map's restriction relations forbid, and why some of them cannot be used.

First a relation is read by itself (`read_restriction`), then all of them are held against the network's edges
(`resolve_restrictions`). Every relation ends up either used or refused for one named reason. Used means that
it holds on this network; that includes a ban of a turn that one-way streets or the rule about turning back
exclude anyway.

See https://wiki.openstreetmap.org/wiki/Relation:restriction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
import numpy.typing as npt

from equipage.routing.network import RestrictionCount
from equipage.routing.osm import OsmRelation
from equipage.routing.profile import VehicleProfile
from equipage.routing.turns import Ints

PROHIBITIONS = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
)
OBLIGATIONS = frozenset({"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"})
HOUR_KEYS = frozenset({"day_on", "day_off", "hour_on", "hour_off"})


class Refusal(StrEnum):
    """Why a turn restriction cannot be used."""

    NO_KIND = "no_kind"
    """No tag says what is restricted."""
    UNKNOWN_KIND = "unknown_kind"
    """The tag says something that is no kind of restriction."""
    CONDITIONAL = "conditional"
    """It holds under a condition only (`restriction:conditional`)."""
    TIME_LIMITED = "time_limited"
    """It holds at certain days or hours only (`day_on`, `hour_on` and so on)."""
    NOT_FOR_THIS_PROFILE = "not_for_this_profile"
    """It is for other vehicles, or excepts this one."""
    FROM_MISSING = "from_missing"
    """No way has the role `from`."""
    VIA_MISSING = "via_missing"
    """Nothing has the role `via`."""
    TO_MISSING = "to_missing"
    """No way has the role `to`."""
    VIA_WAY = "via_way"
    """It leads over a way, not over one node."""
    SEVERAL_VIA = "several_via"
    """It has more than one `via` node."""
    SEVERAL_FROM = "several_from"
    """Several `from` ways meet at the via node, and it is not `no_entry`."""
    SEVERAL_TO = "several_to"
    """Several `to` ways meet at the via node, and it is not `no_exit`."""
    VIA_NOT_ON_ROAD = "via_not_on_road"
    """The via node is on no road that the profile uses."""
    MEMBER_NOT_IN_MAP = "member_not_in_map"
    """The map does not have its `from` or `to` way (a clipped extract, or no road at all)."""
    MEMBER_CLOSED = "member_closed"
    """The profile may not drive on its `from` or `to` way."""
    MEMBER_NOT_AT_VIA = "member_not_at_via"
    """Its `from` or `to` way does not touch the via node."""
    MEMBER_NOT_SPLIT = "member_not_split"
    """Its `from` or `to` way runs through the via node, both ways: nothing tells which half is meant."""
    WOULD_CLOSE_ROAD = "would_close_road"
    """The only turn that it allows is impossible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRule:
    """One restriction of the turns at one node, as its relation states it.

    Parameters
    ----------
    kind : str
        One of `PROHIBITIONS` or `OBLIGATIONS`.
    from_ways, to_ways : tuple of int
        Ids of the ways before and after the turn.
    via : int
        Id of the node where it happens.
    """

    kind: str
    from_ways: tuple[int, ...]
    via: int
    to_ways: tuple[int, ...]


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
        The OpenStreetMap way each edge is part of.
    """

    node_id: npt.NDArray[np.int64]
    tail: Ints
    head: Ints
    reverse: Ints
    way_id: npt.NDArray[np.int64]


def read_restriction(relation: OsmRelation, profile: VehicleProfile) -> TurnRule | Refusal:
    """Return what a relation restricts for a vehicle, or why that cannot be used.

    Parameters
    ----------
    relation : OsmRelation
        A relation of `type=restriction` (or the older `type=restriction:motorcar` and the like).
    profile : VehicleProfile
        Whose turns are asked for.

    Returns
    -------
    TurnRule or Refusal
        The restriction without regard to the network, or the first reason against it.
    """
    kind = _kind(relation, profile)
    if isinstance(kind, Refusal):
        return kind
    ways = {
        role: tuple(dict.fromkeys(m.ref for m in relation.members if m.role == role and m.kind == "way"))
        for role in ("from", "via", "to")
    }
    via = tuple(dict.fromkeys(m.ref for m in relation.members if m.role == "via" and m.kind == "node"))
    if not ways["from"]:
        return Refusal.FROM_MISSING
    if not ways["to"]:
        return Refusal.TO_MISSING
    if ways["via"]:
        return Refusal.VIA_WAY
    if len(via) != 1:
        return Refusal.SEVERAL_VIA if via else Refusal.VIA_MISSING
    return TurnRule(kind=kind, from_ways=ways["from"], via=via[0], to_ways=ways["to"])


def resolve_restrictions(
    relations: Iterable[TurnRule | Refusal], edges: RuledEdges, map_ways: AbstractSet[int]
) -> tuple[npt.NDArray[np.int64], RestrictionCount]:
    """Return the turns that restrictions ban, and the account of all restrictions.

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
    banned : (b, 2) int64
        Pairs of edges that may not follow each other.
    count : RestrictionCount
        Every relation once, as used or refused.

    Notes
    -----
    Where several `only_…` start from the same edge, each of their turns is allowed; a `no_…` still bans.
    """
    rules = list(relations)
    resolver = _Resolver(edges, map_ways, {rule.via for rule in rules if isinstance(rule, TurnRule)})
    refused: Counter[str] = Counter()
    for rule in rules:
        refusal = rule if isinstance(rule, Refusal) else resolver.add(rule)
        if refusal is not None:
            refused[refusal.value] += 1
    count = RestrictionCount(
        total=len(rules), used=len(rules) - refused.total(), refused=dict(sorted(refused.items()))
    )
    return resolver.banned(), count


def _kind(relation: OsmRelation, profile: VehicleProfile) -> str | Refusal:
    """Return the kind of restriction that a relation lays on the profile's vehicle."""
    keys = profile.access_keys[:-1]
    excepted = {vehicle.strip() for vehicle in relation.tags.get("except", "").split(";")}
    _, _, vehicle = relation.tags.get("type", "").partition(":")
    if excepted.intersection(keys) or (vehicle and vehicle not in keys):
        return Refusal.NOT_FOR_THIS_PROFILE
    own = (*(f"restriction:{key}" for key in keys), "restriction")
    kind = next((relation.tags[key] for key in own if key in relation.tags), None)
    if kind is None:
        if any(f"{key}:conditional" in relation.tags for key in own):
            return Refusal.CONDITIONAL
        others = any(key.startswith("restriction:") for key in relation.tags)
        return Refusal.NOT_FOR_THIS_PROFILE if others else Refusal.NO_KIND
    if kind not in PROHIBITIONS | OBLIGATIONS:
        return Refusal.UNKNOWN_KIND
    return Refusal.TIME_LIMITED if HOUR_KEYS.intersection(relation.tags) else kind


class _Resolver:
    """Rules held against edges one by one, and what they ban together."""

    def __init__(self, edges: RuledEdges, map_ways: AbstractSet[int], via_ids: AbstractSet[int]) -> None:
        self._way_id, self._reverse = edges.way_id.tolist(), edges.reverse.tolist()
        self._head = edges.head
        self._map_ways = map_ways
        self._usable_ways = frozenset(self._way_id)
        via = np.isin(edges.node_id, np.fromiter(via_ids, dtype=np.int64, count=len(via_ids)))
        self._node = {int(edges.node_id[node]): int(node) for node in np.flatnonzero(via)}
        self._entering = _edges_by_node(edges.head, via)
        self._leaving = _edges_by_node(edges.tail, via)
        self._banned: set[tuple[int, int]] = set()
        self._obliged: defaultdict[int, set[int]] = defaultdict(set)

    def add(self, rule: TurnRule) -> Refusal | None:
        """Take a rule in, or return why that is impossible."""
        ways = self._touching(rule.from_ways, rule.via), self._touching(rule.to_ways, rule.via)
        for found in ways:
            if isinstance(found, Refusal):
                return found
        from_ways, to_ways = (found for found in ways if not isinstance(found, Refusal))
        if len(from_ways) > 1 and rule.kind != "no_entry":
            return Refusal.SEVERAL_FROM
        if len(to_ways) > 1 and rule.kind != "no_exit":
            return Refusal.SEVERAL_TO
        turns = self._turns(rule, from_ways, to_ways)
        if isinstance(turns, Refusal):
            return turns
        if rule.kind in PROHIBITIONS:
            self._banned.update(turns)
        for before, after in turns if rule.kind in OBLIGATIONS else ():
            self._obliged[before].add(after)
        return None

    def _touching(self, ways: tuple[int, ...], via: int) -> set[int] | Refusal:
        """Return those of the ways that begin or end an edge at the via node; a refusal where none does."""
        if self._map_ways.isdisjoint(ways):
            return Refusal.MEMBER_NOT_IN_MAP
        if self._usable_ways.isdisjoint(ways):
            return Refusal.MEMBER_CLOSED
        if via not in self._node:
            return Refusal.VIA_NOT_ON_ROAD
        node = self._node[via]
        touching = {self._way_id[edge] for edge in (*self._entering[node], *self._leaving[node])}
        return touching.intersection(ways) or Refusal.MEMBER_NOT_AT_VIA

    def _turns(
        self, rule: TurnRule, from_ways: set[int], to_ways: set[int]
    ) -> list[tuple[int, int]] | Refusal:
        """Return the pairs of edges that a rule speaks of; none where nothing arrives or leaves that way."""
        node = self._node[rule.via]
        before = [edge for edge in self._entering[node] if self._way_id[edge] in from_ways]
        after = [edge for edge in self._leaving[node] if self._way_id[edge] in to_ways]
        back = [(edge, self._reverse[edge]) for edge in before if self._reverse[edge] >= 0]
        if rule.kind.endswith("u_turn") and from_ways == to_ways:
            turns = back
        elif len(before) > len(from_ways) or len(after) > len(to_ways):
            return Refusal.MEMBER_NOT_SPLIT
        elif rule.kind.endswith("u_turn"):
            turns = list(product(before, after))
        else:
            turns = [pair for pair in product(before, after) if pair not in back]
        return Refusal.WOULD_CLOSE_ROAD if before and not turns and rule.kind in OBLIGATIONS else turns

    def banned(self) -> npt.NDArray[np.int64]:
        """Return the banned pairs of edges, sorted."""
        pairs = set(self._banned)
        for before, allowed in self._obliged.items():
            node = int(self._head[before])
            pairs.update((before, after) for after in self._leaving[node] if after not in allowed)
        return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _edges_by_node(node_of_edge: Ints, wanted: npt.NDArray[np.bool_]) -> defaultdict[int, list[int]]:
    """Return the edges at each wanted node."""
    edges: defaultdict[int, list[int]] = defaultdict(list)
    for edge in np.flatnonzero(wanted[node_of_edge]).tolist():
        edges[int(node_of_edge[edge])].append(edge)
    return edges
