"""The live map: crews and where idle ones wait, open reports, ways of crews en route, what is planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import shapely
from folium.map import Layer
from markupsafe import Markup

from equipage.api.maps.marks import Feature, crew_sign, drawn, layer, point, priority_sign, table_of
from equipage.api.maps.page import NOTHING, Panel, legend_of, swatch
from equipage.api.words.maps import MapWords
from equipage.dispatch.access import Principal, in_scope
from equipage.dispatch.model import Assignment, CrewId, Job, Report, ServiceCode
from equipage.dispatch.situation import CrewPlace, Situation
from equipage.dispatch.status import AssignmentStatus, CrewStatus, EtaBasis
from equipage.dispatch.translation import in_language
from equipage.routing.errors import OffNetworkError, UnroutableError
from equipage.routing.route import Route
from equipage.routing.router import Router

ROUTE_COLOUR = "#0072b2"
PLANNED_COLOUR = "#b0568f"
STANDBY_COLOUR = "#00886a"
_ROUTE_STYLE = {"color": ROUTE_COLOUR, "weight": 5, "opacity": 0.8}
_PLANNED_STYLE = {"color": PLANNED_COLOUR, "weight": 2.5, "opacity": 0.8, "dashArray": "6 6"}
STANDBY_STYLE = {"color": STANDBY_COLOUR, "weight": 2, "opacity": 1.0, "dashArray": "5 5"}
_CREW_PX, _REPORT_PX = 26, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMap:
    """What the live map shows.

    Parameters
    ----------
    city : str
        What people call the city.
    situation : Situation
        The moment it is of.
    router : Router
        For the ways of crews, under the conditions that hold.
    caller : Principal, optional
        Whose limits leave reports out; None for no limits.
    zone : ZoneInfo
        The city's time zone.
    words : MapWords
        Its language.
    """

    city: str
    situation: Situation
    router: Router
    caller: Principal | None
    zone: ZoneInfo
    words: MapWords

    def layers(self) -> Sequence[Layer]:
        """Return its layers, the lowest first."""
        words = self.words
        return (
            layer(words.routes, list(self._routes())),
            layer(words.planned, list(self._planned())),
            layer(words.standby, list(self._standby())),
            layer(words.reports, [self._report(report) for report in self._reports()]),
            layer(words.crews, [self._crew(crew_id) for crew_id in self._crews()]),
        )

    def panel(self, links: Markup = NOTHING) -> Panel:
        """Return its title, its legend with numbers, and what there is none of."""
        words, crews, reports = self.words, self._crews(), self._reports()
        doing = Counter(self.situation.status_of(crew_id) for crew_id in crews)
        urgency = Counter(report.priority for report in reports)
        states = [
            (crew_sign(status, words.crew_letters[status], 20), words.crew_states[status], str(doing[status]))
            for status in words.crew_states
            if status is not CrewStatus.OFF_SHIFT
        ]
        priorities = [
            (priority_sign(priority, 20), name, str(urgency[priority]))
            for priority, name in words.priorities.items()
        ]
        lines = [
            (swatch(ROUTE_COLOUR, "line"), words.routes, ""),
            (swatch(PLANNED_COLOUR, "line dashed"), words.planned, ""),
            (swatch(STANDBY_COLOUR, "line dashed"), words.standby, ""),
        ]
        legend = legend_of(words.crews, states) + legend_of(words.reports, priorities) + legend_of("", lines)
        return Panel(
            title=words.live.format(self.city),
            notes=[words.as_of.format(words.time(self.situation.now, self.zone))],
            missing=[
                sentence
                for sentence, there in ((words.nobody_on_shift, crews), (words.no_reports, reports))
                if not there
            ],
            legend=legend,
            links=links,
        )

    def _crews(self) -> list[CrewId]:
        """Return the crews on shift, those at work last and so on top; the others are at home, unseen."""
        doing = {crew_id: self.situation.status_of(crew_id) for crew_id in sorted(self.situation.crews)}
        on_shift = (crew_id for crew_id in doing if doing[crew_id] is not CrewStatus.OFF_SHIFT)
        return sorted(on_shift, key=lambda crew_id: self.situation.running_of(crew_id) is not None)

    def _reports(self) -> list[Report]:
        """Return the open reports that are the caller's business, the most urgent last and so on top."""
        return sorted(
            (each for each in self.situation.reports.values() if self._is_shown(each)),
            key=lambda report: (-report.priority, report.requested_at, report.id),
        )

    def _is_shown(self, thing: Report | Job) -> bool:
        return self.caller is None or in_scope(self.caller, thing.service_code, thing.commune)

    def _crew(self, crew_id: CrewId) -> Feature:
        situation, words = self.situation, self.words
        crew, place = situation.crews[crew_id], situation.position_of(crew_id)
        status = situation.status_of(crew_id)
        vehicle = situation.vehicles.get(situation.vehicle_of(crew_id))
        age = words.minutes_ago.format(words.number((place.age_s or 0.0) // 60))
        running = situation.running_of(crew_id)
        rows = {
            words.doing: words.crew_states[status],
            words.vehicle: vehicle.name if vehicle else None,
            words.last_position: words.position_unknown if place.basis is EtaBasis.DEPOT else age,
            words.job: self._job_name(running) if running else None,
        }
        return point(
            place.lon,
            place.lat,
            sign=crew_sign(status, words.crew_letters[status], _CREW_PX),
            size=_CREW_PX,
            label=words.told.format(f"{words.crew} {crew.name}", words.crew_states[status]),
            popup=table_of(rows, title=crew.name),
        )

    def _report(self, report: Report) -> Feature:
        words, situation = self.words, self.situation
        holder = next((a for a in situation.assignments.values() if a.report_id == report.id), None)
        name = self._service_name(report.service_code)
        rows = {
            words.service: name,
            words.status: words.report_statuses[report.status],
            words.priority: words.priorities.get(report.priority, str(report.priority)),
            words.address: report.address,
            words.description: report.description,
            words.due: words.time(report.due_at, self.zone),
            words.crew: self._holder_name(holder) if holder else None,
        }
        return point(
            report.lon,
            report.lat,
            sign=priority_sign(report.priority, _REPORT_PX),
            size=_REPORT_PX,
            label=words.told.format(words.report.format(report.id), name),
            popup=table_of(rows, title=words.report.format(report.id)),
        )

    def _routes(self) -> Iterator[Feature]:
        """Yield the ways by road of crews that have set off."""
        for assignment, job in self._live(AssignmentStatus.EN_ROUTE):
            route = self._route(assignment.crew_id, job)
            if route is not None:
                minutes = self.words.minutes.format(self.words.number(route.duration_s / 60))
                yield drawn(route.geometry, _ROUTE_STYLE, tip=self._told(assignment, minutes))

    def _planned(self) -> Iterator[Feature]:
        """Yield lines to what is planned: from the stop before it, or from where the crew is."""
        for assignment, job in self._live(AssignmentStatus.PLANNED):
            route = self.situation.live_of(assignment.crew_id)
            before = route[: route.index(assignment)][-1:]
            here = [self.situation.jobs[each.job_id] for each in before]
            start: CrewPlace | Job = here[0] if here else self.situation.position_of(assignment.crew_id)
            line = shapely.LineString([(start.lon, start.lat), (job.lon, job.lat)])
            yield drawn(line, _PLANNED_STYLE, tip=self._told(assignment, None))

    def _standby(self) -> Iterator[Feature]:
        """Yield lines from idle crews to where they are to wait."""
        for standby in self.situation.standbys.values():
            if self.situation.status_of(standby.crew_id) is not CrewStatus.AVAILABLE:
                continue
            start = self.situation.position_of(standby.crew_id)
            line = shapely.LineString([(start.lon, start.lat), (standby.lon, standby.lat)])
            name = self.situation.crews[standby.crew_id].name
            yield drawn(line, STANDBY_STYLE, tip=table_of({self.words.crew: name}, title=self.words.standby))

    def _live(self, status: AssignmentStatus) -> Iterator[tuple[Assignment, Job]]:
        for assignment in self.situation.assignments.values():
            job = self.situation.jobs.get(assignment.job_id)
            if assignment.status is status and job is not None and self._is_shown(job):
                yield assignment, job

    def _route(self, crew_id: CrewId, job: Job) -> Route | None:
        place = self.situation.position_of(crew_id)
        try:
            return self.router.route((place.lon, place.lat), (job.lon, job.lat))
        except (OffNetworkError, UnroutableError):
            # A crew on a closed road or off the map: there is nothing to draw.
            return None

    def _told(self, assignment: Assignment, minutes: str | None) -> Markup:
        words = self.words
        rows = {words.crew: self._holder_name(assignment), words.job: self._job_name(assignment)}
        return table_of({**rows, words.arrival: minutes})

    def _holder_name(self, assignment: Assignment) -> str:
        name = self.situation.crews[assignment.crew_id].name
        return f"{name} ({self.words.assignment_statuses[assignment.status]})"

    def _job_name(self, assignment: Assignment) -> str:
        job = self.situation.jobs.get(assignment.job_id)
        if job is None or not self._is_shown(job):
            return "–"
        name = self._service_name(job.service_code)
        words = self.words
        return words.told.format(words.report.format(job.report_id), name) if job.report_id else name

    def _service_name(self, code: ServiceCode) -> str:
        service = self.situation.services.get(code)
        return in_language(service, self.words.language).name if service else code
