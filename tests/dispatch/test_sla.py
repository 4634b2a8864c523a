"""The promise and its states."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from equipage.dispatch.sla import due_at, sla_state
from equipage.dispatch.status import SlaState
from tests.dispatch.worlds import NOW, a_service, at

SECOND = timedelta(seconds=1)


def test_a_report_is_due_when_its_service_promises() -> None:
    """Two hours after the report, for a service that responds within two hours."""
    assert due_at(a_service(respond_s=7200), NOW) == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("arrived_at", "expected"),
    [(at(30) - SECOND, SlaState.MET), (at(30), SlaState.MET), (at(30) + SECOND, SlaState.BREACHED)],
)
def test_the_arrival_settles_the_matter(arrived_at: datetime, expected: SlaState) -> None:
    """Being there in the very second due keeps the promise, a second later breaks it, for all time."""
    assert sla_state(at(30), now=at(600), eta=None, arrived_at=arrived_at) is expected


@pytest.mark.parametrize(
    ("eta", "expected"),
    [
        (at(29), SlaState.ON_TRACK),
        (at(30), SlaState.ON_TRACK),
        (at(30) + SECOND, SlaState.AT_RISK),
        (at(90), SlaState.AT_RISK),
    ],
)
def test_a_crew_on_its_way_is_on_track_until_it_is_expected_too_late(
    eta: datetime, expected: SlaState
) -> None:
    """Due in 30 minutes, the expected arrival decides."""
    assert sla_state(at(30), now=NOW, eta=eta, arrived_at=None) is expected


def test_once_the_time_is_over_the_promise_is_broken_whatever_is_expected() -> None:
    """A second after the due time it is breached; in the due second it is not yet."""
    assert sla_state(NOW, now=NOW + SECOND, eta=NOW, arrived_at=None) is SlaState.BREACHED
    assert sla_state(NOW, now=NOW, eta=NOW, arrived_at=None) is SlaState.ON_TRACK


def test_without_a_crew_the_time_of_an_approach_must_be_left() -> None:
    """Nobody comes yet: ten minutes before the due time is still on track, a second later at risk."""
    assert sla_state(at(10), now=NOW, eta=None, arrived_at=None) is SlaState.ON_TRACK
    assert sla_state(at(10), now=NOW + SECOND, eta=None, arrived_at=None) is SlaState.AT_RISK
