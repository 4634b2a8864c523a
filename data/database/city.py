"""Queries on what the city has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipage.data.database import rows
from equipage.data.database.session import Session
from equipage.data.database.tables import city as tables
from equipage.data.database.tables.work import reports
from equipage.dispatch.model import Crew, Depot, Service, ServiceCode, Shift, TimeSpan, Vehicle, Zone, ZoneId
from equipage.dispatch.roster import HOURS_MOVE_AT_MOST


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
        shift = tables.shifts.c
        first, last = span.start - HOURS_MOVE_AT_MOST, span.end + HOURS_MOVE_AT_MOST
        near = tables.shifts.select().where(shift.starts_at < last, shift.ends_at > first)
        found = map(rows.shift_of, self._rows(near))
        overlapping = [each for each in found if each.span.start < span.end and each.span.end > span.start]
        return sorted(overlapping, key=lambda each: (each.span.start, each.crew_id))


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
