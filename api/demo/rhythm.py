"""When a city reports: the hours of its day."""

from __future__ import annotations

from datetime import datetime

# Share of a day's reports by local hour: our own estimate of a municipal day, few at night, a plateau from 8
# to 16, a slow evening.
HOURLY = (
    0.010, 0.007, 0.006, 0.006, 0.008, 0.014, 0.026, 0.049, 0.072, 0.083, 0.084, 0.080,
    0.074, 0.074, 0.072, 0.068, 0.060, 0.050, 0.040, 0.033, 0.028, 0.023, 0.019, 0.014,
)  # fmt: skip

# Dijon's command post takes 630 to 1,000 calls a day with about 205 vehicles, some four for each. The demo's
# crews get half as many again, so that there is something to see and most of them are still free.
REPORTS_PER_CREW_AND_DAY = 6.0


def reports_per_hour(local: datetime, crews: int) -> float:
    """Return how many reports an hour a fleet of this size meets at a local time of day."""
    total = sum(HOURLY)
    return crews * REPORTS_PER_CREW_AND_DAY * HOURLY[local.hour] / total
