"""Who may follow a vehicle when: what is asked of a few vehicles is what everything stored tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from equipage.data.store import SqlReading, SqlStore
from equipage.dispatch.model import Shift, TimeSpan, VehicleId
from equipage.dispatch.privacy import Duty
from equipage.dispatch.status import AssignmentStatus
from tests.data.examples import CREWS, MINUTE, NOW, VEHICLES, new_assignment, save_jobs

HOUR = 60 * MINUTE
SPARE = VehicleId("spare")


def _shift(crew: int, vehicle: VehicleId, start_h: float, end_h: float, **changes: object) -> Shift:
    span = TimeSpan(start=NOW + start_h * HOUR, end=NOW + end_h * HOUR)
    return replace(Shift(crew_id=CREWS[crew], vehicle_id=vehicle, span=span), **changes)  # type: ignore[arg-type]


def _fill(store: SqlStore) -> None:
    """Save crew 1 at work and paused, 2 with two shifts, one borrowed, and 3 with moved and absent ones."""
    jobs = save_jobs(store, 3)
    night = _shift(2, VEHICLES[2], -10, -2)
    moved = replace(night, span=replace(night.span, end=NOW + HOUR), rostered=night.span)
    pause = TimeSpan(start=NOW, end=NOW + MINUTE)
    with store.transaction() as tx:
        tx.save_vehicle(replace(tx.vehicles()[0], id=SPARE))
        tx.save_crew(replace(tx.crews()[0], paused_since=NOW))
        tx.add_assignment(new_assignment("A1", jobs[0], crew=0, status=AssignmentStatus.EN_ROUTE))
        tx.add_assignment(new_assignment("A2", jobs[1], crew=1))
        done = new_assignment("A3", jobs[2], crew=2, status=AssignmentStatus.DONE, ended_at=NOW)
        tx.add_assignment(done)
        for shift in (
            _shift(1, VEHICLES[0], 0, 4, breaks=(pause,)),
            _shift(1, VEHICLES[1], 5, 9),
            _shift(1, VEHICLES[1], -8, -1),
            _shift(0, SPARE, 3, 7),
            moved,
            _shift(2, VEHICLES[2], 0, 5, absent=True),
        ):
            tx.save_shift(shift)


def _told(reading: SqlReading, vehicle_id: VehicleId, span: TimeSpan) -> list[Duty]:
    """Return the duties of one vehicle as a plain loop over all crews, shifts and assignments tells them."""
    shifts = [shift for shift in reading.shifts(span) if shift.vehicle_id == vehicle_id]
    running = {each.crew_id for each in reading.live_assignments() if each.status.is_running}
    users = {shift.crew_id for shift in shifts}
    return [
        Duty(
            paused_since=crew.paused_since,
            running=crew.id in running,
            shifts=[shift for shift in shifts if shift.crew_id == crew.id],
        )
        for crew in reading.crews()
        if crew.vehicle_id == vehicle_id or crew.id in users
    ]


def _in_order(duties: Sequence[Duty]) -> list[str]:
    by_start = (replace(each, shifts=sorted(each.shifts, key=lambda s: s.span.start)) for each in duties)
    return sorted(map(repr, by_start))


@pytest.mark.parametrize("hours", [0.001, 2, 48])
def test_duties_are_what_everything_stored_tells(store: SqlStore, hours: float) -> None:
    """Usual and borrowed vehicles, pauses, moved hours, absences: neither more nor fewer are followed."""
    _fill(store)
    vehicles = [*VEHICLES, SPARE, VehicleId("nowhere")]
    for start_h in (-24, -9, -2, -1.5, 0, 2, 3, 6, 30):
        span = TimeSpan(start=NOW + start_h * HOUR, end=NOW + (start_h + hours) * HOUR)
        with store.reading() as reading:
            told = {vehicle_id: _told(reading, vehicle_id, span) for vehicle_id in vehicles}
            expected = {vehicle_id: _in_order(duties) for vehicle_id, duties in told.items() if duties}
            found: Mapping[VehicleId, Sequence[Duty]] = reading.duties(vehicles, span)
            assert {vehicle_id: _in_order(duties) for vehicle_id, duties in found.items()} == expected
            for vehicle_id in vehicles:
                alone = reading.duties([vehicle_id], span)
                assert _in_order(alone.get(vehicle_id, ())) == expected.get(vehicle_id, [])
                assert alone.keys() <= {vehicle_id}


def test_of_no_vehicles_there_are_no_duties(store: SqlStore) -> None:
    """An empty question has an empty answer."""
    _fill(store)
    with store.reading() as reading:
        assert reading.duties([], TimeSpan(start=NOW, end=NOW + timedelta(hours=1))) == {}
