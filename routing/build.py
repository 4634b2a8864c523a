"""The road network of one vehicle, interpreted from OpenStreetMap data with its profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from equipage.routing.assembly import core_edges, number_words, order_of_states
from equipage.routing.bans import RuledEdges, resolve_restrictions
from equipage.routing.errors import EmptyNetworkError
from equipage.routing.limits import within_limits
from equipage.routing.local_roads import turns_among, without_through_traffic
from equipage.routing.network import RoadNetwork
from equipage.routing.node_rules import NodeRules, read_nodes
from equipage.routing.osm import OsmData
from equipage.routing.pieces import Pieces, cut_into_pieces, index_of
from equipage.routing.profile import VAN, VehicleProfile
from equipage.routing.restrictions import Refusal, TurnRule, read_restriction
from equipage.routing.roads import Roads, usable_roads
from equipage.routing.signs import is_roundabout, signs_of
from equipage.routing.states import TURN, remember_courses
from equipage.routing.timed_edges import timed_edges
from equipage.routing.turns import DrivingSide, EdgeEnds, expand_turns
from equipage.routing.way_rules import road_class

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edges:
    """Directed edges: the piece each runs along, whether against its direction, and between which nodes."""

    piece: Indices
    against: Indices
    reverse: Ints
    tail: Ints
    head: Ints
    map_node: Indices


def build_network(
    osm: OsmData,
    profile: VehicleProfile = VAN,
    *,
    driving_side: DrivingSide = "right",
    progress: Progress | None = None,
) -> RoadNetwork:
    """Return the road network that a map holds for one kind of vehicle.

    Parameters
    ----------
    osm : OsmData
        The decoded map.
    profile : VehicleProfile
        The rules by which the vehicle uses it.
    driving_side : {"right", "left"}
        The side of the road one drives on.
    progress : callable, optional
        Called with what is being done and the share of it that is done, 0 to 1.

    Returns
    -------
    RoadNetwork
        Its edges run from junction to junction, in the order of the map's ways. A road that returns to its
        own beginning is cut in two; an edge without length is kept and takes a millisecond.

    Raises
    ------
    EmptyNetworkError
        Where the map has no road that the profile may use.

    Notes
    -----
    What cannot be used is counted in `ignored`: `ways_closed` to the profile, and for each reason
    (`way_rules.Closure`) `ways_closed_by_…`; ways with `limits_not_understood`, `conditions_not_read` or
    others that `way_rules.unread_tags` names; `ways_cut`, where the map lacks some of their nodes;
    `ways_with_one_node`, of which fewer than two nodes are left; and `nodes_missing`.
    """
    told = progress or _tell_nobody
    told("reading tags", 0.0)
    roads = usable_roads(osm, profile)
    rules = [read_restriction(relation, profile) for relation in osm.restrictions]
    nodes = read_nodes(osm, profile)
    told("cutting ways at junctions", 0.5)
    via_ids = [rule.via_node for rule in rules if isinstance(rule, TurnRule) and rule.via_node is not None]
    via = np.array(via_ids, dtype=np.int64)
    special = np.concatenate([index_of(osm.node_id, via), nodes.to_cut_at])
    pieces = cut_into_pieces(osm, [way.nodes for way in roads.ways], special[special >= 0])
    if len(pieces.first) == 0:
        raise EmptyNetworkError(_what_was_found(osm, profile, roads))
    told("joining edges and turns", 0.7)
    network = _network(
        osm, profile, roads, nodes=nodes, pieces=pieces, rules=rules, driving_side=driving_side
    )
    told("done", 1.0)
    return network


def _tell_nobody(_doing: str, _share: float) -> None:
    """Report no progress."""


def _what_was_found(osm: OsmData, profile: VehicleProfile, roads: Roads) -> str:
    """Return the message for a map without usable roads."""
    classes = Counter(road_class(way.tags) for way in osm.ways).most_common(5)
    listed = ", ".join(f"{count} {name}" for name, count in classes)
    return (
        f"{osm.source} has no road that the profile {profile.name!r} may use: of its {len(osm.ways)} ways"
        f"{f' ({listed})' if listed else ''} {len(roads.ways)} are open to it, and none of these joins two "
        f"of the {len(osm.node_id)} located nodes. Give an extract that contains the streets of the city."
    )


def _network(
    osm: OsmData,
    profile: VehicleProfile,
    roads: Roads,
    *,
    nodes: NodeRules,
    pieces: Pieces,
    rules: Sequence[TurnRule | Refusal],
    driving_side: DrivingSide,
) -> RoadNetwork:
    """Return the network of pieces laid out as edges."""
    edges = _directed_edges(roads, pieces)
    way = pieces.way[edges.piece]
    start, points = _shapes(pieces, edges)
    lonlat = np.column_stack([osm.node_lon, osm.node_lat])
    way_id = np.array([way.id for way in roads.ways], dtype=np.int64)[way]
    ruled = RuledEdges(
        node_id=osm.node_id[edges.map_node],
        tail=edges.tail,
        head=edges.head,
        reverse=edges.reverse,
        way_id=way_id,
        against=edges.against.astype(bool),
    )
    banned, restrictions = resolve_restrictions(rules, ruled, {way.id for way in osm.ways})
    local = roads.local[way, edges.against]
    roundabout = np.array([is_roundabout(way.tags) for way in roads.ways], dtype=bool)[way]
    duration_s = _durations_s(roads, pieces, nodes)[edges.piece, edges.against]
    timed = timed_edges(roads, way, edges.against, pieces.length_m[edges.piece], duration_s)
    shut = timed.shut(len(way))
    turns = expand_turns(
        EdgeEnds.of(
            edges.tail,
            edges.head,
            edges.reverse,
            shape_start=start,
            shape_lonlat=lonlat[points],
            roundabout=roundabout,
        ),
        delay_s=_delays_s(edges, nodes, roads.kph[way, edges.against]),
        blocked=nodes.blocked[edges.map_node],
        banned=[ban.edges for ban in banned if len(ban.edges) == TURN and not ban.when],
        local=local | shut,
        turning=nodes.turning[edges.map_node],
        driving_side=driving_side,
    )
    states = remember_courses(turns, len(way), banned)
    core = core_edges(len(way), turns_among(states, ~shut), states.copy_of) & ~shut
    states = without_through_traffic(states, local=local, core=core)
    said = [signs_of(way.tags) for way in roads.ways]
    names, name = number_words(
        [way.tags.get("name") or ref for way, (ref, _, _) in zip(roads.ways, said, strict=True)], first=""
    )
    classes, road_classes = number_words([road_class(way.tags) for way in roads.ways])
    signs, sign = number_words(list(chain.from_iterable(said)), first="")
    sign = sign.reshape(-1, 3)
    return RoadNetwork(
        node_id=ruled.node_id,
        node_lonlat=lonlat[edges.map_node],
        edge_tail=edges.tail,
        edge_head=edges.head,
        edge_length_m=pieces.length_m[edges.piece],
        edge_duration_s=duration_s,
        edge_way_id=way_id,
        edge_name=name[way],
        edge_class=road_classes[way].astype(np.int16),
        edge_ref=sign[way, 0],
        edge_destination=sign[way, 1 + edges.against],
        edge_roundabout=roundabout,
        edge_reverse=edges.reverse,
        edge_in_core=core & roads.stop[way, edges.against],
        shape_start=start,
        shape_lonlat=lonlat[points],
        copy_of=states.copy_of,
        state_order=order_of_states(edges.reverse, states.turns, states.copy_of),
        turn_from=states.turns.edge_from,
        turn_to=states.turns.edge_to,
        timed_turn=states.timed_turn,
        timed_hours=states.timed_hours,
        turn_duration_s=states.turns.duration_s,
        timed_edge=timed.edge,
        timed_edge_hours=timed.hours + np.int32(len(states.hours)),
        timed_edge_s=timed.seconds,
        hours=(*states.hours, *timed.words),
        names=names,
        classes=classes,
        signs=signs,
        profile=profile.name,
        network_id="",
        restrictions=restrictions,
        ignored={**roads.ignored, **pieces.ignored},
    ).sealed()


def _directed_edges(roads: Roads, pieces: Pieces) -> _Edges:
    """Return one edge for each direction in which a piece may be driven, the two of a piece side by side."""
    open_ = roads.open[pieces.way]
    piece, against = np.nonzero(open_)
    number = np.cumsum(open_.ravel()).reshape(open_.shape) - 1
    reverse = np.where(open_[piece, 1 - against], number[piece, 1 - against], -1)
    ends = pieces.node[np.stack([pieces.first, pieces.last], axis=1)]
    map_node, end = np.unique(ends, return_inverse=True)
    end = end.reshape(-1, 2)
    return _Edges(
        piece=piece,
        against=against,
        reverse=reverse.astype(np.int32),
        tail=end[piece, against].astype(np.int32),
        head=end[piece, 1 - against].astype(np.int32),
        map_node=map_node,
    )


def _shapes(pieces: Pieces, edges: _Edges) -> tuple[Indices, Indices]:
    """Return where each edge's shape begins, and the map's nodes of all shapes in the direction of travel."""
    size = (pieces.last - pieces.first + 1)[edges.piece]
    start = np.concatenate([[0], np.cumsum(size)])
    begin = np.where(edges.against, pieces.last[edges.piece], pieces.first[edges.piece])
    step = np.arange(start[-1]) - np.repeat(start[:-1], size)
    point = np.repeat(begin, size) + step * np.repeat(1 - 2 * edges.against, size)
    return start.astype(np.int64), pieces.node[point]


def _delays_s(edges: _Edges, nodes: NodeRules, kph: Floats) -> Floats:
    """Return the seconds that signals, signs and barriers at its end take who comes along each edge.

    The minor roads at a junction are those that are slower than another (as on OSRM's).
    """
    fastest_kph = np.zeros(len(edges.map_node))
    for end in (edges.tail, edges.head):
        np.maximum.at(fastest_kph, end, kph)
    at = edges.map_node[edges.head]
    minor = kph < fastest_kph[edges.head]
    return (
        nodes.barrier_s[at]
        + nodes.stop_s[at, edges.against]
        + nodes.nearing_s[at]
        + np.where(minor, nodes.minor_s[at], 0.0)
    )


def _durations_s(roads: Roads, pieces: Pieces, nodes: NodeRules) -> Floats:
    """Return the seconds to drive each piece in each direction, signals and signs within it included."""
    way_length_m = np.bincount(pieces.way, weights=pieces.length_m, minlength=len(roads.ways))
    stated_kph = (way_length_m / roads.crossing_s * 3.6)[:, np.newaxis]
    kph = np.where(np.isnan(stated_kph), roads.kph, stated_kph)[pieces.way]
    moving_s = np.divide(pieces.length_m[:, np.newaxis] * 3.6, kph, out=np.zeros_like(kph), where=kph > 0)
    waited_s = np.cumsum(nodes.stop_s[pieces.node] + _nearing_s(pieces, nodes), axis=0)
    within_s = waited_s[pieces.last - 1] - waited_s[pieces.first]
    return within_limits(moving_s + within_s)


def _nearing_s(pieces: Pieces, nodes: NodeRules) -> Floats:
    """Return for each point and direction the seconds of signs that face those who near the next junction."""
    seconds = np.zeros((len(pieces.node), 2))
    sign = np.flatnonzero(nodes.nearing_s[pieces.node] > 0)
    piece = np.maximum(np.searchsorted(pieces.first, sign, side="right") - 1, 0)
    behind_m = pieces.metre[sign] - pieces.metre[pieces.first[piece]]
    ahead_m = pieces.metre[pieces.last[piece]] - pieces.metre[sign]
    seconds[sign, np.where(ahead_m <= behind_m, 0, 1)] = nodes.nearing_s[pieces.node[sign]]
    return seconds
