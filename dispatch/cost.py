"""What it costs that a crew arrives when it does, in weighted seconds: the one measure for choosing crews."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from equipage.dispatch.model import Job

Floats = npt.NDArray[np.float64]

PRIORITY_WEIGHT = {1: 8.0, 2: 4.0, 3: 2.0, 4: 1.0}
"""How much a second of waiting counts. Chosen, not measured: each priority twice the one below."""

LATE_FACTOR = 3.0
"""How many further seconds a second after the due time counts. Chosen: a broken promise outweighs a wait."""


def weights(jobs: Sequence[Job]) -> Floats:
    """Return the priority weights of the jobs, (n,)."""
    return np.array([PRIORITY_WEIGHT[job.priority] for job in jobs], dtype=np.float64)


def arrival_cost(weight: npt.ArrayLike, arrival_s: npt.ArrayLike, due_s: npt.ArrayLike) -> Floats:
    """Return the cost of arriving then, in weighted seconds.

    Parameters
    ----------
    weight : (...)
        The job's priority weight; the shapes broadcast.
    arrival_s : (...)
        Seconds from now to the arrival; inf costs inf.
    due_s : (...)
        Seconds from now to the time due, negative when that is past.
    """
    arrival = np.asarray(arrival_s, dtype=np.float64)
    late = np.maximum(arrival - np.asarray(due_s), 0.0)
    return np.asarray(np.asarray(weight) * (arrival + LATE_FACTOR * late), dtype=np.float64)
