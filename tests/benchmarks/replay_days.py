"""Porto's replayed day: 630 calls with Baltimore's hours, kinds and places, and fleets of any size.

The k-th densest square kilometre of Baltimore's calls is laid on the k-th densest of Porto's streets, within
10 km of the densest of all; in it a call is anywhere along its streets. Left out is what Baltimore's own
crews filed about their rounds ("Proactive"). Priorities, usual work and promises are ours: the file has none
that a dispatcher would know. Without the data, it is the sample city with its own services.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from equipage.data.city import load_city
from equipage.data.networks import cached_network
from equipage.data.replay_days import city_mix
from equipage.dispatch.model import (
    Crew,
    CrewId,
    Depot,
    DepotId,
    Service,
    ServiceCode,
    Shift,
    TimeSpan,
    Vehicle,
    VehicleId,
)
from equipage.dispatch.replay.day import Day
from equipage.dispatch.replay.generator import Mix, draw_calls
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.benchmarks.maps import PORTO
from tests.benchmarks.peers.environment import cache_folder

CALLS = PORTO.parents[1] / "baltimore" / "service_requests_311.csv"
START = datetime(2026, 3, 10, tzinfo=UTC)
DAY = TimeSpan(start=START, end=START + timedelta(days=1))
DAY_BEFORE = TimeSpan(start=START - timedelta(days=1), end=START)
EXPECTED = 1500
"""So many other calls tell where and when is reported what, as two or three days would."""

SHIFT = timedelta(hours=8)
PAUSE_AFTER, PAUSE = timedelta(hours=3, minutes=30), timedelta(minutes=30)
CELL_M = 1000.0
CITY_M = 10_000.0
"""The city is what lies within this of its densest square kilometre: Baltimore is not larger."""

DEPOTS = 6
MANNED_SHARE = 0.6
"""Share of the skills that each crew has."""

SKILLS = {
    "SW": "cleaning",
    "WW": "water",
    "TRM": "roads",
    "TEC": "roads",
    "TRC": "roads",
    "TRS": "patrol",
    "TTR": "patrol",
    "PABC": "patrol",
    "BGE": "electrical",
    "TRT": "electrical",
}
"""Who does what in Baltimore, by the beginning of a kind's name; inspectors do everything else."""

URGENT = (
    *("No Water", "Water In Basement", "Overflow", "Traffic Signal", "Down Tree", "Danger", "Aggressive"),
    *("Attack", "Hydrant Open", "Flooded", "Icy", "Debris", "Cable Faults"),
)
HIGH = ("Leak", "Pothole", "StLight", "Abandoned", "Cover", "Sewer", "Limb", "Sign Damaged", "Parking Compl")
LOW = ("Scheduled", "Bulk", "Graffiti", "Recycling", "Request", "Refund", "Appliance", "Inspection")
WORK_MIN = {1: 30, 2: 25, 3: 25, 4: 20}
RESPOND_MIN = {1: 30, 2: 90, 3: 480, 4: 1440}


@dataclass(frozen=True)
class ReplayCity:
    """Roads, and what is reported where and when."""

    name: str
    router: Router
    mix: Mix
    services: Mapping[ServiceCode, Service]

    def day(self, crews: int, *, calls: int = 630, seed: int) -> Day:
        """Return a day; the fleet is the same for every seed."""
        fleet = [self._crew(number) for number in range(crews)]
        starts = shift_starts(self.mix.hourly, crews)
        return Day(
            span=DAY,
            services=self.services,
            crews={crew.id: crew for crew in fleet},
            vehicles={crew.vehicle_id: Vehicle(id=crew.vehicle_id, name=crew.name) for crew in fleet},
            depots=self._depots,
            shifts=tuple(
                shift for crew, hour in zip(fleet, starts, strict=True) for shift in _shifts(crew, hour)
            ),
            calls=draw_calls(self.mix, self.services, DAY, count=calls, seed=seed),
            before=draw_calls(self.mix, self.services, DAY_BEFORE, count=EXPECTED, seed=EXPECTED + seed),
        )

    @cached_property
    def _skills(self) -> list[str]:
        return sorted({skill for service in self.services.values() for skill in service.skills})

    @cached_property
    def _depots(self) -> Mapping[DepotId, Depot]:
        """Return depots where much is reported, each as far as can be from those before."""
        busy = np.argsort(-self.mix.weight, kind="stable")[: len(self.mix.weight) // 2]
        points = self.mix.lonlat[busy]
        chosen = [0]
        away = np.full(len(points), np.inf)
        while len(chosen) < DEPOTS:
            away = np.minimum(away, np.linalg.norm(points - points[chosen[-1]], axis=1))
            chosen.append(int(away.argmax()))
        found = [(DepotId(f"depot-{number}"), points[place]) for number, place in enumerate(chosen)]
        return {key: Depot(id=key, name=key, lon=float(at[0]), lat=float(at[1])) for key, at in found}

    def _crew(self, number: int) -> Crew:
        has = np.random.default_rng(number).permutation(self._skills)
        return Crew(
            id=CrewId(f"crew-{number:02d}"),
            name=f"Crew {number}",
            skills=frozenset(has[: round(MANNED_SHARE * len(has))].tolist()),
            depot_id=DepotId(f"depot-{number % DEPOTS}"),
            vehicle_id=VehicleId(f"van-{number:02d}"),
        )


def porto() -> ReplayCity:
    """Return Porto with Baltimore's calls."""
    network = cached_network(PORTO, "van", cache_folder() / "networks")
    router = Router(network)
    calls = list(_baltimore(CALLS))
    kinds = Counter(call.kind for call in calls)
    services = {code: _service(code) for code in kinds}
    places, weight = _laid_on(router, Counter(call.cell for call in calls if call.cell is not None))
    hourly = np.bincount([call.hour for call in calls], minlength=24).astype(np.float64)
    mix = Mix(
        hourly=hourly,
        services={code: float(count) for code, count in kinds.items()},
        lonlat=places,
        weight=weight,
    )
    return ReplayCity("Porto", router, mix, services)


def sample() -> ReplayCity:
    """Return the sample city, where its people live and with its own services."""
    city = load_city("la-serena-coquimbo")
    router = Router(city.network)
    services = {service.code: service for service in city.services}
    return ReplayCity(city.name, router, city_mix(city, router), services)


def shift_starts(hourly: npt.NDArray[np.float64], crews: int) -> list[int]:
    """Return the hour at which each crew begins, one after the other where crews are scarcest."""
    hours = int(SHIFT / timedelta(hours=1))
    worked = np.array([[(hour - start) % 24 < hours for hour in range(24)] for start in range(24)], float)
    crew_hours, starts = np.zeros(24), []
    for _ in range(crews):
        # Waiting grows with the calls that there are for each crew.
        load = [float((hourly**2 / (crew_hours + own + 0.1)).sum()) for own in worked]
        starts.append(int(np.argmin(load)))
        crew_hours += worked[starts[-1]]
    return starts


def _shifts(crew: Crew, hour: int) -> Iterator[Shift]:
    """Yield the crew's shifts from the evening before until the end of the day after."""
    for day in (-1, 0, 1):
        start = START + timedelta(days=day, hours=hour)
        pause = TimeSpan(start=start + PAUSE_AFTER, end=start + PAUSE_AFTER + PAUSE)
        span = TimeSpan(start=start, end=start + SHIFT)
        yield Shift(crew_id=crew.id, vehicle_id=crew.vehicle_id, span=span, breaks=(pause,))


@dataclass(frozen=True, slots=True)
class _Filed:
    kind: ServiceCode
    hour: int
    cell: tuple[int, int] | None


def _baltimore(file: Path) -> Iterator[_Filed]:
    """Yield what citizens filed: its kind, hour, and square kilometre where it has a place."""
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            kind = row["SRType"].strip()
            if "Proactive" in kind:
                continue
            hour = datetime.strptime(row["CreatedDate"], "%m/%d/%Y %I:%M:%S %p").hour  # noqa: DTZ007
            yield _Filed(ServiceCode(kind), hour, _cell_of(row))


def _cell_of(row: Mapping[str, str]) -> tuple[int, int] | None:
    if not row["Latitude"] or not row["Longitude"]:
        return None
    lon, lat = float(row["Longitude"]), float(row["Latitude"])
    nowhere = (lon, lat) == (-77.0, 39.0)
    return None if nowhere else cells(np.array([(lon, lat)]))[0]


def cells(lonlat: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the square kilometre of each point."""
    a_degree_m = 111_320.0
    east = lonlat[:, 0] * a_degree_m * np.cos(np.radians(round(float(lonlat[:, 1].mean()))))
    north = lonlat[:, 1] * a_degree_m
    whole = np.floor(np.column_stack([east, north]) / CELL_M).astype(np.int64).tolist()
    return [(int(column), int(row)) for column, row in whole]


def _laid_on(
    router: Router, calls: Mapping[tuple[int, int], int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return places along streets and their weights: the k-th densest cell gets the calls of the k-th."""
    lonlat, length_m = _streets(router.network)
    cell_of = cells(lonlat)
    streets: dict[tuple[int, int], float] = {}
    for cell, metres in zip(cell_of, length_m.tolist(), strict=True):
        streets[cell] = streets.get(cell, 0.0) + metres
    middle = max(streets, key=streets.__getitem__)
    inside = [cell for cell in streets if CELL_M * math.dist(cell, middle) <= CITY_M]
    densest = sorted(inside, key=lambda cell: -streets[cell])
    ranked = dict(zip(densest, sorted(calls.values(), reverse=True), strict=False))
    weight = np.array([ranked.get(cell, 0) / streets[cell] for cell in cell_of]) * length_m
    return lonlat[weight > 0], weight[weight > 0]


def _streets(network: RoadNetwork) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the middle of each street that can be reached and left, and its metres; no motorways."""
    fast = [n for n, name in enumerate(network.classes) if name.startswith(("motorway", "trunk"))]
    usable = network.edge_in_core & ~np.isin(network.edge_class, fast) & (network.edge_length_m > 0)
    middle = (network.shape_start[:-1] + network.shape_start[1:] - 1) // 2
    return network.shape_lonlat[middle[usable]], network.edge_length_m[usable]


def _service(kind: ServiceCode) -> Service:
    priority = next((rank for rank, words in _RANKS if any(word in kind for word in words)), 3)
    return Service(
        code=kind,
        name=kind,
        priority=priority,
        duration_s=60 * WORK_MIN[priority],
        respond_s=60 * RESPOND_MIN[priority],
        skills=frozenset({SKILLS.get(kind.split("-", maxsplit=1)[0], "inspection")}),
    )


_RANKS = ((1, URGENT), (2, HIGH), (4, LOW))
