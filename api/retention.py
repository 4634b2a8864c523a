"""Forget, little by little, what is known of people for longer than it may be."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from equipage.api.clock import Clock
from equipage.api.settings import Settings
from equipage.data.errors import DatabaseBusyError
from equipage.data.store import SqlStore
from equipage.dispatch.privacy import positions_known_since
from equipage.dispatch.services.retention import erase_old_contacts, record_deleted_positions

EVERY_S = 10.0
"""Seconds between two steps. Each is short; together they are faster than 300 vehicles send each second."""

_log = logging.getLogger(__name__)


class Retention:
    """Delete positions, and contacts of closed reports, when their time is over.

    Parameters
    ----------
    settings : Settings
        How long they are kept.
    clock : Clock
        The server's.
    store : SqlStore
        Where they are.

    Attributes
    ----------
    positions_since : datetime or None
        Before which no position is left; None until that was seen.
    contacts : int
        How many contacts were erased since the start.
    """

    def __init__(self, settings: Settings, clock: Clock, store: SqlStore) -> None:
        self._settings = settings
        self._clock = clock
        self._store = store
        self.positions_since: datetime | None = None
        self.contacts = 0

    def step(self) -> None:
        """Do a little of what there is to do, or all of it where that is little, if this process leads."""
        if not self._store.take_lead():
            return
        now = self._clock.now()
        try:
            self._store.make_room_for_fixes(now)
            self._forget_positions(now)
        except DatabaseBusyError:
            # Whoever reads tracks for long holds a day's partition, and nobody is to wait for that.
            _log.info("tracks are being read: old positions are deleted later")
        closed_before = now - timedelta(days=self._settings.contacts_kept_days)
        with self._store.transaction() as tx:
            self.contacts += erase_old_contacts(tx, closed_before=closed_before, now=now)

    def _forget_positions(self, now: datetime) -> None:
        before = positions_known_since(now, days=self._settings.positions_kept_days)
        if self._store.prune_fixes(before) and before != self.positions_since:
            with self._store.transaction() as tx:
                record_deleted_positions(tx, before=before, now=now)
            self.positions_since = before
