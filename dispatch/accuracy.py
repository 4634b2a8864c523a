"""How good the predicted arrivals were, told by those that came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipage.dispatch.eta import SLACK_S, Moment
from equipage.dispatch.model import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How far actual arrivals were from those predicted when the crews set off.

    Parameters
    ----------
    arrivals : tuple of Assignment
        Those with both times, the latest arrival first.
    median_error_s : float or None
        Actual minus predicted, in seconds: positive where crews came later. None without arrivals, as below.
    median_abs_error_s, p90_abs_error_s : float or None
        Median and 90th percentile of its size, in seconds.
    within_interval : float or None
        The share, 0 to 1, that came between the earliest and the latest time given at setting off.
    """

    arrivals: tuple[Assignment, ...]
    median_error_s: float | None = None
    median_abs_error_s: float | None = None
    p90_abs_error_s: float | None = None
    within_interval: float | None = None


def accuracy_of(assignments: Sequence[Assignment]) -> Accuracy:
    """Return how good the predictions for assignments were.

    Parameters
    ----------
    assignments : sequence of Assignment
        Any; those without a prediction or an arrival are left out.
    """
    came = [a for a in assignments if None not in (a.en_route_at, a.predicted_at, a.arrived_at)]
    came.sort(key=lambda a: (a.arrived_at, a.id), reverse=True)
    if not came:
        return Accuracy(arrivals=())
    left, predicted, actual = (
        np.array([getattr(a, name).timestamp() for a in came])
        for name in ("en_route_at", "predicted_at", "arrived_at")
    )
    error_s = actual - predicted
    drives = [Moment(0.0, 0.0, SLACK_S).after_drive(float(drive_s)) for drive_s in predicted - left]
    low, high = np.array([(drive.low, drive.high) for drive in drives]).T
    return Accuracy(
        arrivals=tuple(came),
        median_error_s=float(np.median(error_s)),
        median_abs_error_s=float(np.median(np.abs(error_s))),
        p90_abs_error_s=float(np.percentile(np.abs(error_s), 90)),
        within_interval=float(np.mean((low <= actual - left) & (actual - left <= high))),
    )
