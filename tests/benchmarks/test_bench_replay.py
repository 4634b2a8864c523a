"""The bench of replayed days on the sample city, so that its table can be trusted."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.bench_replay import BASELINE, Load, rows_of
from tests.benchmarks.replay_days import ReplayCity, cells, sample, shift_starts


@pytest.fixture(scope="module")
def city() -> ReplayCity:
    """Return the sample city."""
    return sample()


def test_both_policies_are_measured_on_the_same_days(city: ReplayCity) -> None:
    """A few calls and crews: a row for each measure, the wanted figures beside it, and nothing broken."""
    rows = {row.figure: row for row in rows_of(city, Load("quiet", 12), [BASELINE, "plan"], [1, 2], calls=12)}
    assert f"quiet, 12 crews: {BASELINE}" in rows
    mean = rows["quiet, 12 crews: plan, mean wait"]
    assert (mean.floor, mean.goal) == ("+1 %", "0 %")
    assert "[" in mean.measured
    broken = next(row for figure, row in rows.items() if "broken in" in figure)
    assert broken.measured == "0 (calls not served: 0)"


def test_crews_are_there_when_calls_are() -> None:
    """Where all calls come in by day, nobody begins at night, and the busiest hours have most crews."""
    hourly = np.zeros(24)
    hourly[8:16] = 10.0
    assert shift_starts(hourly, 3) == [8, 8, 8]


def test_cells_are_square_kilometres() -> None:
    """Two points 1.2 km apart to the north are not in one, and 200 m apart mostly are."""
    lonlat = np.array([(-8.61, 41.1501), (-8.61, 41.1611), (-8.61, 41.1485)])
    first, second, third = cells(lonlat)
    assert first != second
    assert first == third
