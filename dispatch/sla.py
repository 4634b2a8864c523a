"""When a crew is due, and how that promise stands."""

from __future__ import annotations

from datetime import datetime, timedelta

from equipage.dispatch.model import Service
from equipage.dispatch.status import SlaState

USUAL_APPROACH = timedelta(minutes=10)
"""What finding a crew and driving there usually take: 10 min on an evenly loaded day of those replayed."""


def due_at(service: Service, requested_at: datetime) -> datetime:
    """Return when a crew is to be on site at the latest.

    Parameters
    ----------
    service : Service
        Its `respond_s` is the promise.
    requested_at : datetime
        When the report came in.
    """
    return requested_at + timedelta(seconds=service.respond_s)


def sla_state(due: datetime, *, now: datetime, eta: datetime | None, arrived_at: datetime | None) -> SlaState:
    """Return how the promise stands: met, on track, at risk or breached.

    Parameters
    ----------
    due : datetime
        When a crew is to be on site; arriving in that very second is in time.
    now : datetime
        The moment of judging.
    eta : datetime or None
        When the crew is expected; None where no crew has the report, which then is at risk as soon as less
        time is left than an approach usually takes.
    arrived_at : datetime or None
        When the crew was on site; it settles the matter.
    """
    if arrived_at is not None:
        return SlaState.MET if arrived_at <= due else SlaState.BREACHED
    if now > due:
        return SlaState.BREACHED
    expected = now + USUAL_APPROACH if eta is None else eta
    return SlaState.ON_TRACK if expected <= due else SlaState.AT_RISK
