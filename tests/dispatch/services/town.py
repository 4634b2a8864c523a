"""A small town in a real store: a square, two communes, three crews on shift at the depot on the square."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely import box

from equipage.data.store import SqlStore
from equipage.dispatch.access import hash_secret
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    CrewId,
    Depot,
    DepotId,
    Device,
    DeviceId,
    Event,
    Fix,
    Report,
    ServiceAttribute,
    ServiceCode,
    Vehicle,
    VehicleId,
    Zone,
    ZoneId,
)
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.services.advancing import advance
from equipage.dispatch.services.assignments import assign
from equipage.dispatch.services.filing import NewReport, file_report
from equipage.dispatch.services.planning import plan_tick
from equipage.dispatch.status import AssignmentStatus, Mode, Source
from equipage.routing.snap import Snaps
from tests.dispatch.worlds import NOW, Place, StraightRoads, a_crew, a_service, a_shift, lonlat, metres

ACTOR = "Dominique"
CREWS = ("A", "B", "C")
HALF_M = 10_000.0


@dataclass(frozen=True)
class TownNetwork:
    """A network in name only."""

    network_id: str = "plain"


class TownRoads(StraightRoads):
    """Straight roads, of which one has a name: the Grande Rue, from west to east across the square."""

    network = TownNetwork()

    def snap(self, points: npt.ArrayLike, *, max_snap_m: float | None = None) -> Snaps:
        """Return the nearest places on the Grande Rue; only any distance is ever asked for."""
        assert max_snap_m == np.inf
        place = metres(points)
        on_road = np.array([lonlat((float(x), 0.0)) for x, _ in place]).reshape(-1, 2)
        return Snaps(
            edge=np.zeros(len(place), dtype=np.int64),
            fraction=np.zeros(len(place)),
            lonlat=on_road,
            distance_m=np.abs(place[:, 1]),
            name=("Grande Rue",) * len(place),
            reverse=np.full(len(place), -1),
        )


SERVICES = (
    a_service("pothole"),
    a_service("lamp", skills=frozenset({"electric"}), respond_s=3600, priority=2),
    a_service("police", public=False),
    a_service("manual", mode=Mode.SUGGEST),
    a_service(
        "graffiti",
        attributes=(
            ServiceAttribute(code="size", description="How large?", datatype="number", required=True),
            ServiceAttribute(
                code="on",
                description="On what?",
                datatype="singlevaluelist",
                values=(("wall", "A wall"), ("sign", "A sign")),
            ),
            ServiceAttribute(
                code="colours",
                description="Which colours?",
                datatype="multivaluelist",
                values=(("r", "Red"), ("b", "Blue")),
            ),
            ServiceAttribute(code="seen", description="Since when?", datatype="datetime"),
        ),
    ),
)


@dataclass
class Town:
    """The town's store with a clock of its own, and the use cases as one says them in a test."""

    store: SqlStore
    now: datetime = NOW
    router: TownRoads = field(default_factory=TownRoads)

    def give_trackers(self, crews: str) -> None:
        """Put trackers into crews' vans; without one a crew is never taken for silent."""
        with self.store.transaction() as tx:
            for crew_id in crews:
                tx.save_device(
                    Device(
                        id=DeviceId(f"dev-{crew_id}"),
                        vehicle_id=VehicleId(f"van-{crew_id}"),
                        token_hash=hash_secret(f"token-{crew_id}"),
                        created_at=NOW,
                    )
                )

    def wait(self, minutes: float) -> None:
        """Let time go by."""
        self.now += timedelta(minutes=minutes)

    def file(self, place: Place = (1000.0, 0.0), service: str = "pothole", **told: Any) -> Report:
        """File a report by Open311 unless told otherwise."""
        with self.store.transaction() as tx:
            return file_report(
                tx, new_report(place, service, **told), router=self.router, now=self.now, actor=ACTOR
            )

    def assign(
        self,
        report: Report,
        crew_id: str,
        *,
        pin: bool = False,
        override: bool = False,
        position: int | None = None,
    ) -> Assignment:
        """Give a report to a crew by hand."""
        with self.store.transaction() as tx:
            return assign(
                tx,
                report.id,
                CrewId(crew_id),
                pin=pin,
                override=override,
                position=position,
                router=self.router,
                now=self.now,
                actor=ACTOR,
            )

    def advance(
        self,
        assignment: Assignment,
        *statuses: str,
        reason: str = "",
        said_at: datetime | None = None,
    ) -> Assignment:
        """Have the crew say one status after the other."""
        for status in statuses:
            with self.store.transaction() as tx:
                assignment = advance(
                    tx,
                    assignment.id,
                    AssignmentStatus(status),
                    reason=reason,
                    said_at=said_at,
                    router=self.router,
                    now=self.now,
                    actor=f"crew {assignment.crew_id}",
                )
        return assignment

    def tick(self) -> None:
        """Have the planner look; nobody is in its way here."""
        plan_tick(self.store, router=self.router, now=self.now)

    def report(self, report: Report) -> Report:
        """Return the report as it is now."""
        with self.store.reading() as reading:
            return reading.report(report.id)

    def assignment(self, assignment: Assignment | str) -> Assignment:
        """Return the assignment as it is now."""
        identifier = assignment if isinstance(assignment, str) else assignment.id
        with self.store.reading() as reading:
            return reading.assignment(AssignmentId(identifier))

    def live(self) -> dict[str, str]:
        """Return which crew has which report now."""
        with self.store.reading() as reading:
            return {str(a.report_id): a.crew_id for a in reading.live_assignments()}

    def events(self, kind: str | None = None) -> list[Event]:
        """Return what was announced, of one kind or of all."""
        with self.store.reading() as reading:
            events = reading.events_after(0, limit=10_000)
        return [event for event in events if kind in (None, event.kind)]

    def history(self, report: Report) -> list[str]:
        """Return what was done to a report."""
        with self.store.reading() as reading:
            return [entry.action for entry in reading.audit("report", report.id)]

    def reports(self) -> list[Report]:
        """Return all reports."""
        with self.store.reading() as reading:
            return list(reading.reports(ReportQuery()).items)

    def fix(self, crew_id: str, place: Place | None, minutes: float = 0.0, **told: Any) -> Fix:
        """Return a fix of a crew's tracker, so many minutes from now."""
        lon, lat = lonlat(place) if place is not None else (None, None)
        when = self.now + timedelta(minutes=minutes)
        return Fix(
            device_id=DeviceId(f"dev-{crew_id}"),
            fix_time=when,
            received_at=self.now,
            **{"lon": lon, "lat": lat, **told},
        )


def new_report(place: Place = (1000.0, 0.0), service: str = "pothole", **told: Any) -> NewReport:
    """Return what somebody tells, by Open311 unless told otherwise."""
    lon, lat = lonlat(place)
    given: dict[str, Any] = {"lon": lon, "lat": lat, "source": Source.OPEN311, **told}
    return NewReport(service_code=ServiceCode(service), **given)


def build_town(store: SqlStore) -> Town:
    """Return the town before anything happens, no van tracked yet. Crew A alone has the skill for lamps."""
    west, south = lonlat((-HALF_M, -HALF_M))
    east, north = lonlat((HALF_M, HALF_M))
    middle, lat = lonlat((0.0, 0.0))
    with store.transaction() as tx:
        for service in SERVICES:
            tx.save_service(service)
        for zone, commune, edges in (
            ("w", "Ouestville", (west, south, middle, north)),
            ("e", "Estville", (middle, south, east, north)),
        ):
            tx.save_zone(Zone(id=ZoneId(zone), name=commune, commune=commune, geometry=box(*edges)))
        tx.save_depot(Depot(id=DepotId("square"), name="Square", lon=middle, lat=lat))
        for crew_id in CREWS:
            vehicle_id = VehicleId(f"van-{crew_id}")
            tx.save_vehicle(Vehicle(id=vehicle_id, name=vehicle_id, depot_id=DepotId("square")))
            tx.save_crew(a_crew(crew_id, *(["electric"] if crew_id == "A" else [])))
            tx.save_shift(a_shift(crew_id))
    return Town(store)
