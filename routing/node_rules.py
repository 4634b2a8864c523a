"""What the tags of single nodes mean for a vehicle: barriers and traffic signals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.routing.osm import OsmData, Tags
from equipage.routing.pieces import index_of
from equipage.routing.profile import VehicleProfile, barrier_blocks

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRules:
    """What a profile makes of the tags of each of the map's n nodes.

    Parameters
    ----------
    blocked : (n,) bool
        Nobody drives through.
    barrier_s : (n,) float64
        Seconds that passing its barrier takes.
    signal_s : (n, 2) float64
        Seconds that its traffic signals take, in the direction of the way and against it.
    """

    blocked: npt.NDArray[np.bool_]
    barrier_s: Floats
    signal_s: Floats

    @property
    def delay_s(self) -> Floats:
        """Seconds that driving through takes where the node is a junction."""
        return np.asarray(self.barrier_s + self.signal_s.max(axis=1, initial=0.0), dtype=np.float64)

    @property
    def to_cut_at(self) -> npt.NDArray[np.int64]:
        """Indices of the nodes with a barrier that blocks or delays."""
        return np.flatnonzero(self.blocked | (self.barrier_s > 0))


def read_nodes(osm: OsmData, profile: VehicleProfile) -> NodeRules:
    """Return what a profile makes of the tags of a map's nodes.

    Parameters
    ----------
    osm : OsmData
        The decoded map.
    profile : VehicleProfile
        Whose rules count.

    Returns
    -------
    NodeRules
        In the order of `osm.node_id`. Signals that are for one direction (`traffic_signals:direction`) delay
        only that one, except at junctions.
    """
    count = len(osm.node_id)
    rules = NodeRules(
        blocked=np.zeros(count, dtype=bool), barrier_s=np.zeros(count), signal_s=np.zeros((count, 2))
    )
    tagged = np.fromiter(osm.node_tags, dtype=np.int64, count=len(osm.node_tags))
    for node, tags in zip(index_of(osm.node_id, tagged).tolist(), osm.node_tags.values(), strict=True):
        if node < 0:
            continue
        rules.blocked[node] = barrier_blocks(tags, profile)
        rules.barrier_s[node] = profile.barrier_delay_s.get(tags.get("barrier", ""), 0.0)
        if tags.get("highway") == "traffic_signals":
            rules.signal_s[node] = np.where(_signal_faces(tags), profile.signal_delay_s, 0.0)
    return rules


def _signal_faces(tags: Tags) -> tuple[bool, bool]:
    """Return whether signals are for traffic in the direction of the way, and against it."""
    direction = tags.get("traffic_signals:direction") or tags.get("direction")
    return direction != "backward", direction != "forward"
