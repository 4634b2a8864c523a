"""The errors of files, downloads and stored things, by whose fault they are."""

from __future__ import annotations

from equipage.routing.errors import EmptyNetworkError


class DataError(Exception):
    """Any failure of reading, fetching or storing."""


class OsmReadError(DataError, ValueError):
    """An OpenStreetMap file cannot be read."""


class NoRoadsError(OsmReadError, EmptyNetworkError):
    """An OpenStreetMap file can be read, but holds no roads."""


class DownloadError(DataError, ConnectionError):
    """A server did not give what was asked of it."""


class UnknownPlaceError(DataError, LookupError):
    """No place of that name, or it has no area."""


class NetworkFileError(DataError, ValueError):
    """A file of a built network cannot be read."""


class UnknownCityError(DataError, LookupError):
    """There is no city of that name."""


class CityFileError(DataError, ValueError):
    """A city's files contradict themselves or cannot be understood."""
