"""Numbers, times and objects as trackers write them: what cannot be read is None, nothing fails."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from equipage.api.trackers.post import UnreadableBodyError

# From here on a number of seconds would be after 2038: it is milliseconds.
_FIRST_MILLISECONDS = 2**31


def json_object(body: bytes) -> Mapping[str, Any]:
    """Return the object that a body is.

    Raises
    ------
    UnreadableBodyError
        If it is not JSON, or no object.
    """
    try:
        root = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableBodyError(f"the body is not JSON: {error}") from None
    if not isinstance(root, dict):
        raise UnreadableBodyError(f"the body must be a JSON object, not {type(root).__name__}")
    return root


def inner_object(value: Any) -> Mapping[str, Any]:
    """Return the object within an object; an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def number(value: Any) -> float | None:
    """Return a finite number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        read = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def not_negative(value: Any) -> float | None:
    """Return the number; trackers say -1 for unknown."""
    read = number(value)
    return None if read is None or read < 0 else read


def share(percent: float | None) -> float | None:
    """Return a percentage as a share of 1, at most all of it."""
    return None if percent is None else min(percent / 100, 1.0)


def moment_or_fault(value: Any) -> tuple[datetime | None, bool]:
    """Return a time told in any of its forms, and whether one was told that cannot be read."""
    if value is None:
        return None, False
    try:
        return _moment(value), False
    except (ValueError, OverflowError, TypeError):
        return None, True


def _moment(value: Any) -> datetime:
    read = number(value)
    if read is not None:
        seconds = read / 1000 if read >= _FIRST_MILLISECONDS else read
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    # A `+` of a zone that was not escaped in a query arrives as a blank.
    text = str(value).strip()
    moment = datetime.fromisoformat(text.replace(" ", "T", 1) if "T" not in text else text.replace(" ", "+"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
