"""Where idle crews wait comes back from the store as it was saved, one place a crew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipage.data.errors import RefusedRowError
from equipage.data.store import SqlStore, open_store
from equipage.dispatch.model import CrewId, Standby
from tests.data.examples import CREWS, LAT, LON, MINUTE, NOW, save_city

BY_PLANNER = Standby(
    crew_id=CREWS[1], lon=LON, lat=LAT, since=NOW, actor="planner", drive_s=312, saves_s=4.1234567890123
)
BY_HAND = Standby(crew_id=CREWS[0], lon=-180.0, lat=90.0, since=NOW + MINUTE, actor="Ana", drive_s=0)


def save(store: SqlStore, *standbys: Standby) -> None:
    """Save the city, and where its crews wait."""
    with store.transaction() as tx:
        save_city(tx)
        for standby in standbys:
            tx.save_standby(standby)


def test_standbys_come_back_as_they_were_saved(store: SqlStore) -> None:
    """To the last bit, by crew; a crew that nobody asked has none."""
    save(store, BY_PLANNER, BY_HAND)
    with store.reading() as reading:
        assert reading.standbys() == [BY_HAND, BY_PLANNER]


def test_another_place_replaces_the_one_before(store: SqlStore) -> None:
    """A crew waits at one place."""
    moved = replace(BY_PLANNER, lon=LON + 0.01, saves_s=9.5)
    save(store, BY_PLANNER, moved)
    with store.reading() as reading:
        assert reading.standbys() == [moved]


def test_a_dropped_standby_is_gone_and_the_others_stay(store: SqlStore) -> None:
    """And whoever drops what is not there is told so."""
    save(store, BY_PLANNER, BY_HAND)
    with store.transaction() as tx:
        assert tx.drop_standby(BY_HAND.crew_id)
        assert not tx.drop_standby(BY_HAND.crew_id)
    with store.reading() as reading:
        assert reading.standbys() == [BY_PLANNER]


def test_a_standby_outlives_the_process(store: SqlStore, database_url: str) -> None:
    """Who opens the database again finds it."""
    save(store, BY_PLANNER)
    again = open_store(database_url)
    try:
        with again.reading() as reading:
            assert reading.standbys() == [BY_PLANNER]
    finally:
        again.close()


@pytest.mark.parametrize("changes", [{"crew_id": CrewId("nobody")}, {"lat": 91.0}, {"drive_s": -1}], ids=str)
def test_a_standby_that_cannot_be_is_refused(store: SqlStore, changes: dict[str, object]) -> None:
    """Of no crew, off the Earth, or nearer than near."""
    save(store)
    wrong = replace(BY_PLANNER, **changes)  # type: ignore[arg-type]
    with pytest.raises(RefusedRowError), store.transaction() as tx:
        tx.save_standby(wrong)
