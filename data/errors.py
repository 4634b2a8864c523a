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


class PlaceTooLargeError(DataError, ValueError):
    """A place has more roads than are fetched from a public server."""


class NetworkFileError(DataError, ValueError):
    """A file of a built network cannot be read."""


class UnknownCityError(DataError, LookupError):
    """There is no city of that name."""


class MissingRoadsError(DataError, LookupError):
    """A city ships without roads, and none were given."""


class CityFileError(DataError, ValueError):
    """A city's files contradict themselves or cannot be understood."""


class RecordedCallsError(DataError, ValueError):
    """Recorded calls cannot be understood, or are not of this city or day."""


class DatabaseUrlError(DataError, ValueError):
    """A database URL cannot be understood, or names a database that Équipage cannot use."""


class DatabaseStateError(DataError, RuntimeError):
    """The database is empty, older or newer than this program, or another program's."""


class DatabaseBusyError(DataError, TimeoutError):
    """Somebody else has been writing for too long."""


class DatabaseGoneError(DataError, ConnectionError):
    """The database's server does not answer any more."""


class RefusedRowError(DataError, ValueError):
    """The database refused a row: it contradicts others, or what may be in a column."""


class InvalidExcerptError(DataError, ValueError):
    """What is to be read of a database cannot be right: a time without a zone, a pseudonym nobody has."""
