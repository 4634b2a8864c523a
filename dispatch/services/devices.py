"""Trackers come and go; what is known of their tokens is a hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import AuditEntry, Device, DeviceId, VehicleId
from equipage.dispatch.ports import Transaction

LONGEST_ID = 100
_ACTOR = "system"


def issue_device(
    tx: Transaction, *, device_id: DeviceId, token: str, vehicle_id: VehicleId, now: datetime, actor: str
) -> Device:
    """Have a tracker speak for a vehicle. A vehicle may have several; the others stay.

    Parameters
    ----------
    tx : Transaction
        Where to.
    device_id : DeviceId
        What it posts as its id; long and random, since that is its credential at `/`.
    token : str
        Its credential at `/t/{token}`; shown once, kept as a hash.
    vehicle_id : VehicleId
        What it is in.
    now : datetime
        When.
    actor : str
        Who issues it.

    Raises
    ------
    ConflictError
        If the id or the token was given to another before.
    InvalidInputError
        Naming every fault.
    """
    faults = [
        Fault("length", name=name, most=LONGEST_ID, length=len(text))
        for name, text in (("device_id", device_id), ("token", token))
        if not 1 <= len(text) <= LONGEST_ID
    ]
    if all(vehicle.id != vehicle_id for vehicle in tx.vehicles()):
        faults.append(Fault("no_vehicle", vehicle_id=vehicle_id))
    if faults:
        raise InvalidInputError(faults)
    token_hash = hash_secret(token)
    if tx.device(device_id) is not None or tx.device_by_token(token_hash) is not None:
        raise ConflictError(f"device {device_id!r} or its token exists already; take new random ones")
    device = Device(id=device_id, vehicle_id=vehicle_id, token_hash=token_hash, created_at=now)
    tx.save_device(device)
    _record(tx, device, "issued device", now=now, actor=actor)
    return device


def install_devices(tx: Transaction, device_ids: Mapping[VehicleId, DeviceId], *, now: datetime) -> int:
    """Issue the devices that do not exist yet, with their ids as tokens: for a demo, where both are known.

    Parameters
    ----------
    tx : Transaction
        Where to.
    device_ids : mapping
        The id that each vehicle's tracker posts.
    now : datetime
        When.

    Returns
    -------
    int
        How many are new; one that was revoked stays so.
    """
    missing = {vehicle: device for vehicle, device in device_ids.items() if tx.device(device) is None}
    for vehicle_id, device_id in missing.items():
        issue_device(tx, device_id=device_id, token=device_id, vehicle_id=vehicle_id, now=now, actor=_ACTOR)
    return len(missing)


def revoke_device(tx: Transaction, device_id: DeviceId, *, now: datetime, actor: str) -> Device:
    """Take nothing more from a tracker.

    Parameters
    ----------
    tx : Transaction
        Where to.
    device_id : DeviceId
        Which; one that is revoked already stays so since then.
    now : datetime
        When.
    actor : str
        Who revokes it.

    Raises
    ------
    NotFoundError
        If there is no such device.
    """
    device = tx.device(device_id)
    if device is None:
        raise NotFoundError(f"there is no device {device_id!r}")
    if device.revoked_at is not None:
        return device
    revoked = replace(device, revoked_at=now)
    tx.save_device(revoked)
    _record(tx, revoked, "revoked device", now=now, actor=actor)
    return revoked


def replace_device(
    tx: Transaction, lost: DeviceId, *, device_id: DeviceId, token: str, now: datetime, actor: str
) -> Device:
    """Have another tracker speak for the vehicle of a lost one, which is taken out of use.

    Parameters
    ----------
    tx : Transaction
        Where to.
    lost : DeviceId
        The tracker that is gone.
    device_id : DeviceId
        What the new one posts as its id.
    token : str
        Its credential; shown once, kept as a hash.
    now : datetime
        When.
    actor : str
        Who replaces it.

    Raises
    ------
    NotFoundError
        If there is no such device.
    ConflictError
        If the id or the token was given to another before.
    InvalidInputError
        Naming every fault.
    """
    vehicle_id = revoke_device(tx, lost, now=now, actor=actor).vehicle_id
    return issue_device(tx, device_id=device_id, token=token, vehicle_id=vehicle_id, now=now, actor=actor)


def rotate_token(tx: Transaction, device_id: DeviceId, *, token: str, now: datetime, actor: str) -> Device:
    """Give a tracker another token; the one before is nobody's from now on.

    Parameters
    ----------
    tx : Transaction
        Where to.
    device_id : DeviceId
        Which; its id stays.
    token : str
        Its new credential; shown once, kept as a hash.
    now : datetime
        When.
    actor : str
        Who rotates it.

    Raises
    ------
    NotFoundError
        If there is no such device, or it was taken out of use.
    ConflictError
        If the token was given to another before.
    """
    device = tx.device(device_id)
    if device is None or device.revoked_at is not None:
        raise NotFoundError(f"there is no device {device_id!r} in use")
    token_hash = hash_secret(token)
    if tx.device_by_token(token_hash) is not None:
        raise ConflictError("this token was given before; take a new random one")
    rotated = replace(device, token_hash=token_hash)
    tx.save_device(rotated)
    _record(tx, rotated, "rotated token", now=now, actor=actor)
    return rotated


def _record(tx: Transaction, device: Device, action: str, *, now: datetime, actor: str) -> None:
    # Not the whole id: it is a credential.
    details = {"device": device.id[: min(4, len(device.id) // 2)]}
    tx.record(
        AuditEntry(
            at=now,
            actor=actor,
            action=action,
            subject="vehicle",
            subject_id=device.vehicle_id,
            details=details,
        )
    )
