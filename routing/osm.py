"""OpenStreetMap data as decoded, before any opinion on what its tags mean.

`equipage.data.osm` decodes files and downloads into these values; `equipage.routing.build` interprets them
with a profile. Only what routing can use is kept: ways with a `highway` tag or whose `route` is one of
`CROSSINGS`, the nodes they are made of, and relations of `type=restriction` (or `restriction:*`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Tags = Mapping[str, str]

Direction = Literal["forward", "backward"]
"""Of travel: as a way is drawn, or against that."""

CROSSINGS = frozenset({"ferry", "shuttle_train"})
"""Values of `route` of ways on which vehicles are carried."""


@dataclass(frozen=True, slots=True)
class OsmWay:
    """One way: its id, the ids of its nodes in order, and its tags."""

    id: int
    nodes: tuple[int, ...]
    tags: Tags


@dataclass(frozen=True, slots=True)
class OsmMember:
    """One member of a relation."""

    kind: Literal["node", "way", "relation"]
    ref: int
    role: str


@dataclass(frozen=True, slots=True)
class OsmRelation:
    """One relation: its id, its members in order, and its tags."""

    id: int
    members: tuple[OsmMember, ...]
    tags: Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmData:
    """The roads, their nodes and the turn restrictions of one extract.

    Parameters
    ----------
    node_id : (n,) int64
        Ids of the located nodes, ascending. A way may name nodes that are not here (a clipped extract).
    node_lon, node_lat : (n,) float64
        Their positions in degrees (EPSG:4326).
    node_tags : mapping from node id to tags
        Tagged nodes only (barriers, signals, crossings).
    ways : sequence of OsmWay
        Ways with a `highway` tag or whose `route` is one of `CROSSINGS`, in file order.
    restrictions : sequence of OsmRelation
        Turn restriction relations, in file order.
    source : str
        What it was read from, for messages.
    as_of : str or None
        The extract's own time stamp where it has one.
    """

    node_id: npt.NDArray[np.int64]
    node_lon: npt.NDArray[np.float64]
    node_lat: npt.NDArray[np.float64]
    node_tags: Mapping[int, Tags]
    ways: Sequence[OsmWay]
    restrictions: Sequence[OsmRelation]
    source: str
    as_of: str | None = field(default=None)
