"""Queries on what the city has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, exists, select

from equipage.data.database import rows
from equipage.data.database.rows import Row, Stored
from equipage.data.database.session import Session, chunks
from equipage.data.database.tables import city as tables
from equipage.data.database.tables.work import RUNNING, assignments, reports
from equipage.dispatch.model import (
    Crew,
    CrewId,
    Depot,
    Service,
    ServiceCode,
    Shift,
    TimeSpan,
    Vehicle,
    VehicleId,
    Zone,
    ZoneId,
)
from equipage.dispatch.privacy import Duty
from equipage.dispatch.roster import HOURS_MOVE_AT_MOST

# Today's hours may be others than those stored for searching.
_NEAR = tables.shifts.c.starts_at < bindparam("last"), tables.shifts.c.ends_at > bindparam("first")
_AT_WORK = (
    tables.crews.c.paused_since,
    exists().where(assignments.c.crew_id == tables.crews.c.id, RUNNING).label("running"),
)
_USUAL = select(tables.crews.c.vehicle_id, tables.crews.c.id.label("crew_id"), *_AT_WORK).where(
    tables.crews.c.vehicle_id.in_(bindparam("vehicles", expanding=True))
)
_ON_SHIFT = (
    select(tables.shifts, *_AT_WORK)
    .join(tables.crews, tables.crews.c.id == tables.shifts.c.crew_id)
    .where(tables.shifts.c.vehicle_id.in_(bindparam("vehicles", expanding=True)), *_NEAR)
)


class CityReading(Session):
    """Services, zones, depots, vehicles, crews and shifts, each by id."""

    def services(self) -> Mapping[ServiceCode, Service]:
        """Return all services by code."""
        found = self._rows(tables.services.select().order_by(tables.services.c.code))
        return {stored["code"]: rows.service_of(stored) for stored in found}

    def zones(self) -> Sequence[Zone]:
        """Return all zones; an area of one part comes back as a Polygon."""
        return [
            rows.zone_of(stored) for stored in self._rows(tables.zones.select().order_by(tables.zones.c.id))
        ]

    def depots(self) -> Sequence[Depot]:
        """Return all depots."""
        return [Depot(**stored) for stored in self._rows(tables.depots.select().order_by(tables.depots.c.id))]

    def crews(self) -> Sequence[Crew]:
        """Return all crews."""
        return [
            rows.crew_of(stored) for stored in self._rows(tables.crews.select().order_by(tables.crews.c.id))
        ]

    def vehicles(self) -> Sequence[Vehicle]:
        """Return all vehicles."""
        found = self._rows(tables.vehicles.select().order_by(tables.vehicles.c.id))
        return [Vehicle(**stored) for stored in found]

    def shifts(self, span: TimeSpan) -> Sequence[Shift]:
        """Return the shifts that overlap the span, by start; today's hours count, not the roster's."""
        found = map(rows.shift_of, self._rows(tables.shifts.select().where(*_NEAR), _around(span)))
        return sorted(
            (shift for shift in found if _overlap(shift.span, span)),
            key=lambda shift: (shift.span.start, shift.crew_id),
        )

    def duties(
        self, vehicle_ids: Collection[VehicleId], span: TimeSpan
    ) -> Mapping[VehicleId, Sequence[Duty]]:
        """Return when the crews of each vehicle are at work; nothing of one that no crew uses."""
        found: dict[VehicleId, dict[CrewId, Duty]] = defaultdict(dict)
        for some in chunks(list(vehicle_ids)):
            given = {"vehicles": some, **_around(span)}
            for stored in self._rows(_USUAL, given):
                found[stored["vehicle_id"]][stored["crew_id"]] = _duty_of(stored, [])
            for stored in self._rows(_ON_SHIFT, given):
                shift = rows.shift_of(stored)
                if _overlap(shift.span, span):
                    crews = found[shift.vehicle_id]
                    before = crews[shift.crew_id].shifts if shift.crew_id in crews else ()
                    crews[shift.crew_id] = _duty_of(stored, [*before, shift])
        return {vehicle_id: list(crews.values()) for vehicle_id, crews in found.items()}


class CityWriting(CityReading):
    """Adding and replacing what the city has."""

    def save_service(self, service: Service) -> None:
        """Add or replace the service of that code."""
        self._upsert(tables.services, rows.service_row(service))

    def save_zone(self, zone: Zone) -> None:
        """Add or replace the zone of that id."""
        self._upsert(tables.zones, rows.zone_row(zone))

    def drop_zone(self, zone_id: ZoneId) -> None:
        """Forget a zone; reports that lie in it keep their commune."""
        within = reports.c.zone_id == zone_id
        self._connection.execute(reports.update().where(within).values(zone_id=None))
        self._connection.execute(tables.zones.delete().where(tables.zones.c.id == zone_id))

    def save_depot(self, depot: Depot) -> None:
        """Add or replace the depot of that id."""
        self._upsert(tables.depots, rows.row_of(depot))

    def save_crew(self, crew: Crew) -> None:
        """Add or replace the crew of that id."""
        self._upsert(tables.crews, rows.crew_row(crew))

    def save_vehicle(self, vehicle: Vehicle) -> None:
        """Add or replace the vehicle of that id."""
        self._upsert(tables.vehicles, rows.row_of(vehicle))

    def save_shift(self, shift: Shift) -> None:
        """Add or replace the shift of that crew with that start."""
        self._upsert(tables.shifts, rows.shift_row(shift))


def _around(span: TimeSpan) -> Row:
    return {"first": span.start - HOURS_MOVE_AT_MOST, "last": span.end + HOURS_MOVE_AT_MOST}


def _overlap(one: TimeSpan, other: TimeSpan) -> bool:
    return one.start < other.end and one.end > other.start


def _duty_of(stored: Stored, shifts: Sequence[Shift]) -> Duty:
    return Duty(paused_since=stored["paused_since"], running=stored["running"], shifts=shifts)
