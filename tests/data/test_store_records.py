"""Conditions, keys, settings, the audit and numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from shapely import MultiPolygon, box

from equipage.data.errors import RefusedRowError
from equipage.data.store import SqlStore
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import AuditEntry, Condition, ConditionId, Key, KeyId
from equipage.dispatch.ports import Numbered
from equipage.dispatch.status import ConditionKind, Role
from tests.data.examples import CREWS, MINUTE, NOW, save_city

CLOSURE = Condition(
    id=ConditionId("C1"),
    name="Marché",
    kind=ConditionKind.CLOSURE,
    created_at=NOW,
    created_by="Claire",
    area=box(5.0, 47.3, 5.1, 47.4),
    valid_from=NOW,
    valid_until=NOW + MINUTE,
)
SLOW = Condition(
    id=ConditionId("C2"),
    name="Verglas",
    kind=ConditionKind.SPEED,
    created_at=NOW,
    created_by="Claire",
    way_ids=(2**40, 1),
    speed_factor=0.5,
    hours="Mo-Fr 07:00-09:00",
)
WIDE = replace(SLOW, id=ConditionId("C10"), area=MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]), way_ids=())
CLASSES = replace(SLOW, id=ConditionId("C11"), speed_factor=None, speed_kph=30.0, road_classes=("primary",))
KEY = Key(
    id=KeyId("K1"),
    name="Standard",
    role=Role.CREW,
    prefix="eq_12",
    secret_hash="hash",
    created_at=NOW,
    services=frozenset({"a", "b"}),
    communes=frozenset({"Dijon"}),
    crew_id=CREWS[0],
    revoked_at=NOW,
)


def test_conditions_come_back_until_they_are_removed(store: SqlStore) -> None:
    """Each is the same value, oldest first; a removed one is known by its id only."""
    with store.transaction() as tx:
        for condition in (CLASSES, WIDE, SLOW, CLOSURE):
            tx.save_condition(condition)
    removed = replace(SLOW, removed_at=NOW)
    with store.transaction() as tx:
        assert tx.conditions() == [CLOSURE, SLOW, WIDE, CLASSES]
        tx.save_condition(removed)
        assert tx.conditions() == [CLOSURE, WIDE, CLASSES]
        assert tx.condition(SLOW.id) == removed
        with pytest.raises(NotFoundError, match="no condition 'C9'"):
            tx.condition(ConditionId("C9"))


def test_keys_come_back_by_the_hash_of_their_secret(store: SqlStore) -> None:
    """A key is the same value by hash, by id and in the list, oldest first; an unknown hash has none."""
    plain = Key(
        id=KeyId("K2"), name="", role=Role.ADMIN, prefix="", secret_hash="other", created_at=NOW + MINUTE
    )
    with store.transaction() as tx:
        save_city(tx)
        tx.save_key(plain)
        tx.save_key(KEY)
    with store.reading() as reading:
        assert reading.keys() == [KEY, plain]
        assert reading.key_by_hash("hash") == reading.key(KEY.id) == KEY
        assert reading.key_by_hash("none") is None
        with pytest.raises(NotFoundError, match="no key 'K99'"):
            reading.key(KeyId("K99"))


def test_two_keys_cannot_have_one_secret(store: SqlStore) -> None:
    """The hash is unique: a secret is one person's."""
    with store.transaction() as tx:
        save_city(tx)
        tx.save_key(KEY)
    with pytest.raises(RefusedRowError), store.transaction() as tx:
        tx.save_key(replace(KEY, id=KeyId("K3")))


def test_the_audit_tells_what_was_done_to_a_thing_in_order(store: SqlStore) -> None:
    """Entries of one subject and id come in the order of recording, with their details."""
    first = AuditEntry(at=NOW, actor="Claire", action="pin", subject="assignment", subject_id="A1")
    second = replace(
        first, at=NOW - MINUTE, action="release", details={"reason": "panne", "again": [1, None]}
    )
    with store.transaction() as tx:
        tx.record(first)
        tx.record(replace(first, subject_id="A2"))
        tx.record(replace(first, subject="report"))
        tx.record(second)
    with store.reading() as reading:
        assert reading.audit("assignment", "A1") == [first, second]


def test_a_setting_is_the_last_one_saved(store: SqlStore) -> None:
    """A setting that was never saved is None."""
    with store.transaction() as tx:
        assert tx.setting("city") is None
        tx.save_setting("city", "dijon")
        tx.save_setting("city", "la-serena")
    with store.reading() as reading:
        assert reading.setting("city") == "la-serena"


def test_every_kind_counts_for_itself(store: SqlStore) -> None:
    """Numbers of each kind go up from 1, and ids of different kinds are never the same."""
    kinds: tuple[Numbered, ...] = get_args(Numbered)
    with store.transaction() as tx:
        ids = [tx.next_id(kind) for _ in range(2) for kind in kinds]
    assert ids[:2] == ["1", "J1"]
    assert [identifier.lstrip("AJKCWN") for identifier in ids] == ["1"] * len(kinds) + ["2"] * len(kinds)
    assert len(set(ids)) == len(ids)


def test_a_number_of_a_transaction_that_failed_is_nobodys(store: SqlStore) -> None:
    """After a rollback the next transaction gets a number that no stored thing has."""
    with store.transaction() as tx:
        kept = tx.next_id("report")
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        1 / int(tx.next_id("report") < "")
    with store.transaction() as tx:
        assert int(tx.next_id("report")) > int(kept)
