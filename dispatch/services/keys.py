"""Who may call the API: keys are issued once and revoked for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import ConflictError, InvalidInputError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_text
from equipage.dispatch.model import AuditEntry, CrewId, Key, KeyId
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.status import Role

PREFIX = 6
"""How many characters of a secret are kept to recognise it by; of a short one no more than half."""

_NOTHING: frozenset[str] = frozenset()


def issue_key(
    tx: Transaction,
    *,
    secret: str,
    name: str,
    role: Role,
    now: datetime,
    actor: str,
    services: frozenset[str] = _NOTHING,
    communes: frozenset[str] = _NOTHING,
    crew_id: CrewId | None = None,
) -> Key:
    """Let somebody call the API.

    Parameters
    ----------
    tx : Transaction
        Where to.
    secret : str
        Long and random; whoever issues it shows it once, and only its hash is kept.
    name : str
        Whose it is; the audit says so.
    role : Role
        What they may do.
    now : datetime
        When.
    actor : str
        Who issues it.
    services, communes : frozenset of str
        What it is limited to; empty means no limit.
    crew_id : CrewId or None
        Whom a key of role `crew` speaks for.

    Raises
    ------
    ConflictError
        If there is a key with that secret.
    InvalidInputError
        Naming every fault.
    """
    limits = {"service": services, "commune": communes}
    faults = [*_faults(secret, name, role, crew_id), *_faults_of_limits(tx, limits, crew_id)]
    if faults:
        raise InvalidInputError(faults)
    if tx.key_by_hash(hash_secret(secret)) is not None:
        raise ConflictError("there is a key with this secret already; take a new random one")
    key = Key(
        id=KeyId(tx.next_id("key")),
        name=name,
        role=role,
        prefix=secret[: min(PREFIX, len(secret) // 2)],
        secret_hash=hash_secret(secret),
        created_at=now,
        services=services,
        communes=communes,
        crew_id=crew_id,
    )
    tx.save_key(key)
    _record(tx, key, "issued", now=now, actor=actor)
    return key


def revoke_key(tx: Transaction, key_id: KeyId, *, now: datetime, actor: str) -> Key:
    """Let nobody call the API with a key any more.

    Parameters
    ----------
    tx : Transaction
        Where to.
    key_id : KeyId
        Which; one that is revoked already stays so since then.
    now : datetime
        When.
    actor : str
        Who revokes it.

    Raises
    ------
    NotFoundError
        If there is no such key.
    """
    key = tx.key(key_id)
    if key.revoked_at is not None:
        return key
    revoked = replace(key, revoked_at=now)
    tx.save_key(revoked)
    _record(tx, revoked, "revoked", now=now, actor=actor)
    return revoked


def _faults(secret: str, name: str, role: Role, crew_id: CrewId | None) -> Iterator[str]:
    if not secret:
        yield Fault("empty", name="secret")
    if not name.strip():
        yield Fault("empty", name="name")
    yield from faults_of_text("name", name)
    if (role is Role.CREW) != (crew_id is not None):
        named = {"crew_id": crew_id} if crew_id is not None else {}
        yield Fault("crew_of_key", role=role.value, **named)


def _faults_of_limits(
    reading: Reading, limits: dict[str, frozenset[str]], crew_id: CrewId | None
) -> Iterator[str]:
    known = {
        "service": frozenset(reading.services()),
        "commune": frozenset(zone.commune for zone in reading.zones()),
    }
    for thing, asked in limits.items():
        unknown = sorted(asked - known[thing])
        if unknown:
            there_are = tuple(sorted(known[thing])) or ("none",)
            yield Fault(f"no_{thing}s", unknown=tuple(unknown), known=there_are)
    if crew_id is not None and all(crew.id != crew_id for crew in reading.crews()):
        yield Fault("no_crew", crew_id=crew_id)


def _record(tx: Transaction, key: Key, action: str, *, now: datetime, actor: str) -> None:
    details = {"name": key.name, "role": key.role.value}
    tx.record(
        AuditEntry(at=now, actor=actor, action=action, subject="key", subject_id=key.id, details=details)
    )
