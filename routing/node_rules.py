"""What the tags of single nodes mean for a vehicle: barriers, traffic signals, stop and give-way signs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.routing.measures import vehicle_fits
from equipage.routing.osm import OsmData, Tags
from equipage.routing.pieces import index_of
from equipage.routing.profile import VehicleProfile
from equipage.routing.way_rules import access_value, vehicle_access

Floats = npt.NDArray[np.float64]

TURNING = frozenset({"mini_roundabout", "turning_circle", "turning_loop"})
"""Values of `highway` of nodes that are made for turning back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRules:
    """What a profile makes of the tags of each of the map's n nodes.

    Parameters
    ----------
    blocked : (n,) bool
        Nobody drives through.
    barrier_s : (n,) float64
        Seconds that passing its barrier takes.
    stop_s : (n, 2) float64
        Seconds that its signals or signs take, in the direction of the way and against it.
    nearing_s : (n,) float64
        Seconds that signs take of which nothing says whom they face: those who near the next junction.
    minor_s : (n,) float64
        Seconds that signs take who comes to the junction by one of its minor roads.
    turning : (n,) bool
        One may turn back.
    """

    blocked: npt.NDArray[np.bool_]
    barrier_s: Floats
    stop_s: Floats
    nearing_s: Floats
    minor_s: Floats
    turning: npt.NDArray[np.bool_]

    @property
    def to_cut_at(self) -> npt.NDArray[np.int64]:
        """Indices of the nodes with a barrier that blocks or delays, and of those where one may turn back."""
        return np.flatnonzero(self.blocked | (self.barrier_s > 0) | self.turning)


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
        In the order of `osm.node_id`. Signals and signs that are for one direction (`direction`,
        `traffic_signals:direction`) delay only that one, along each way that they are on.

    Notes
    -----
    A sign on the node of a junction delays all who come there, `stop=minor` those on its minor roads.
    """
    count = len(osm.node_id)
    rules = NodeRules(
        blocked=np.zeros(count, dtype=bool),
        barrier_s=np.zeros(count),
        stop_s=np.zeros((count, 2)),
        nearing_s=np.zeros(count),
        minor_s=np.zeros(count),
        turning=np.zeros(count, dtype=bool),
    )
    tagged = np.fromiter(osm.node_tags, dtype=np.int64, count=len(osm.node_tags))
    for node, tags in zip(index_of(osm.node_id, tagged).tolist(), osm.node_tags.values(), strict=True):
        if node < 0:
            continue
        rules.blocked[node] = _barrier_blocks(tags, profile)
        rules.barrier_s[node] = _barrier_s(tags, profile)
        rules.turning[node] = tags.get("highway") in TURNING
        _read_stop(rules, node, tags, profile.stop_delay_s.get(tags.get("highway", ""), 0.0))
    return rules


def _barrier_blocks(tags: Tags, profile: VehicleProfile) -> bool:
    """Return whether nobody drives through a node.

    A stated access decides, of a list what allows most; where there is none, the kind of barrier, its lock
    and its size. What wheels roll over is no obstacle.
    """
    access = vehicle_access(tags, profile)
    if access is not None:
        shared = access_value(tags, profile.shared_keys) in profile.allowed
        return access in profile.forbidden and not shared
    barrier = tags.get("barrier", "no")
    if barrier == "no":
        return False
    if not vehicle_fits(tags, profile) or (tags.get("locked") == "yes" and not profile.opens_locks):
        return True
    return barrier not in profile.barriers_passed and not _is_flat(tags, profile)


def _is_flat(tags: Tags, profile: VehicleProfile) -> bool:
    """Return whether nothing stands up from the road: what walkers cross is their kerb, a sound no fence."""
    kind = tags["barrier"]
    return (
        tags.get("bollard") in profile.bollards_passed
        or tags.get("kerb") in {"lowered", "flush"}
        or (kind == "kerb" and tags.get("highway") == "crossing")
        or (kind == "fence" and tags.get("sensory") in {"audible", "audio"})
    )


def _barrier_s(tags: Tags, profile: VehicleProfile) -> float:
    """Return the seconds that passing a barrier takes: none (as on OSRM's) where access to it is stated."""
    if access_value(tags, profile.access_keys) is not None:
        return 0.0
    return profile.barrier_delay_s.get(tags.get("barrier", ""), 0.0)


def _read_stop(rules: NodeRules, node: int, tags: Tags, delay_s: float) -> None:
    """Note whom a node's signals or sign delay."""
    faces = _faces(tags)
    if tags.get("stop") == "minor":
        rules.minor_s[node] = delay_s
    elif any(faces):
        rules.stop_s[node] = np.where(faces, delay_s, 0.0)
    else:
        rules.nearing_s[node] = delay_s


def _faces(tags: Tags) -> tuple[bool, bool]:
    """Return whether signals or a sign are for traffic in the direction of the way, and against it.

    Signals of which nothing says whom they face are for both; for a sign neither is known.
    """
    direction = tags.get("traffic_signals:direction") or tags.get("direction")
    if direction in {"forward", "backward"}:
        return direction == "forward", direction == "backward"
    both = direction == "both" or tags.get("highway") == "traffic_signals"
    return both, both
