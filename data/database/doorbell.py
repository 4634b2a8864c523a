"""PostgreSQL's NOTIFY as a doorbell: it says that something was announced; what it was is read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine

CHANNEL = "equipage"
"""What is notified once for each transaction that announces something."""

RETRY_S = 1.0
"""Seconds after which a lost connection is made again."""

CLOSE_WITHIN_S = 2.0
"""Seconds that closing waits at most."""

_LOOK_UP_S = 0.25
"""Seconds within which closing is noticed."""

_log = logging.getLogger(__name__)


class Doorbell:
    """Hear what any process announces.

    Parameters
    ----------
    engine : Engine
        Whose PostgreSQL database; the bell has a connection of its own there.
    ring : callable
        Called, in a thread of the bell's, at every notification, and when what was missed may have been one.

    Attributes
    ----------
    is_heard : bool
        Whether a notification would be heard now; while it would not, somebody has to look.
    """

    def __init__(self, engine: Engine, ring: Callable[[], None]) -> None:
        self._engine = engine
        self._ring = ring
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="doorbell", daemon=True)
        self.is_heard = False

    def start(self) -> None:
        """Begin to listen, unless that has begun."""
        if self._thread.ident is None:
            self._thread.start()

    def close(self) -> None:
        """Cease to listen."""
        self._closing.set()
        if self._thread.ident is not None:
            # One that is just being connected to a server that does not answer may take minutes.
            self._thread.join(CLOSE_WITHIN_S)

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                with self._connected() as connection:
                    self._listen(connection)
            except psycopg.Error as error:
                _log.warning("announcements are not heard (%s); looking for them instead", error)
            self.is_heard = False
            self._closing.wait(RETRY_S)

    def _connected(self) -> psycopg.Connection[Any]:
        positional, named = self._engine.dialect.create_connect_args(self._engine.url)
        return psycopg.connect(*positional, **named, autocommit=True)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self.is_heard = True
        # What was announced before is not told any more.
        self._ring()
        while not self._closing.is_set():
            for _ in connection.notifies(timeout=_LOOK_UP_S):
                self._ring()
