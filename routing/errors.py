"""The errors of routing, by whose fault they are."""

from __future__ import annotations


class RoutingError(Exception):
    """Any failure of routing."""


class EmptyNetworkError(RoutingError, ValueError):
    """The map has no road that the profile may use."""


class OffNetworkError(RoutingError, ValueError):
    """A point is not on the map, or too far from any usable road."""


class UnroutableError(RoutingError, LookupError):
    """No way leads from the origin to the destination."""


class InvalidNetworkError(RoutingError, ValueError):
    """Arrays that are meant to be a road network contradict themselves."""


class UnknownProfileError(RoutingError, ValueError):
    """No vehicle profile has this name."""


class InvalidQueryError(RoutingError, ValueError):
    """A question that no network could answer: a negative number of minutes, an unknown direction."""


class InvalidConditionsError(RoutingError, ValueError):
    """Closures or speeds that contradict themselves, or that name roads the network does not have."""
