"""Trackers come and go."""

from __future__ import annotations

import pytest

from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.model import Device, DeviceId, VehicleId
from equipage.dispatch.services.devices import (
    install_devices,
    issue_device,
    replace_device,
    revoke_device,
    rotate_token,
)
from tests.dispatch.services.town import ACTOR, Town


@pytest.fixture
def town(town: Town) -> Town:
    """The town with a tracker in every van."""
    town.give_trackers("ABC")
    return town


def issue(town: Town, device_id: str = "x1", token: str = "t1", vehicle_id: str = "van-A") -> Device:
    """Issue a device."""
    with town.store.transaction() as tx:
        return issue_device(
            tx,
            device_id=DeviceId(device_id),
            token=token,
            vehicle_id=VehicleId(vehicle_id),
            now=town.now,
            actor=ACTOR,
        )


def test_a_device_is_known_by_its_id_and_the_hash_of_its_token(town: Town) -> None:
    """The token itself is nowhere; the audit does not tell the id, which is a credential."""
    device = issue(town, "long-and-random-id", "long-and-random-token")
    with town.store.reading() as reading:
        assert reading.device(device.id) == device
        assert reading.device_by_token(hash_secret("long-and-random-token")) == device
        (entry,) = reading.audit("vehicle", "van-A")
    assert "long-and-random" not in repr(entry)
    assert "random-token" not in repr(device)


def test_ids_and_tokens_are_given_once(town: Town) -> None:
    """Neither may be another's, not even one's that was revoked."""
    issue(town)
    with town.store.transaction() as tx:
        revoke_device(tx, DeviceId("x1"), now=town.now, actor=ACTOR)
    for device_id, token in (("x1", "t2"), ("x2", "t1")):
        with pytest.raises(ConflictError):
            issue(town, device_id, token)


def test_every_fault_of_a_device_is_named(town: Town) -> None:
    """No id, too long a token, and a vehicle that is not there."""
    with pytest.raises(InvalidInputError) as caught:
        issue(town, "", "x" * 101, "van-Z")
    assert len(caught.value.faults) == 3


def test_a_revoked_device_stays_revoked(town: Town) -> None:
    """Once, on record; an unknown one is not found."""
    with town.store.transaction() as tx:
        revoked = revoke_device(tx, DeviceId("dev-A"), now=town.now, actor=ACTOR)
        assert revoked.revoked_at == town.now
        town.wait(1)
        assert revoke_device(tx, DeviceId("dev-A"), now=town.now, actor=ACTOR) == revoked
        with pytest.raises(NotFoundError):
            revoke_device(tx, DeviceId("dev-Z"), now=town.now, actor=ACTOR)


def test_a_demos_devices_are_installed_once(town: Town) -> None:
    """Their tokens are their ids; the second time, and for a revoked one, nothing happens."""
    known = {VehicleId("van-A"): DeviceId("demo-A"), VehicleId("van-B"): DeviceId("dev-B")}
    with town.store.transaction() as tx:
        assert install_devices(tx, known, now=town.now) == 1
        revoked = revoke_device(tx, DeviceId("demo-A"), now=town.now, actor=ACTOR)
        assert install_devices(tx, known, now=town.now) == 0
        assert tx.device_by_token(hash_secret("demo-A")) == revoked


def test_a_lost_phone_is_replaced_in_one_go(town: Town) -> None:
    """The new one speaks for the same vehicle, the lost one for none; an unknown one is not found."""
    with town.store.transaction() as tx:
        new = replace_device(
            tx, DeviceId("dev-A"), device_id=DeviceId("x1"), token="t1", now=town.now, actor=ACTOR
        )
        lost = tx.device(DeviceId("dev-A"))
        assert (new.vehicle_id, new.revoked_at) == ("van-A", None)
        assert lost is not None
        assert lost.revoked_at == town.now
        with pytest.raises(NotFoundError):
            replace_device(
                tx, DeviceId("dev-Z"), device_id=DeviceId("x2"), token="t2", now=town.now, actor=ACTOR
            )


def test_a_token_is_rotated(town: Town) -> None:
    """The id stays, the old token is nobody's; it is on record without a secret."""
    old = issue(town)
    with town.store.transaction() as tx:
        rotated = rotate_token(tx, old.id, token="t2", now=town.now, actor=ACTOR)
        assert rotated.id == old.id
        assert tx.device_by_token(hash_secret("t2")) == rotated
        assert tx.device_by_token(hash_secret("t1")) is None
        [entry] = [entry for entry in tx.audit("vehicle", "van-A") if entry.action == "rotated token"]
        assert "t2" not in repr(entry)


def test_only_a_tracker_in_use_gets_a_new_token_that_is_new(town: Town) -> None:
    """Neither one that was taken out of use, nor another's token."""
    issue(town)
    with town.store.transaction() as tx:
        with pytest.raises(ConflictError):
            rotate_token(tx, DeviceId("x1"), token="t1", now=town.now, actor=ACTOR)
        revoke_device(tx, DeviceId("x1"), now=town.now, actor=ACTOR)
        for device_id in ("x1", "dev-Z"):
            with pytest.raises(NotFoundError):
                rotate_token(tx, DeviceId(device_id), token="t2", now=town.now, actor=ACTOR)
