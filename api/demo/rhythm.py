"""When a city reports: the hours of its day."""

from __future__ import annotations

from datetime import datetime

from equipage.dispatch.replay.generator import CALLS_PER_CREW, MUNICIPAL_HOURS


def reports_per_hour(local: datetime, crews: int) -> float:
    """Return how many reports an hour a fleet of this size meets at a local time of day."""
    total = sum(MUNICIPAL_HOURS)
    return crews * CALLS_PER_CREW * MUNICIPAL_HOURS[local.hour] / total
