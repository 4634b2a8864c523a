"""When what Open311's applications find here last changed: kept in the store, moved on at a start."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from equipage.api.representations.open311 import service_defined, service_listed
from equipage.data.city import City
from equipage.dispatch.ports import Reading, Transaction

_SETTING = "open311_changeset"


def keep_changeset(tx: Transaction, city: City, now: datetime) -> None:
    """Remember that what the city offers is another than at the start before, if it is.

    Parameters
    ----------
    tx : Transaction
        Where to.
    city : City
        Whose services, jurisdictions and contacts.
    now : datetime
        When that was noticed.
    """
    offered = (
        [service_listed(service) | service_defined(service) for service in city.services],
        [(each.id, each.name, each.commune, sorted(each.services)) for each in city.jurisdictions],
        (city.name, city.contact, city.key_service),
    )
    digest = hashlib.sha256(json.dumps(offered).encode()).hexdigest()
    if (tx.setting(_SETTING) or "").partition(" ")[0] != digest:
        tx.save_setting(_SETTING, f"{digest} {now.isoformat()}")


def changeset_of(reading: Reading) -> datetime:
    """Return when it last changed; `keep_changeset` was called at the start."""
    return datetime.fromisoformat(str(reading.setting(_SETTING)).partition(" ")[2])
