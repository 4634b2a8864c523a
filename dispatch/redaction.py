"""Take what would lead to a person out of texts that others wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from equipage.dispatch.model import Contact

BLACKED_OUT = "•••"
_SHORTEST = 5
"""Shorter than that, it is a part of other words and leads to nobody by itself."""


def traces_of(contact: Contact) -> re.Pattern[str] | None:
    """Return what finds a person's contact in a text, in any case; None where nothing would lead there.

    Parameters
    ----------
    contact : Contact
        E-mail address, telephone number and ids are looked for as they were given, a name where it is whole.
    """
    first, last = contact.first_name.strip(), contact.last_name.strip()
    names = (f"{first} {last}", f"{last} {first}") if first and last else ()
    given = (contact.email, contact.phone, contact.account_id, contact.device_id, *names)
    traces = sorted({each.strip() for each in given if len(each.strip()) >= _SHORTEST}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, traces)), re.IGNORECASE) if traces else None


def without(value: Any, traces: re.Pattern[str]) -> Any:
    """Return a value that is ready for JSON, with every trace in its texts blacked out."""
    if isinstance(value, str):
        return traces.sub(BLACKED_OUT, value)
    if isinstance(value, Mapping):
        return {key: without(each, traces) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without(each, traces) for each in value]
    return value
