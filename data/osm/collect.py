"""Gather decoded elements into `OsmData`, whatever format they come from."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from equipage.data.errors import NoRoadsError
from equipage.routing.osm import CROSSINGS, OsmData, OsmRelation, OsmWay, Tags

# OSM positions are whole multiples of 1e-7 degrees.
UNITS_PER_DEGREE = 10_000_000
MAX_X, MAX_Y = 180 * UNITS_PER_DEGREE, 90 * UNITS_PER_DEGREE


def compact_tags(tags: Iterable[tuple[str, str]]) -> Tags:
    """Return the tags as a dict whose strings are shared with all others, for a city repeats few of them."""
    return {sys.intern(key): sys.intern(value) for key, value in tags}


@dataclass(slots=True)
class RoadTable:
    """The roads and turn restrictions met so far; of an id met twice the first is kept."""

    ways: dict[int, OsmWay] = field(default_factory=dict)
    restrictions: dict[int, OsmRelation] = field(default_factory=dict)

    def add_way(self, way: OsmWay) -> None:
        """Keep the way if it is a road or carries vehicles."""
        if "highway" in way.tags or way.tags.get("route") in CROSSINGS:
            self.ways.setdefault(way.id, way)

    def add_relation(self, relation: OsmRelation) -> None:
        """Keep the relation if it restricts turns."""
        if relation.tags.get("type", "").startswith("restriction"):
            self.restrictions.setdefault(relation.id, relation)

    def node_ids(self) -> npt.NDArray[np.int64]:
        """Return the ids of all nodes that the ways name, ascending and each once."""
        refs = array("q")
        for way in self.ways.values():
            refs.extend(way.nodes)
        # np.unique does the same by hashing, ten times slower (numpy 2.4).
        ids = np.sort(np.frombuffer(refs, dtype=np.int64))
        return ids[np.concatenate([[True], ids[1:] != ids[:-1]])] if ids.size else ids


class NodeTable:
    """The positions and tags of the needed nodes, packed while they come in.

    Parameters
    ----------
    needed : (k,) int64
        Ids worth keeping, ascending.
    """

    # Bounds the memory that unneeded nodes (of buildings, say) take for a moment: 16 MB.
    BATCH = 1_000_000

    def __init__(self, needed: npt.NDArray[np.int64]) -> None:
        self._needed = needed
        self._id, self._x, self._y = array("q"), array("i"), array("i")
        self._kept = [(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))]
        self._tags: dict[int, Tags] = {}

    def add(self, node_id: int, x: int, y: int) -> None:
        """Add the position of one node in 1e-7 degrees of longitude and latitude."""
        self._id.append(node_id)
        self._x.append(x)
        self._y.append(y)
        if len(self._id) >= self.BATCH:
            self._keep_needed()

    def add_all(self, ids: npt.NDArray[np.int64], x: npt.NDArray[np.int32], y: npt.NDArray[np.int32]) -> None:
        """Add the positions of many nodes, as `add` does of one."""
        on_earth = (np.abs(x, dtype=np.int64) <= MAX_X) & (np.abs(y, dtype=np.int64) <= MAX_Y)
        keep = self._is_needed(ids) & on_earth
        self._kept.append((ids[keep], x[keep], y[keep]))

    @property
    def any_made_by_hand(self) -> bool:
        """Whether a needed node has a negative id: it is in an editor's file, and not on the map yet."""
        return bool(self._needed.size) and bool(self._needed[0] < 0)

    def add_tags(self, node_id: int, tags: Tags) -> None:
        """Add the tags of one node, whether needed or not."""
        self._tags[node_id] = tags

    def arrays(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return ids, ascending and each once, and their longitudes and latitudes in degrees."""
        self._keep_needed()
        ids, x, y = (np.concatenate(column) for column in zip(*self._kept, strict=True))
        # Files are nearly always sorted already.
        if not (ids[1:] > ids[:-1]).all():
            ids, first = np.unique(ids, return_index=True)
            x, y = x[first], y[first]
        return ids, x / UNITS_PER_DEGREE, y / UNITS_PER_DEGREE

    def tags(self) -> Mapping[int, Tags]:
        """Return the tags of the needed nodes, by id."""
        ids = np.fromiter(self._tags, dtype=np.int64, count=len(self._tags))
        return {node: self._tags[node] for node in ids[self._is_needed(ids)].tolist()}

    def _is_needed(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        if not self._needed.size:
            return np.zeros(ids.size, dtype=bool)
        place = np.minimum(np.searchsorted(self._needed, ids), self._needed.size - 1)
        return np.equal(self._needed[place], ids)

    def _keep_needed(self) -> None:
        ids = np.array(self._id, dtype=np.int64)
        x, y = np.array(self._x, dtype=np.int32), np.array(self._y, dtype=np.int32)
        self.add_all(ids, x, y)
        for column in (self._id, self._x, self._y):
            del column[:]


def assemble(roads: RoadTable, nodes: NodeTable, *, source: str, as_of: str | None) -> OsmData:
    """Return what was gathered.

    Raises
    ------
    NoRoadsError
        When not one way is a road or a ferry, or not one of their nodes has a position.
    """
    if not roads.ways:
        raise NoRoadsError(
            f"{source} holds no roads: no way in it has a highway tag. "
            "Give an extract that contains the streets of the city."
        )
    node_id, lon, lat = nodes.arrays()
    if not node_id.size:
        raise NoRoadsError(
            f"{source} holds {len(roads.ways)} roads but not the positions of their nodes. "
            "Make the extract anew with its nodes (in Overpass QL: `(._;>;); out body;`)."
        )
    return OsmData(
        node_id=node_id,
        node_lon=lon,
        node_lat=lat,
        node_tags=nodes.tags(),
        ways=tuple(roads.ways.values()),
        restrictions=tuple(roads.restrictions.values()),
        source=source,
        as_of=as_of,
    )
