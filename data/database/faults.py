"""The database's errors as callers tell them apart."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlalchemy.exc import DataError as RefusedValueError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from equipage.data.database.engine import BUSY_TIMEOUT_S
from equipage.data.errors import DatabaseBusyError, DatabaseGoneError, RefusedRowError
from equipage.dispatch.errors import ConflictError, InvalidInputError

BUSY = f"somebody else has been writing to the database for more than {BUSY_TIMEOUT_S:.0f} s; try again"
"""What is said to who has waited in vain."""

_log = logging.getLogger(__name__)
_NUL = "NUL (0x00)"
_SQLITE_BUSY = "SQLITE_BUSY"
_LOCK_NOT_AVAILABLE = "55P03"
_GONE = ("08", "57P")
"""How SQLSTATEs of a lost connection, and of a server that ends, begin."""
_RETRY = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock: only another program's locks can bring them."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's errors into errors that callers can tell apart.

    Raises
    ------
    ConflictError
        If the database had to choose between this transaction and another program's.
    DatabaseBusyError
        If somebody else has been writing for too long, or all connections are in use.
    DatabaseGoneError
        If the server does not answer any more.
    RefusedRowError
        If something was saved that contradicts a rule of the schema.
    InvalidInputError
        If a text has a NUL character, which PostgreSQL takes nowhere: whoever sent it is at fault.
    """
    try:
        yield
    except RefusedValueError as error:
        if _NUL not in str(error.orig):
            raise RefusedRowError(f"the database refused what was saved: {error.orig}") from error
        raise InvalidInputError(["a text has a NUL character (U+0000), which means nothing"]) from error
    except IntegrityError as error:
        raise RefusedRowError(f"the database refused what was saved: {error.orig}") from error
    except DatabaseError as error:
        fault = _told_apart(error)
        if fault is None:
            raise
        raise fault from error
    except StatementError as error:
        # A value that never got as far as the database, such as a time without a zone.
        raise RefusedRowError(f"this cannot be saved: {error.orig}") from error
    except NoConnectionError as error:
        raise DatabaseBusyError("all connections to the database are in use; try again") from error


def _told_apart(error: DatabaseError) -> Exception | None:
    sqlstate = getattr(error.orig, "sqlstate", "")
    if sqlstate in _RETRY:
        return ConflictError("another transaction was first; load again and decide anew")
    if sqlstate == _LOCK_NOT_AVAILABLE or _sqlite_name(error).startswith(_SQLITE_BUSY):
        return DatabaseBusyError(BUSY)
    # Only what the client itself saw, such as a refused or a broken connection, has no SQLSTATE.
    if sqlstate is None or sqlstate.startswith(_GONE):
        # For the operator: where the database is, is nobody else's business.
        _log.warning("the database does not answer: %s", str(error.orig).partition("\n")[0])
        return DatabaseGoneError("the database does not answer; try again in a moment")
    return None


def _sqlite_name(error: DatabaseError) -> str:
    return getattr(error.orig, "sqlite_errorname", "")
