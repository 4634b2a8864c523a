"""Équipage: a geospatial dispatch and routing engine for a metropolis.

Importing the package is cheap: every name below is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from equipage.api.maps.drawing import draw_map as map  # noqa: A004 - analysts write eq.map
    from equipage.data.city import City, load_city
    from equipage.data.networks import load_network
    from equipage.data.world import World, connect
    from equipage.dispatch.coverage import Coverage, coverage
    from equipage.dispatch.replay.study import Study
    from equipage.dispatch.replay.study import replay_all as replay
    from equipage.routing.conditions import Closure, Conditions, SpeedChange
    from equipage.routing.errors import EmptyNetworkError, OffNetworkError, UnroutableError
    from equipage.routing.network import RoadNetwork
    from equipage.routing.router import Router

__version__ = "0.1.0"

_HOMES = {
    "City": "equipage.data.city",
    "Closure": "equipage.routing.conditions",
    "Conditions": "equipage.routing.conditions",
    "Coverage": "equipage.dispatch.coverage",
    "EmptyNetworkError": "equipage.routing.errors",
    "OffNetworkError": "equipage.routing.errors",
    "RoadNetwork": "equipage.routing.network",
    "Router": "equipage.routing.router",
    "SpeedChange": "equipage.routing.conditions",
    "Study": "equipage.dispatch.replay.study",
    "UnroutableError": "equipage.routing.errors",
    "World": "equipage.data.world",
    "connect": "equipage.data.world",
    "coverage": "equipage.dispatch.coverage",
    "load_city": "equipage.data.city",
    "load_network": "equipage.data.networks",
    "map": "equipage.api.maps.drawing:draw_map",
    "replay": "equipage.dispatch.replay.study:replay_all",
}

__all__ = [
    "City",
    "Closure",
    "Conditions",
    "Coverage",
    "EmptyNetworkError",
    "OffNetworkError",
    "RoadNetwork",
    "Router",
    "SpeedChange",
    "Study",
    "UnroutableError",
    "World",
    "connect",
    "coverage",
    "load_city",
    "load_network",
    "map",
    "replay",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'equipage' has no attribute {name!r}; it has {', '.join(__all__)}")
    module, _, called = home.partition(":")
    value = getattr(import_module(module), called or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
