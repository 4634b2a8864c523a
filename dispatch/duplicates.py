"""Which reports are likely to be of the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from equipage.dispatch.model import Report

SAME_WITHIN_M = 150.0
"""How far apart two people may say that the same thing is: a block of houses."""

SAME_WITHIN = timedelta(hours=24)
"""How far apart in time two reports are taken to be of the same thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A report that may be of the same thing, how far away it is, and how long before or after it came."""

    report: Report
    distance_m: float
    apart: timedelta


def likely_duplicates(report: Report, near: Iterable[tuple[Report, float]]) -> Sequence[Likeness]:
    """Return the reports that are likely to be of the same thing, the likeliest first.

    Those that somebody has linked come before all; then counts how near they are in place and time together.

    Parameters
    ----------
    report : Report
        What they are compared with.
    near : iterable of (Report, metres)
        Open reports around it; it may be among them.
    """
    found = [
        Likeness(report=other, distance_m=metres, apart=abs(other.requested_at - report.requested_at))
        for other, metres in near
        if other.id != report.id
    ]
    likely = [each for each in found if _is_linked(report, each.report) or _is_alike(report, each)]
    return sorted(likely, key=lambda each: (not _is_linked(report, each.report), _unlikeness(each)))


def _is_linked(report: Report, other: Report) -> bool:
    return report.linked_to == other.id or other.linked_to == report.id


def _is_alike(report: Report, likeness: Likeness) -> bool:
    same = likeness.report.service_code == report.service_code
    return same and likeness.distance_m <= SAME_WITHIN_M and likeness.apart <= SAME_WITHIN


def _unlikeness(likeness: Likeness) -> tuple[float, str]:
    return likeness.distance_m / SAME_WITHIN_M + likeness.apart / SAME_WITHIN, likeness.report.id
