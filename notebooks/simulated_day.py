"""A day of the sample city in a database of its own, through the use cases that the server runs, too.

What is made up: when and where people report, how much longer a drive takes than without traffic, and how
long the work lasts. Who goes where is Équipage's own decision.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from equipage.data.city import City
from equipage.data.store import SqlStore, open_store, upgrade
from equipage.dispatch.demand import demand_of
from equipage.dispatch.intake import NewReport
from equipage.dispatch.model import Assignment, CrewId, DeviceId, Fix
from equipage.dispatch.services.advancing import advance
from equipage.dispatch.services.devices import install_devices
from equipage.dispatch.services.filing import file_report
from equipage.dispatch.services.fleet import install_city, roll_shifts
from equipage.dispatch.services.planning import plan_tick
from equipage.dispatch.services.tracking import record_fixes
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import AssignmentStatus, CrewStatus, Source
from equipage.routing.router import Router

FROM, UNTIL = time(8), time(18)
PULSE = timedelta(minutes=25)
"""Every tracker is heard at least this often: who is silent for longer gets no jobs."""

FIX_EVERY_S = 60.0
TRAFFIC, TRAFFIC_SPREAD = 1.25, 0.2
"""A drive takes this many times the free-flow duration in the middle, and a lognormal spread around it."""


def simulate_day(
    url: str, city: City, router: Router, day: date, *, reports: int = 40, seed: int = 20261126
) -> None:
    """Fill a new database with a day's reports and what the crews made of them.

    Parameters
    ----------
    url : str
        Of a database that is not there yet, such as `sqlite:///FILE`.
    city : City
        Its services, crews and zones.
    router : Router
        On its roads.
    day : date
        In the city's time zone, from 8 to 18.
    reports : int
        How many.
    seed : int
        The same seed makes the same day.
    """
    upgrade(url)
    store = open_store(url)
    try:
        _Day(store, city, router, day, np.random.default_rng(seed)).run(reports)
    finally:
        store.close()


@dataclass
class _Day:
    """The events still to come, soonest first."""

    store: SqlStore
    city: City
    router: Router
    day: date
    rng: np.random.Generator
    events: list[tuple[datetime, int, str, Any]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)
    place: dict[CrewId, tuple[float, float]] = field(default_factory=dict)

    def run(self, reports: int) -> None:
        zone = ZoneInfo(self.city.time_zone)
        start, end = (datetime.combine(self.day, at, zone) for at in (FROM, UNTIL))
        depots = {depot.id: (depot.lon, depot.lat) for depot in self.city.depots}
        self.place = {crew.id: depots[crew.depot_id] for crew in self.city.crews}
        with self.store.transaction() as tx:
            install_city(tx, self.city)
            trackers = {vehicle.id: DeviceId(f"tracker-{vehicle.id}") for vehicle in self.city.vehicles}
            install_devices(tx, trackers, now=start)
            roll_shifts(tx, time_zone=zone, now=start, days=1)
        for number in range(int((end - start) / PULSE)):
            self.later(start + number * PULSE, "pulse")
        for new, after in self._reports(reports, end - start):
            self.later(start + after, "file", new)
        while self.events and self.events[0][0] < end:
            now, _, kind, about = heapq.heappop(self.events)
            getattr(self, kind)(now, about)

    def later(self, at: datetime, kind: str, about: Any = None) -> None:
        heapq.heappush(self.events, (at, next(self.numbers), kind, about))

    def pulse(self, now: datetime, _: None) -> None:
        """Every tracker on shift says where it is."""
        with self.store.reading() as reading:
            situation = load_situation(reading, now)
        on_shift = [each for each in situation.crews if situation.status_of(each) is not CrewStatus.OFF_SHIFT]
        self._send([self._fix(situation, crew_id, now, self.place[crew_id]) for crew_id in on_shift], now)

    def file(self, now: datetime, new: NewReport) -> None:
        """Somebody reports something, and it is given to a crew."""
        with self.store.transaction() as tx:
            file_report(tx, new, router=self.router, now=now, actor="citizen")
        self._dispatch(now)

    def arrive(self, now: datetime, about: tuple[Assignment, list[Fix], tuple[float, float], float]) -> None:
        """A crew is there; its tracker has told the way."""
        assignment, fixes, place, work_s = about
        self.place[assignment.crew_id] = place
        self._send(fixes, now)
        self._advance(assignment, AssignmentStatus.ON_SITE, now)
        self.later(now + timedelta(seconds=work_s), "finish", assignment)

    def finish(self, now: datetime, assignment: Assignment) -> None:
        """A crew is done, and free for the next job."""
        self._advance(assignment, AssignmentStatus.DONE, now)
        self._dispatch(now)

    def _dispatch(self, now: datetime) -> None:
        """Decide, and let idle crews set off for what they have now."""
        plan_tick(self.store, router=self.router, now=now)
        with self.store.reading() as reading:
            situation = load_situation(reading, now)
        for crew_id in situation.crews:
            planned = situation.planned_of(crew_id)
            if planned and situation.status_of(crew_id) is CrewStatus.AVAILABLE:
                self._set_off(situation, planned[0], now)

    def _set_off(self, situation: Situation, planned: Assignment, now: datetime) -> None:
        assignment = self._advance(planned, AssignmentStatus.EN_ROUTE, now)
        job = situation.jobs[assignment.job_id]
        route = self.router.route(self.place[assignment.crew_id], (job.lon, job.lat))
        slower = TRAFFIC * float(np.exp(self.rng.normal(0.0, TRAFFIC_SPREAD)))
        at_s = np.arange(0.0, route.duration_s, FIX_EVERY_S)
        lonlat = np.array(route.geometry.coords)
        along = [np.interp(at_s, route.cumulative_duration_s, lonlat[:, axis]) for axis in (0, 1)]
        fixes = [
            self._fix(situation, assignment.crew_id, now + timedelta(seconds=second * slower), (lon, lat))
            for second, lon, lat in zip(at_s.tolist(), *(axis.tolist() for axis in along), strict=True)
        ]
        work_s = job.duration_s * float(np.exp(self.rng.normal(-0.2, 0.4)))
        arrival = now + timedelta(seconds=route.duration_s * slower)
        self.later(arrival, "arrive", (assignment, fixes, (job.lon, job.lat), work_s))

    def _advance(self, assignment: Assignment, status: AssignmentStatus, now: datetime) -> Assignment:
        with self.store.transaction() as tx:
            return advance(tx, assignment.id, status, router=self.router, now=now, actor=assignment.crew_id)

    def _fix(self, situation: Situation, crew_id: CrewId, at: datetime, place: tuple[float, float]) -> Fix:
        device_id = DeviceId(f"tracker-{situation.vehicle_of(crew_id)}")
        return Fix(
            device_id=device_id, fix_time=at, received_at=at, lon=place[0], lat=place[1], accuracy_m=8.0
        )

    def _send(self, fixes: list[Fix], now: datetime) -> None:
        with self.store.transaction() as tx:
            record_fixes(tx, fixes, router=self.router, now=now)

    def _reports(self, number: int, lasting: timedelta) -> list[tuple[NewReport, timedelta]]:
        """Return what is reported where people live, and after how long; the urgent is rarer."""
        demand = demand_of(self.router, self.city.zones)
        people = demand.weight * demand.has_road
        where = self.rng.choice(len(people), number, p=people / people.sum())
        rarity = np.array([service.priority for service in self.city.services], dtype=float)
        what = self.rng.choice(len(rarity), number, p=rarity / rarity.sum())
        after = self.rng.beta(1.6, 2.2, number) * lasting
        return [
            (self._new(self.city.services[kind].code, demand.lonlat[place]), moment)
            for kind, place, moment in zip(what.tolist(), where.tolist(), after.tolist(), strict=True)
        ]

    def _new(self, code: Any, place: Any) -> NewReport:
        return NewReport(service_code=code, lon=float(place[0]), lat=float(place[1]), source=Source.OPEN311)
