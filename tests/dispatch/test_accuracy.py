"""Predicted and actual arrivals are compared as anybody would by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from equipage.dispatch.accuracy import accuracy_of
from equipage.dispatch.model import Assignment, AssignmentId, CrewId, JobId, VehicleId
from equipage.dispatch.status import AssignmentStatus

LEFT = datetime(2026, 1, 1, 8, tzinfo=UTC)


def a_drive(number: int, predicted_s: float | None, actual_s: float | None) -> Assignment:
    """Return an assignment whose crew left at eight."""
    return Assignment(
        id=AssignmentId(f"A{number}"),
        job_id=JobId(f"J{number}"),
        crew_id=CrewId("c"),
        vehicle_id=VehicleId("v"),
        status=AssignmentStatus.DONE,
        since=LEFT,
        created_at=LEFT,
        actor="planner",
        en_route_at=LEFT,
        predicted_at=None if predicted_s is None else LEFT + timedelta(seconds=predicted_s),
        arrived_at=None if actual_s is None else LEFT + timedelta(seconds=actual_s),
    )


def test_errors_are_actual_minus_predicted() -> None:
    """Of -100, 0, 50, 200 and 1,000 s the median is 50, of their sizes 100, and the 90th percentile 680."""
    drives = [a_drive(n, 1000, 1000 + error) for n, error in enumerate((-100, 0, 50, 200, 1000))]
    accuracy = accuracy_of(drives)
    assert accuracy.median_error_s == 50
    assert accuracy.median_abs_error_s == 100
    # Between the 4th (200) and the 5th (1,000) of five: 0.9 * 4 = 3.6, so 200 + 0.6 * 800.
    assert accuracy.p90_abs_error_s == pytest.approx(680)


def test_the_interval_is_the_one_told_at_setting_off() -> None:
    """1,000 s of driving are 800 to 1,350 s, and a minute to park: 1,400 s is inside, 1,420 s is not."""
    drives = [a_drive(n, 1000, actual) for n, actual in enumerate((790, 800, 1400, 1420))]
    assert accuracy_of(drives).within_interval == 0.5


def test_the_latest_arrival_comes_first_and_half_told_ones_are_left_out() -> None:
    """Without a prediction or an arrival there is nothing to compare."""
    drives = [a_drive(1, 100, 90), a_drive(2, None, 90), a_drive(3, 100, None), a_drive(4, 100, 120)]
    assert [each.id for each in accuracy_of(drives).arrivals] == ["A4", "A1"]


def test_without_arrivals_nothing_is_claimed() -> None:
    """No number is better than a wrong one."""
    accuracy = accuracy_of([])
    assert (accuracy.arrivals, accuracy.median_error_s, accuracy.within_interval) == ((), None, None)
