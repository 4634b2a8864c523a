"""How simulated crews drive and citizens report: luck that adds up, and a rhythm that is a day's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.api.demo.driving import NOISE_M, Drive, Receiver, draw_drive, metres_between, moved
from equipage.api.demo.rhythm import reports_per_hour
from equipage.dispatch.replay.generator import CALLS_PER_CREW


@dataclass(frozen=True)
class StraightPath:
    """A street due east along a parallel, one hundred-thousandth of a degree a second."""

    duration_s: float

    def position_at(self, seconds: float) -> tuple[float, float]:
        return (1e-5 * min(max(seconds, 0.0), self.duration_s), 45.0)


@given(seed=st.integers(0, 10_000), duration_s=st.floats(1.0, 3600.0))
def test_a_drive_never_goes_back_and_arrives(seed: int, duration_s: float) -> None:
    """Whatever the luck, time and progress only grow, and the end of the drive is the end of the path."""
    drive = draw_drive(StraightPath(duration_s), np.random.default_rng(seed))
    assert (np.diff(drive.elapsed_s) >= 0).all()
    assert (np.diff(drive.progress_s) >= 0).all()
    assert drive.position_at(0.0) == (0.0, 45.0)
    assert drive.position_at(drive.duration_s) == pytest.approx((1e-5 * duration_s, 45.0))


def test_a_stop_is_stood_out() -> None:
    """Between the two corners of a stop the vehicle does not move, and its speed is nought."""
    drive = Drive(StraightPath(100.0), np.array([0.0, 50.0, 80.0, 130.0]), np.array([0.0, 50.0, 50.0, 100.0]))
    assert drive.position_at(50.0) == drive.position_at(79.0) == (50e-5, 45.0)
    assert drive.speed_and_course_at(60.0)[0] == 0.0
    speed_mps, course = drive.speed_and_course_at(10.0)
    assert speed_mps == pytest.approx(1e-5 * 111_195 * math.cos(math.radians(45.0)), rel=1e-3)
    assert course == pytest.approx(90.0, abs=0.01)


def test_trips_take_about_as_long_as_said() -> None:
    """The mean ratio over many trips is the pace's mean plus the stops: 1.05 e^(0.15²/2) + 9·35/3600."""
    rng = np.random.default_rng(1)
    ratios = [draw_drive(StraightPath(600.0), rng).duration_s / 600.0 for _ in range(4000)]
    assert np.mean(ratios) == pytest.approx(1.05 * math.exp(0.15**2 / 2) + 9 * 35 / 3600, rel=0.01)


def test_a_receiver_errs_by_a_few_metres() -> None:
    """The error of a standing receiver has the spread that is said, and wanders instead of jumping."""
    receiver = Receiver(np.random.default_rng(2))
    seen = np.array([metres_between((5.0, 47.0), receiver.see((5.0, 47.0))) for _ in range(20_000)])
    assert seen.std(axis=0) == pytest.approx([NOISE_M, NOISE_M], rel=0.1)
    assert np.corrcoef(seen[:-1, 0], seen[1:, 0])[0, 1] > 0.7


@given(east=st.floats(-500, 500), north=st.floats(-500, 500), lat=st.floats(-70, 70))
def test_moving_and_measuring_agree(east: float, north: float, lat: float) -> None:
    """What is moved by so many metres is measured to be so many metres away."""
    place = moved((5.0, lat), east_m=east, north_m=north)
    assert metres_between((5.0, lat), place) == pytest.approx((east, north), abs=1e-3)


def test_a_day_of_reports_is_what_the_fleet_can_do() -> None:
    """The hours of a day add up to the reports that so many crews meet."""
    day = [reports_per_hour(datetime(2026, 1, 5, hour, tzinfo=UTC), 10) for hour in range(24)]
    assert sum(day) == pytest.approx(10 * CALLS_PER_CREW)
    assert max(day) > 5 * min(day)
