"""Positions whose time is over are deleted, and nothing that is younger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from equipage.data.database import retention
from equipage.data.store import SqlStore
from equipage.dispatch.model import Alarm, TimeSpan, VehiclePosition
from tests.data.examples import LAT, LON, NOW, VEHICLES, new_fix, save_city

EVER = TimeSpan(start=NOW - timedelta(days=1000), end=NOW + timedelta(days=1000))
DAY_S = 86_400
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
VAN = VEHICLES[0]


def add_fixes(store: SqlStore, *seconds: float, vehicle: int = 0) -> None:
    """Save the city, and a fix of a vehicle at each of these times after `NOW`."""
    with store.transaction() as tx:
        save_city(tx)
        tx.add_fixes([new_fix(each, vehicle=vehicle) for each in seconds])


def kept(store: SqlStore, vehicle: int = 0) -> list[float]:
    """Return when, in seconds after `NOW`, there are fixes of a vehicle."""
    with store.reading() as reading:
        track = reading.track(VEHICLES[vehicle], EVER)
    return [(judged.fix.fix_time - NOW).total_seconds() for judged in track]


def test_old_fixes_go_and_others_stay(store: SqlStore) -> None:
    """Of fixes around the limit, of two vehicles, those go that are older; the one at the limit stays."""
    add_fixes(store, -3 * DAY_S, -1, 0, 5)
    add_fixes(store, -2, 7, vehicle=1)
    assert store.prune_fixes(NOW)
    assert (kept(store), kept(store, 1)) == ([0, 5], [7])
    assert store.prune_fixes(NOW)


def test_so_many_fixes_go_at_once(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step deletes no more than it may, says that there are more, and the last one that there are none."""
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    add_fixes(store, -5, -4, -3, 0)
    assert [store.prune_fixes(NOW), len(kept(store)), store.prune_fixes(NOW)] == [False, 2, True]
    assert kept(store) == [0]


def test_fixes_of_days_with_and_without_a_partition_are_kept_alike(store: SqlStore) -> None:
    """Yesterday's, today's and next month's are found in one track; days that are over go whole."""
    store.make_room_for_fixes(NOW)
    moments = [-DAY_S, 0, DAY_S, 30 * DAY_S]
    add_fixes(store, *moments)
    assert kept(store) == moments
    keys = {(VAN, NOW + timedelta(seconds=seconds)) for seconds in moments}
    with store.reading() as reading:
        assert reading.known_fixes({*keys, (VAN, NOW + timedelta(seconds=1))}) == keys
    assert store.prune_fixes(MIDNIGHT + timedelta(days=1))
    assert kept(store) == [DAY_S, 30 * DAY_S]


def test_last_places_and_settled_alarms_go_too(store: SqlStore) -> None:
    """A vehicle out of use is nowhere any more; an alarm that nobody has acknowledged still waits."""
    add_fixes(store)
    old, new = (
        VehiclePosition(vehicle_id=van, lon=LON, lat=LAT, fix_time=moment, received_at=NOW)
        for van, moment in zip(VEHICLES, (NOW - timedelta(seconds=1), NOW), strict=False)
    )
    waiting = Alarm(vehicle_id=VAN, kind="sos", at=old.fix_time, received_at=NOW, lon=LON, lat=LAT)
    settled = replace(waiting, kind="tow", acknowledged_at=NOW)
    with store.transaction() as tx:
        tx.save_positions([old, new])
        tx.save_alarm(waiting)
        tx.save_alarm(settled)
    store.prune_fixes(NOW)
    with store.reading() as reading:
        assert reading.positions() == {new.vehicle_id: new}
        assert reading.alarms() == [waiting]
        assert not reading.has_alarm(VAN, settled.at, "tow")
