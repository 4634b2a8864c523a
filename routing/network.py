"""The road network as arrays: directed edges between junctions and the turns allowed from one to the next.

A network is immutable. Everything that changes (closures, speeds) lives in `equipage.routing.conditions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.earth import polyline_lengths_m
from equipage.routing import assembly
from equipage.routing.array_faults import check_arrays
from equipage.routing.errors import InvalidNetworkError
from equipage.routing.limits import within_limits
from equipage.routing.network_faults import faults_of_network
from equipage.routing.states import TURN, Ban, Course, remember_courses
from equipage.routing.turns import DrivingSide, EdgeEnds, expand_turns

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

DEFAULT_SPEED_KPH = 50.0
"""What `RoadNetwork.from_arrays` drives at where no durations are given: the limit in European towns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionCount:
    """What became of the turn restrictions of a map: `used + sum(refused.values()) == total`."""

    total: int
    used: int
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadNetwork:
    """A turn-aware road network for one vehicle profile.

    Parameters
    ----------
    node_id : (n,) int64
        OpenStreetMap ids of the junctions and dead ends.
    node_lonlat : (n, 2) float64
        Their lon, lat in degrees.
    edge_tail, edge_head : (m,) int32
        Indices of the nodes that each directed edge leaves and enters.
    edge_length_m : (m,) float64
        Metres along the edge.
    edge_duration_s : (m,) float64
        Seconds to drive it without conditions, delays within it (signals) included; positive.
    edge_way_id : (m,) int64
        The OpenStreetMap way it is part of.
    edge_name : (m,) int32
        Index into `names`; 0 is the empty name.
    edge_class : (m,) int16
        Index into `classes` (values of the `highway` tag).
    edge_ref, edge_destination : (m,) int32
        Index into `signs`: the road's number, and where it leads to; 0 where there is no such sign.
    edge_roundabout : (m,) bool
        Whether it is part of a roundabout or another ring that all drive round the same way.
    edge_reverse : (m,) int32
        The edge of the same road in the other direction, or -1.
    edge_in_core : (m,) bool
        Whether trips may start and end there, and it belongs to the largest strongly connected set of edges:
        only these are snapped to, so that no trip starts or ends in a pocket that cannot be left or reached.
    shape_start : (m + 1,) int64
        Edge e's shape is `shape_lonlat[shape_start[e]:shape_start[e + 1]]`, in the direction of travel, ends
        included.
    shape_lonlat : (k, 2) float64
        Points lon, lat in degrees.
    copy_of : (c,) int32
        What turns join are states: 0 to m - 1 are the edges, and m + i is edge `copy_of[i]` again, ascending.
        A copy is entered by the beginning of a turn restriction over ways, and lacks what that forbids. Only
        turns speak of copies: a road is snapped to, closed, drawn and measured by its edges alone, and a trip
        starts in the state of its edge's own number.
    state_order : (m + c,) int32
        All states, in the order in which a contraction hierarchy takes them. Answers are the same in any
        order, and how fast they come depends on it: so it is found once, and is no part of the id.
    turn_from, turn_to : (t,) int32
        Every allowed turn, from a state to the next, sorted by `turn_from`.
    timed_turn, timed_hours : (b,) int32
        Turns that are banned at some hours only, and the place of these in `hours`. A turn may be here
        several times; it is banned when any of them says so.
    timed_edge, timed_edge_hours : (r,) int32
        Edges that are closed or take other seconds at some hours, and the place of these in `hours`. Of
        several of one edge at most one holds.
    timed_edge_s : (r,) float64
        Seconds that it takes then; inf where it is closed.
    turn_duration_s : (t,) float64
        Seconds that the turn itself costs.
    hours : tuple of str
        When turns are banned or edges differ, in OpenStreetMap's words, on the clock of the place; where
        `unless ` comes first, at all other times. Between what must hold together stands ` AND `.
    names, classes : tuple of str
        Street names (entry 0 is empty) and road classes.
    signs : tuple of str
        What signs say; entry 0 is empty.
    profile : str
        Name of the vehicle profile it was built with.
    network_id : str
        A digest of everything above but the order: equal networks have equal ids.
    restrictions : RestrictionCount
        The account of the map's turn restrictions.
    ignored : mapping from str to int
        What else of the map could not be used, by reason.

    Raises
    ------
    InvalidNetworkError
        Where an array has another type or size, or an index leads nowhere; the message names every fault.
    """

    node_id: npt.NDArray[np.int64]
    node_lonlat: npt.NDArray[np.float64]
    edge_tail: npt.NDArray[np.int32]
    edge_head: npt.NDArray[np.int32]
    edge_length_m: npt.NDArray[np.float64]
    edge_duration_s: npt.NDArray[np.float64]
    edge_way_id: npt.NDArray[np.int64]
    edge_name: npt.NDArray[np.int32]
    edge_class: npt.NDArray[np.int16]
    edge_ref: npt.NDArray[np.int32]
    edge_destination: npt.NDArray[np.int32]
    edge_roundabout: npt.NDArray[np.bool_]
    edge_reverse: npt.NDArray[np.int32]
    edge_in_core: npt.NDArray[np.bool_]
    shape_start: npt.NDArray[np.int64]
    shape_lonlat: npt.NDArray[np.float64]
    copy_of: npt.NDArray[np.int32]
    state_order: npt.NDArray[np.int32]
    turn_from: npt.NDArray[np.int32]
    turn_to: npt.NDArray[np.int32]
    timed_turn: npt.NDArray[np.int32]
    timed_hours: npt.NDArray[np.int32]
    timed_edge: npt.NDArray[np.int32]
    timed_edge_hours: npt.NDArray[np.int32]
    timed_edge_s: npt.NDArray[np.float64]
    turn_duration_s: npt.NDArray[np.float64]
    hours: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    signs: tuple[str, ...]
    profile: str
    network_id: str
    restrictions: RestrictionCount
    ignored: Mapping[str, int]

    def __post_init__(self) -> None:
        faults = "; ".join(faults_of_network(self))
        if faults:
            raise InvalidNetworkError(f"These arrays are no road network: {faults}")

    @classmethod
    def from_arrays(
        cls,
        node_lonlat: npt.ArrayLike,
        edge_tail: npt.ArrayLike,
        edge_head: npt.ArrayLike,
        *,
        node_id: npt.ArrayLike | None = None,
        edge_length_m: npt.ArrayLike | None = None,
        edge_duration_s: npt.ArrayLike | None = None,
        edge_way_id: npt.ArrayLike | None = None,
        edge_name: Sequence[str] | None = None,
        edge_class: Sequence[str] | None = None,
        edge_ref: Sequence[str] | None = None,
        edge_destination: Sequence[str] | None = None,
        edge_roundabout: npt.ArrayLike | None = None,
        shapes: Sequence[npt.ArrayLike] | None = None,
        banned_turns: Sequence[Course] = (),
        turn_duration_s: Mapping[tuple[int, int], float] | None = None,
        driving_side: DrivingSide = "right",
        profile: str = "van",
    ) -> RoadNetwork:
        """Return a network of given directed edges, deriving whatever is left out.

        Parameters
        ----------
        node_lonlat : (n, 2)
            Nodes lon, lat in degrees.
        edge_tail, edge_head : (m,)
            Indices of the nodes that each directed edge leaves and enters. A two-way road is two edges; they
            are recognised as each other's reverse by their way and their mirrored shape.
        node_id : (n,), optional
            OpenStreetMap ids; 1, 2, … where left out.
        edge_length_m, edge_duration_s : (m,), optional
            Metres (of the shape where left out), at most half the way around the Earth, and seconds (at
            50 km/h where left out), a millisecond to three days.
        edge_way_id : (m,), optional
            OpenStreetMap ways; where left out, every road has one of its own, counted from 1.
        edge_name, edge_class : sequence of m str, optional
            Street names and road classes; empty and `unclassified` where left out.
        edge_ref, edge_destination : sequence of m str, optional
            The road's number, and where signs say it leads; empty where left out.
        edge_roundabout : (m,), optional
            Which edges are part of a roundabout; none where left out.
        shapes : sequence of m (k, 2), optional
            Points lon, lat from tail to head, ends included; straight where left out.
        banned_turns : sequence of (edge, edge, ...)
            Turns that are not allowed, and courses of more edges that nobody may drive to their end.
        turn_duration_s : mapping from (edge, edge) to float, optional
            Seconds of single turns, 0 to three days; the others cost what their angle says.
        driving_side : {"right", "left"}
            The side of the road one drives on.
        profile : str
            Name of the vehicle profile the durations are meant for.

        Returns
        -------
        RoadNetwork
            Edges keep their numbers.

        Raises
        ------
        InvalidNetworkError
            Where arrays contradict each other; the message names every fault.
        """
        check_arrays(
            node_lonlat=node_lonlat,
            edge_tail=edge_tail,
            edge_head=edge_head,
            node_id=node_id,
            edge_length_m=edge_length_m,
            edge_duration_s=edge_duration_s,
            edge_way_id=edge_way_id,
            edge_name=edge_name,
            edge_class=edge_class,
            edge_ref=edge_ref,
            edge_destination=edge_destination,
            edge_roundabout=edge_roundabout,
            shapes=shapes,
            banned_turns=banned_turns,
            turn_duration_s=turn_duration_s or {},
            driving_side=driving_side,
            profile=profile,
        )
        lonlat = np.array(node_lonlat, dtype=np.float64)
        tail, head = np.array(edge_tail, dtype=np.int32), np.array(edge_head, dtype=np.int32)
        drawn = None if shapes is None else assembly.pack_shapes(shapes)
        start, points = drawn or assembly.straight_shapes(lonlat, tail, head)
        way_id = None if edge_way_id is None else np.array(edge_way_id, dtype=np.int64)
        reverse = assembly.pair_directions(tail, head, (start, points), way_id)
        roundabout = np.zeros(tail.size, bool) if edge_roundabout is None else np.array(edge_roundabout, bool)
        turns = expand_turns(
            EdgeEnds.of(tail, head, reverse, shape_start=start, shape_lonlat=points, roundabout=roundabout),
            delay_s=np.zeros(tail.size),
            blocked=np.zeros(len(lonlat), dtype=bool),
            banned=[course for course in banned_turns if len(course) == TURN],
            driving_side=driving_side,
        )
        turns = assembly.with_durations(turns, turn_duration_s or {})
        states = remember_courses(turns, tail.size, (Ban(tuple(course)) for course in banned_turns))
        length = np.array(
            polyline_lengths_m(points, start) if edge_length_m is None else edge_length_m, dtype=np.float64
        )
        at_default = within_limits(length / (DEFAULT_SPEED_KPH / 3.6))
        names, name = assembly.number_words(edge_name or [""] * tail.size, first="")
        classes, road_class = assembly.number_words(edge_class or ["unclassified"] * tail.size)
        unsigned = [""] * tail.size
        signs, sign = assembly.number_words(
            [*(edge_ref or unsigned), *(edge_destination or unsigned)], first=""
        )
        return cls(
            node_id=np.array(range(1, len(lonlat) + 1) if node_id is None else node_id, dtype=np.int64),
            node_lonlat=lonlat,
            edge_tail=tail,
            edge_head=head,
            edge_length_m=length,
            edge_duration_s=np.array(
                at_default if edge_duration_s is None else edge_duration_s, dtype=np.float64
            ),
            edge_way_id=assembly.ways_of_their_own(reverse) if way_id is None else way_id,
            edge_name=name,
            edge_class=road_class.astype(np.int16),
            edge_ref=sign[: tail.size],
            edge_destination=sign[tail.size :],
            edge_roundabout=roundabout,
            edge_reverse=reverse,
            edge_in_core=assembly.core_edges(tail.size, states.turns, states.copy_of),
            shape_start=start,
            shape_lonlat=points,
            copy_of=states.copy_of,
            state_order=assembly.order_of_states(reverse, states.turns, states.copy_of),
            turn_from=states.turns.edge_from,
            turn_to=states.turns.edge_to,
            timed_turn=states.timed_turn,
            timed_hours=states.timed_hours,
            turn_duration_s=states.turns.duration_s,
            timed_edge=np.array([], dtype=np.int32),
            timed_edge_hours=np.array([], dtype=np.int32),
            timed_edge_s=np.array([], dtype=np.float64),
            hours=states.hours,
            names=names,
            classes=classes,
            signs=signs,
            profile=profile,
            network_id="",
            restrictions=RestrictionCount(total=0, used=0, refused={}),
            ignored={},
        ).sealed()

    @classmethod
    def from_osmnx(cls, graph: nx.MultiDiGraph[int], *, profile: str | None = None) -> RoadNetwork:
        """Return a graph of OSMnx as a network.

        Parameters
        ----------
        graph : networkx.MultiDiGraph
            From OSMnx, simplified or not, in EPSG:4326. Only nodes' `x` and `y` and edges' `osmid` must be
            there.
        profile : str, optional
            Name of the vehicle profile that its travel times are meant for; where left out, what `to_osmnx`
            wrote into it, else `van`.

        Returns
        -------
        RoadNetwork
            Edges in the graph's order. OSMnx knows neither turn restrictions, hours nor roads for local
            business: all roads are open to all, and turns cost what their angles say.

        Raises
        ------
        InvalidNetworkError
            If it is no such graph; the message names every fault.

        Notes
        -----
        An edge takes its `travel_time`; without one its `length` at its `speed_kph`; without that, or at 0,
        50 km/h are driven. Without `length` its `geometry` is measured, without that the straight line. What
        is nan, None or an empty list is not there; no edge takes less than a millisecond.

        Of several ways, names or classes that OSMnx merged into one edge, the least is kept, so that both
        directions of a street have the same; of several speeds the mean. Of `ref` and `destination` all are
        kept.

        An edge from a node to itself becomes two, with a node between them whose id is below 0. Its line is
        closed where it is not; where it has no extent, it is left out (`loops_without_extent` in `ignored`).
        """
        from equipage.routing.osmnx_graphs import network_of  # noqa: PLC0415 - it imports this

        return network_of(graph, profile=profile)

    def to_osmnx(self) -> nx.MultiDiGraph[int]:
        """Return the network as a graph of OSMnx, for its statistics, plots and files.

        Returns
        -------
        networkx.MultiDiGraph
            Nodes by OpenStreetMap id with `x`, `y` and `street_count`; edges with `osmid`, `highway`,
            `length` (metres), `travel_time` (seconds), `speed_kph`, `oneway` and `geometry`, and where there
            are such `name`, `ref`, `destination` and `junction` (`roundabout`), in EPSG:4326; the graph with
            `profile`. Which turns are allowed and what they cost, what holds at some hours, and which roads
            are for local business is not in it: its paths may be ones that nobody may drive.
        """
        from equipage.routing.osmnx_graphs import graph_of  # noqa: PLC0415 - it imports this

        return graph_of(self)

    def sealed(self) -> RoadNetwork:
        """Return the network with the `network_id` that its content gives, its arrays made read-only.

        Returns
        -------
        RoadNetwork
            It shares its arrays with this one.
        """
        digest = sha256(repr((self.names, self.classes, self.signs, self.profile, self.hours)).encode())
        for field in fields(self):
            values = getattr(self, field.name)
            if not isinstance(values, np.ndarray):
                continue
            values.setflags(write=False)
            if field.name != "state_order":  # another machine's METIS may find another one
                digest.update(f"{field.name} {values.dtype.str} {values.shape}".encode())
                digest.update(np.ascontiguousarray(values).data)
        return replace(self, network_id=digest.hexdigest()[:16])

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a network of the same id."""
        return isinstance(other, RoadNetwork) and self.network_id == other.network_id

    def __hash__(self) -> int:
        """Return a hash of the id."""
        return hash(self.network_id)

    @property
    def node_count(self) -> int:
        """Junctions and dead ends."""
        return len(self.node_id)

    @property
    def edge_count(self) -> int:
        """Directed edges."""
        return len(self.edge_tail)

    @property
    def turn_count(self) -> int:
        """Allowed turns."""
        return len(self.turn_from)

    @property
    def state_edge(self) -> npt.NDArray[np.int32]:
        """The edge that each state is, (m + c,) int32: the edges themselves, then their copies."""
        return np.concatenate([np.arange(self.edge_count, dtype=np.int32), self.copy_of])

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all shapes, in degrees."""
        # One column at a time: numpy takes thirty times as long for both at once.
        lon, lat = self.shape_lonlat.T
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    @property
    def edge_speed_kph(self) -> npt.NDArray[np.float64]:
        """Mean speed along each edge without conditions, in km/h."""
        return np.asarray(self.edge_length_m / self.edge_duration_s * 3.6, dtype=np.float64)

    def edge_shape(self, edge: int) -> npt.NDArray[np.float64]:
        """Return the points of one edge.

        Parameters
        ----------
        edge : int
            Number of the edge.

        Returns
        -------
        (k, 2) float64
            Points lon, lat in degrees in the direction of travel, ends included; a read-only view.
        """
        return self.shape_lonlat[self.shape_start[edge] : self.shape_start[edge + 1]]

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Return the edges as a table with a line each.

        Returns
        -------
        GeoDataFrame
            Indexed by edge number; `way_id`, `name`, `class`, `length_m`, `duration_s`, `speed_kph` (mean,
            without conditions), `in_core` and `geometry` in EPSG:4326.
        """
        import geopandas as gpd  # noqa: PLC0415 - takes a second, and only analysts need it

        owner = np.repeat(np.arange(self.edge_count), np.diff(self.shape_start))
        columns = {
            "way_id": self.edge_way_id,
            "name": np.array(self.names, dtype=object)[self.edge_name],
            "class": np.array(self.classes, dtype=object)[self.edge_class],
            "length_m": self.edge_length_m,
            "duration_s": self.edge_duration_s,
            "speed_kph": self.edge_speed_kph,
            "in_core": self.edge_in_core,
        }
        lines = shapely.linestrings(self.shape_lonlat, indices=owner)
        return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")
