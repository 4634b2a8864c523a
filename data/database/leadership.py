"""Which of several processes on one PostgreSQL database does what only one has to do."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from equipage.data.database.engine import WRITING

LEADING = WRITING + 1
"""Which advisory lock of PostgreSQL the leader holds, beside the schema's own key."""

# A lock that this session holds is granted to it again: one question both takes it and tells that the
# connection, and with it the lock, still lives.
_ASK = text(f"SELECT pg_try_advisory_lock({LEADING}, hashtext(current_schema()))")
# The server ends a session whose process died at once; one whose machine vanished, within these 6 seconds.
_NOTICE_DEATH = text(
    "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 4"
)


class Leadership:
    """Lead, as soon as nobody else does and until this process ends.

    Parameters
    ----------
    engine : Engine
        Whose PostgreSQL database; a connection is kept for it.

    Attributes
    ----------
    is_held : bool
        What the last `take` has found.

    Notes
    -----
    One thread takes it. While a leader has lost its connection and not asked again, there may be two: what
    they decide is refused by conflicts, as that of any two writers.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self.is_held = False

    def take(self) -> bool:
        """Return whether this process leads, from now on if nobody did.

        Raises
        ------
        DBAPIError
            If the database does not answer.
        """
        self.is_held = False
        try:
            if self._connection is None:
                self._connection = self._connect()
            self.is_held = bool(self._connection.scalar(_ASK))
        except DBAPIError:
            self.let_go()
            raise
        return self.is_held

    def let_go(self) -> None:
        """Let another process lead."""
        self.is_held = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Not the pool's any more: closing it then ends the session, and so lets go of the lock.
        connection.detach()
        connection.execute(_NOTICE_DEATH)
        return connection
