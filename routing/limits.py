"""How little and how much an edge may take. A search counts in whole milliseconds of 32 bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MIN_EDGE_DURATION_S = 0.001
"""No edge takes less, not even one without length: a search needs positive durations."""

MAX_DURATION_S = 259_200.0
"""No edge or turn takes more than three days, as no trip does."""

MAX_EDGE_LENGTH_M = 20_000_000.0
"""No edge is longer: it is half the way around the Earth."""


def within_limits(edge_duration_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return seconds of edges, those beyond the limits at them.

    Parameters
    ----------
    edge_duration_s : (...) float64
        Seconds, inf among them.
    """
    return np.clip(edge_duration_s, MIN_EDGE_DURATION_S, MAX_DURATION_S)
