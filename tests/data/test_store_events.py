"""The outbox: events appear with the commit, in its order, wake who waits, and can be resumed from."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import QueuePool

from equipage.data import store as store_module
from equipage.data.store import SqlStore, open_store
from equipage.dispatch.model import Event, ReportId
from tests.data.examples import MINUTE, NOW, new_event


def _announce(store: SqlStore, *events: Event) -> None:
    with store.transaction() as tx:
        for event in events:
            tx.announce(event)


def _numbers(store: SqlStore, after: int = 0) -> list[int]:
    with store.reading() as reading:
        return [event.data["number"] for event in reading.events_after(after, limit=10_000)]


def _announce_and_fail(store: SqlStore) -> None:
    with store.transaction() as tx:
        tx.announce(new_event(1))
        raise ZeroDivisionError


def _range(store: SqlStore) -> tuple[int, int]:
    with store.reading() as reading:
        return reading.event_range()


def test_an_event_comes_back_with_an_id(store: SqlStore) -> None:
    """Everything in an event is stored; only the id is new, and ids go up."""
    full = new_event(
        1, kind="alarm", report_id=ReportId("7"), service_code="s", commune="Dijon", data={"é": [1.5, None]}
    )
    plain = new_event(2)
    _announce(store, full, plain)
    with store.reading() as reading:
        first, second = reading.events_after(0, limit=10)
        assert reading.event_range() == (first.id, second.id)
        assert reading.events_after(first.id, limit=10) == [second]
        assert reading.events_after(0, limit=1) == [first]
    assert 0 < first.id < second.id
    assert [(event.kind, event.at, event.data, event.report_id) for event in (first, second)] == [
        ("alarm", NOW, {"é": [1.5, None]}, "7"),
        ("report", NOW, {"number": 2}, None),
    ]
    assert (first.service_code, first.commune) == ("s", "Dijon")


def test_an_event_of_a_failed_transaction_never_was(store: SqlStore) -> None:
    """State and announcement are stored together or not at all."""
    with pytest.raises(ZeroDivisionError):
        _announce_and_fail(store)
    assert _range(store) == (0, 0)
    _announce(store, new_event(2))
    assert _numbers(store) == [2]


def test_an_empty_outbox_has_the_range_0(store: SqlStore) -> None:
    """Where there was never an event there is nothing to replay, and waiting for 0 s says so."""
    assert _range(store) == (0, 0)
    assert store.wait_for_events(0, timeout_s=0) == 0


def test_waiting_ends_at_the_commit(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits is woken by a commit of this process, long before the next look at the database."""
    monkeypatch.setattr(store_module, "POLL_S", 30.0)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(store.wait_for_events, 0, timeout_s=60.0)
        time.sleep(0.1)
        assert not waiting.done()
        _announce(store, new_event(1))
        assert waiting.result(timeout=20) == 1


def test_waiting_sees_what_another_store_commits(store: SqlStore, database_url: str) -> None:
    """Events of another process, here another store of the same database, are seen soon."""
    other = open_store(database_url)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(store.wait_for_events, 0, timeout_s=60.0)
        time.sleep(0.1)
        _announce(other, new_event(1))
        assert waiting.result(timeout=20) == 1
    other.close()


def test_waiting_gives_up_in_time(store: SqlStore) -> None:
    """Without a new event the last id is returned when the time is over, and not before."""
    _announce(store, new_event(1))
    started = time.monotonic()
    assert store.wait_for_events(1, timeout_s=0.3) == 1
    assert 0.3 <= time.monotonic() - started < 20.0


def test_closing_ends_all_waiting(store: SqlStore) -> None:
    """A server that shuts down does not wait for its streams."""
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(store.wait_for_events, 0, timeout_s=60.0)
        time.sleep(0.1)
        store.close()
        assert waiting.result(timeout=20) == 0


def test_closing_leaves_no_connection_of_those_who_waited(store: SqlStore) -> None:
    """Whoever is woken by the end opens nothing that nobody would close."""
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(store.wait_for_events, 0, timeout_s=60.0)
        time.sleep(0.1)
        store.close()
    assert waiting.result() == 0
    assert isinstance(store._engine.pool, QueuePool)
    assert (store._engine.pool.checkedin(), store._engine.pool.checkedout()) == (0, 0)
    assert store.wait_for_events(7, timeout_s=60.0) == 7


def test_a_follower_misses_nothing_while_many_announce(store: SqlStore) -> None:
    """Following by the last id seen gives every event once, in order, while eight threads commit events."""
    writers, each = 8, 12
    done = threading.Event()

    def write(writer: int) -> None:
        for number in range(each):
            _announce(store, new_event(writer * each + number), new_event(-1))

    def follow() -> list[tuple[int, int]]:
        seen: list[tuple[int, int]] = []
        while not (done.is_set() and len(seen) >= 2 * writers * each):
            store.wait_for_events(seen[-1][0] if seen else 0, timeout_s=0.2)
            with store.reading() as reading:
                events = reading.events_after(seen[-1][0] if seen else 0, limit=5)
            seen += [(event.id, event.data["number"]) for event in events]
        return seen

    with ThreadPoolExecutor(writers + 1) as pool:
        following = pool.submit(follow)
        list(pool.map(write, range(writers)))
        done.set()
        seen = following.result(timeout=60)
    ids = [event_id for event_id, _ in seen]
    assert ids == sorted(set(ids))
    assert sorted(number for _, number in seen if number >= 0) == list(range(writers * each))
    assert _range(store) == (ids[0], ids[-1])


def test_pruning_deletes_what_is_older_and_keeps_the_rest_whole(store: SqlStore) -> None:
    """The range begins at the first recent event; older ones after it stay: it has no holes."""
    for number, minutes in enumerate((0, 1, 5, 2, 6), start=1):
        _announce(store, new_event(number, at=NOW + minutes * MINUTE))
    assert store.prune_events(NOW + 3 * MINUTE) == 2
    assert _numbers(store) == [3, 4, 5]
    assert _range(store) == (3, 5)
    assert store.prune_events(NOW + 3 * MINUTE) == 0


def test_pruning_keeps_the_newest_event(store: SqlStore) -> None:
    """Who has seen everything can resume, however old that is, and the next id is greater."""
    _announce(store, *(new_event(number) for number in (1, 2, 3)))
    assert store.prune_events(NOW + MINUTE) == 2
    assert _range(store) == (3, 3)
    assert store.prune_events(NOW + MINUTE) == 0
    _announce(store, new_event(4))
    assert _range(store) == (3, 4)
    assert _numbers(store, after=3) == [4]
