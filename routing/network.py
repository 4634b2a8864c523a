"""The road network as arrays: directed edges between junctions and the turns allowed from one to the next.

A network is immutable. Everything that changes (closures, speeds) lives in `equipage.routing.conditions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionCount:
    """What became of the turn restrictions of a map: `used + sum(refused.values()) == total`."""

    total: int
    used: int
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
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
    edge_reverse : (m,) int32
        The edge of the same road in the other direction, or -1.
    edge_in_core : (m,) bool
        Whether it belongs to the largest strongly connected set of edges: only these are snapped to, so that
        no trip starts or ends in a pocket that cannot be left or reached.
    shape_start : (m + 1,) int64
        Edge e's shape is `shape_lonlat[shape_start[e]:shape_start[e + 1]]`, in the direction of travel, ends included.
    shape_lonlat : (k, 2) float64
        Points lon, lat in degrees.
    turn_from, turn_to : (t,) int32
        Every allowed turn, from an edge to the next, sorted by `turn_from`.
    turn_duration_s : (t,) float64
        Seconds that the turn itself costs.
    names, classes : tuple of str
        Street names (entry 0 is empty) and road classes.
    profile : str
        Name of the vehicle profile it was built with.
    network_id : str
        A digest of everything above: equal networks have equal ids.
    restrictions : RestrictionCount
        The account of the map's turn restrictions.
    ignored : mapping from str to int
        What else of the map could not be used, by reason.
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
    edge_reverse: npt.NDArray[np.int32]
    edge_in_core: npt.NDArray[np.bool_]
    shape_start: npt.NDArray[np.int64]
    shape_lonlat: npt.NDArray[np.float64]
    turn_from: npt.NDArray[np.int32]
    turn_to: npt.NDArray[np.int32]
    turn_duration_s: npt.NDArray[np.float64]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    profile: str
    network_id: str
    restrictions: RestrictionCount
    ignored: Mapping[str, int]
