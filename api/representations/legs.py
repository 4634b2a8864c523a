"""The way of a crew through all its stops, as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from equipage.dispatch.eta import Visit, itineraries
from equipage.dispatch.model import Assignment, CrewId, Job
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus
from equipage.routing.errors import OffNetworkError, UnroutableError
from equipage.routing.route import Route
from equipage.routing.router import Router


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A stop of a crew's route and the way that leads there, if one is to be driven."""

    position: int
    assignment: Assignment
    job: Job
    visit: Visit | None
    route: Route | None

    def features(self) -> Iterator[dict[str, Any]]:
        """Yield the way as a line, and the stop as a point."""
        properties = {
            "position": self.position,
            "assignment_id": self.assignment.id,
            "report_id": self.assignment.report_id,
            "status": self.assignment.status.value,
            "pinned": self.assignment.pinned,
            "arrival": self.visit.eta.eta.isoformat() if self.visit else None,
        }
        if self.route is not None:
            line = {
                "type": "LineString",
                "coordinates": [list(point) for point in self.route.geometry.coords],
            }
            driven = {"duration_s": self.route.duration_s, "distance_m": self.route.distance_m}
            yield {"type": "Feature", "geometry": line, "properties": {**properties, **driven}}
        point = {"type": "Point", "coordinates": [self.job.lon, self.job.lat]}
        yield {"type": "Feature", "geometry": point, "properties": properties}


def legs_of(situation: Situation, router: Router, crew_id: CrewId) -> Sequence[Leg]:
    """Return a crew's stops in order with the ways between them, from where it is."""
    visits = {v.assignment_id: v for v in itineraries(situation, router, [crew_id])[crew_id].visits}
    place = situation.position_of(crew_id)
    here, legs = (place.lon, place.lat), []
    for position, assignment in enumerate(situation.live_of(crew_id), start=1):
        job = situation.jobs[assignment.job_id]
        there = (job.lon, job.lat)
        is_there = assignment.status is AssignmentStatus.ON_SITE
        legs.append(
            Leg(
                position=position,
                assignment=assignment,
                job=job,
                visit=visits.get(assignment.id),
                route=None if is_there else _way(router, here, there),
            )
        )
        here = there
    return legs


def _way(router: Router, here: tuple[float, float], there: tuple[float, float]) -> Route | None:
    try:
        return router.route(here, there)
    except (OffNetworkError, UnroutableError):
        return None  # a closed road, or a place off the map: there is nothing to draw
