"""OSRM's codes, and the one error that every fault of a request becomes."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What OSRM calls the outcome of a request."""

    OK = "Ok"
    INVALID_URL = "InvalidUrl"
    INVALID_SERVICE = "InvalidService"
    INVALID_VERSION = "InvalidVersion"
    INVALID_OPTIONS = "InvalidOptions"
    INVALID_QUERY = "InvalidQuery"
    INVALID_VALUE = "InvalidValue"
    NO_SEGMENT = "NoSegment"
    TOO_BIG = "TooBig"
    NO_ROUTE = "NoRoute"


class OsrmError(Exception):
    """A request that has no result.

    Parameters
    ----------
    code : Code
        OSRM's name for the reason.
    message : str
        The same for people. Some clients read OSRM's own wording, which is kept at its beginning.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def malformed(position: int, reason: str) -> OsrmError:
    """Return the error of a query that cannot be read.

    Parameters
    ----------
    position : int
        Where, counted from the slash before the service.
    reason : str
        What was expected there.
    """
    return OsrmError(Code.INVALID_QUERY, f"Query string malformed close to position {position}: {reason}")
