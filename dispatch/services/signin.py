"""Sign-in links: a crew's telephone is let in once, by a link that opens nothing afterwards.

A link is a key whose secret changes as it is first used: what the telephone then has is a session of the key,
and the secret in the link is known to nobody any more. Revoking the key ends the session.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import AuditEntry, CrewId, Key
from equipage.dispatch.ports import Transaction
from equipage.dispatch.services.keys import PREFIX, issue_key
from equipage.dispatch.status import Role

LINK_LASTS = timedelta(hours=24)
"""How long a link may lie about before it is used: it is made the evening before, for the morning."""

_MARK = "link:"


def issue_link(tx: Transaction, *, secret: str, name: str, crew_id: CrewId, now: datetime, actor: str) -> Key:
    """Let somebody sign a telephone in as a crew, once.

    Parameters
    ----------
    tx : Transaction
        Where to.
    secret : str
        Long and random; it is in the link, and no key by itself.
    name : str
        Whose telephone it is; the audit says so.
    crew_id : CrewId
        Whom it will speak for.
    now : datetime
        When.
    actor : str
        Who lets it in.

    Raises
    ------
    InvalidInputError
        Naming every fault.
    """
    key = issue_key(
        tx, secret=_MARK + secret, name=name, role=Role.CREW, crew_id=crew_id, now=now, actor=actor
    )
    link = replace(key, secret_hash=_link_hash(secret))
    tx.save_key(link)
    return link


def open_link(tx: Transaction, secret: str, *, new_secret: str, now: datetime) -> Key:
    """Return the key of a link, which from now on has another secret.

    Parameters
    ----------
    tx : Transaction
        Where to.
    secret : str
        What is in the link.
    new_secret : str
        Long and random, and told to nobody.
    now : datetime
        When.

    Raises
    ------
    NotFoundError
        If there is no such link, it was used, revoked, or is older than `LINK_LASTS`.
    """
    key = tx.key_by_hash(_link_hash(secret))
    if key is None or key.revoked_at is not None or now - key.created_at >= LINK_LASTS:
        raise NotFoundError("this link is not known, was used, or is too old; ask for a new one")
    opened = replace(key, secret_hash=hash_secret(new_secret), prefix=new_secret[:PREFIX])
    tx.save_key(opened)
    tx.record(
        AuditEntry(at=now, actor=key.name, action="signed_in", subject="key", subject_id=key.id, details={})
    )
    return opened


def _link_hash(secret: str) -> str:
    """Return what a link is looked up by: the hash of no secret, so that nothing sent as a key opens it."""
    return _MARK + hash_secret(secret)
