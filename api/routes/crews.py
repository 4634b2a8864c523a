"""Crews: where they are, what they do, and their hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from equipage.api.given import Given
from equipage.api.representations.advice import EtaShown
from equipage.api.representations.fleet import CrewShown
from equipage.api.representations.legs import legs_of
from equipage.api.representations.lists import (
    GEOJSON,
    PAGE,
    AsGeoJson,
    Cursor,
    Limit,
    Page,
    answer_item,
    answer_list,
    page_of,
)
from equipage.api.representations.work import AssignmentShown, ReportShown
from equipage.api.routes.notes import NoteShown
from equipage.api.security import KEY_SCHEMES, Here, May, require_own_crew
from equipage.api.views import notes_for_crew, show_reports, standbys_shown
from equipage.dispatch.access import Action, Principal, in_scope
from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.eta import itineraries
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import Assignment, AssignmentId, Crew, CrewId
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.fleet import pause_crew, resume_crew, set_absent
from equipage.dispatch.services.standing_by import clear_standby, set_standby
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import NoteSubject

router = APIRouter(prefix="/api/v1/crews", tags=["crews"], dependencies=list(KEY_SCHEMES))

_Worker = Annotated[Principal, Depends(May(Action.READ_JOBS))]
_Manager = Annotated[Principal, Depends(May(Action.MANAGE_CREWS))]
_READS = [Depends(May(Action.READ_FLEET))]
_NOT_IDLE: dict[int | str, dict[str, Any]] = {409: {"description": "The crew is not idle; `detail` says why"}}


class CrewChangesGiven(Given):
    """What is to be different about a crew; what is left out stays."""

    paused: bool | None = None
    absent: bool | None = None


class StandbyGiven(Given):
    """Where a crew is to wait; without lon and lat it is where the crew is now."""

    lon: float | None = Field(None, description="in degrees")
    lat: float | None = Field(None, description="in degrees")

    @property
    def place(self) -> tuple[float, float] | None:
        """Both or neither."""
        if self.lon is not None and self.lat is not None:
            return self.lon, self.lat
        if self.lon is None and self.lat is None:
            return None
        raise InvalidInputError([Fault("half_place")])


class CrewJobShown(AssignmentShown):
    """A crew's job: what and where it is, when the crew is expected there, its report, and what was noted."""

    service_code: str
    lon: float
    lat: float
    due_at: datetime
    arrival: EtaShown | None
    departure: datetime | None
    report: ReportShown | None
    notes: list[NoteShown]


@router.get("", summary="List crews", response_model=Page[CrewShown], dependencies=_READS)
def list_crews(here: Here, as_geojson: AsGeoJson, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """List all crews with what they do and where they are, by name."""
    situation = _situation(here)
    crews = sorted(situation.crews.values(), key=lambda crew: (crew.name, crew.id))
    standbys = standbys_shown(situation, here.router)
    shown = [CrewShown.of(crew, situation, standbys.get(crew.id)) for crew in crews]
    items, following = page_of(shown, limit=limit, cursor=cursor)
    return answer_list(items, as_geojson=as_geojson, next_cursor=following)


@router.get("/{crew_id}", summary="One crew", response_model=CrewShown, dependencies=_READS)
def get_crew(here: Here, crew_id: str, as_geojson: AsGeoJson) -> Any:
    """Show a crew."""
    return answer_item(_shown(here, _situation(here), crew_id), as_geojson=as_geojson)


@router.patch("/{crew_id}", summary="Pause a crew, or say that it does not come")
def change_crew(
    here: Here,
    caller: _Manager,
    crew_id: str,
    given: CrewChangesGiven,
) -> CrewShown:
    """Change what is given; a paused or absent crew is given nothing new."""
    require_own_crew(caller, crew_id)
    now, actor = here.now(), caller.name
    with here.store.transaction() as tx:
        crew = _crew(load_situation(tx, now), crew_id)
        if given.paused is not None:
            (pause_crew if given.paused else resume_crew)(tx, crew.id, now=now, actor=actor)
        if given.absent is not None:
            set_absent(tx, crew.id, absent=given.absent, now=now, actor=actor)
        situation = load_situation(tx, now)
    here.planner.ring()
    return _shown(here, situation, crew_id)


@router.put("/{crew_id}/standby", summary="Tell an idle crew where to wait", responses=_NOT_IDLE)
def stand_by(here: Here, caller: _Manager, crew_id: str, given: StandbyGiven) -> CrewShown:
    """Have a crew wait at a place, or stay where it is; the planner leaves it there.

    That ends as soon as it is given something, pauses, takes its break or goes home. Whoever is not heard of
    may be told, too: by radio, say. A crew may say so itself.
    """
    require_own_crew(caller, crew_id)
    now = here.now()
    with here.store.transaction() as tx:
        set_standby(tx, CrewId(crew_id), place=given.place, router=here.router, now=now, actor=caller.name)
        situation = load_situation(tx, now)
    return _shown(here, situation, crew_id)


@router.delete("/{crew_id}/standby", summary="Let a crew wait wherever it is")
def stand_down(here: Here, caller: _Manager, crew_id: str) -> CrewShown:
    """Take back where a crew was asked to wait; the planner may ask it again."""
    require_own_crew(caller, crew_id)
    now = here.now()
    with here.store.transaction() as tx:
        clear_standby(tx, CrewId(crew_id), now=now, actor=caller.name)
        situation = load_situation(tx, now)
    return _shown(here, situation, crew_id)


@router.get("/{crew_id}/jobs", summary="What a crew has to do")
def jobs(request: Request, here: Here, caller: _Worker, crew_id: str) -> Page[CrewJobShown]:
    """List a crew's live assignments in the order of its route, with their arrivals and their reports."""
    require_own_crew(caller, crew_id)
    with here.store.reading() as reading:
        situation = load_situation(reading, here.now())
        live = [
            each
            for each in situation.live_of(_crew(situation, crew_id).id)
            if in_scope(caller, (job := situation.jobs[each.job_id]).service_code, job.commune)
        ]
        notes = _notes_by_report(reading, live)
        reports = [situation.reports[each.report_id] for each in live if each.report_id is not None]
        shown = {each.id: each for each in show_reports(request, reading, reports, caller)}
    route = itineraries(situation, here.router, [CrewId(crew_id)])[CrewId(crew_id)]
    visits = {visit.assignment_id: visit for visit in route.visits}
    items = []
    for each in live:
        job, visit = situation.jobs[each.job_id], visits.get(each.id)
        items.append(
            CrewJobShown(
                **AssignmentShown.of(each).model_dump(),
                service_code=job.service_code,
                lon=job.lon,
                lat=job.lat,
                due_at=job.due_at,
                arrival=EtaShown.of(visit.eta) if visit else None,
                departure=situation.now + timedelta(seconds=round(visit.departs.mid)) if visit else None,
                report=shown.get(each.report_id or ""),
                notes=notes[each.report_id or ""],
            )
        )
    return Page(items=items)


@router.get("/{crew_id}/notes", summary="What was noted for a crew")
def notes(here: Here, caller: _Worker, crew_id: str) -> Page[NoteShown]:
    """List the notes on a crew and on what it drives, oldest first."""
    require_own_crew(caller, crew_id)
    with here.store.reading() as reading:
        situation = load_situation(reading, here.now())
        crew = _crew(situation, crew_id)
        found = notes_for_crew(reading, situation, crew)
    return Page(items=[NoteShown.of(note) for note in found])


@router.get(
    "/{crew_id}/route",
    summary="The way from a crew to its job",
    response_class=JSONResponse,
    responses={200: {"content": {GEOJSON: {}}}},
)
def way(here: Here, caller: _Worker, crew_id: str, assignment_id: str = "") -> JSONResponse:
    """Draw the fastest way from where the crew is to a job of its, its first if none is named."""
    require_own_crew(caller, crew_id)
    situation = _situation(here)
    crew = _crew(situation, crew_id)
    assignment = _job_of(situation, crew, assignment_id)
    place, job = situation.position_of(crew.id), situation.jobs[assignment.job_id]
    route = here.router.route((place.lon, place.lat), (job.lon, job.lat))
    content = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in route.geometry.coords]},
        "properties": {
            "assignment_id": assignment.id,
            "duration_s": route.duration_s,
            "distance_m": route.distance_m,
            "names": list(route.names),
        },
    }
    return JSONResponse(content, media_type=GEOJSON)


@router.get(
    "/{crew_id}/itinerary",
    summary="The whole route of a crew, drawn",
    response_class=JSONResponse,
    responses={200: {"content": {GEOJSON: {}}}},
)
def itinerary(here: Here, caller: _Worker, crew_id: str) -> JSONResponse:
    """Draw the way of a crew from where it is through all its stops: a line to each, and a numbered point."""
    require_own_crew(caller, crew_id)
    situation = _situation(here)
    legs = legs_of(situation, here.router, _crew(situation, crew_id).id)
    seen = [leg for leg in legs if in_scope(caller, leg.job.service_code, leg.job.commune)]
    features = [feature for leg in seen for feature in leg.features()]
    return JSONResponse({"type": "FeatureCollection", "features": features}, media_type=GEOJSON)


def _notes_by_report(reading: Reading, assignments: Sequence[Assignment]) -> Mapping[str, list[NoteShown]]:
    report_ids = [each.report_id for each in assignments if each.report_id is not None]
    found: dict[str, list[NoteShown]] = defaultdict(list)
    for note in reading.notes(NoteSubject.REPORT, report_ids):
        found[note.subject_id].append(NoteShown.of(note))
    return found


def _situation(here: Here) -> Situation:
    with here.store.reading() as reading:
        return load_situation(reading, here.now())


def _shown(here: Here, situation: Situation, crew_id: str) -> CrewShown:
    crew = _crew(situation, crew_id)
    return CrewShown.of(crew, situation, standbys_shown(situation, here.router).get(crew.id))


def _crew(situation: Situation, crew_id: str) -> Crew:
    crew = situation.crews.get(CrewId(crew_id))
    if crew is None:
        raise NotFoundError(f"there is no crew {crew_id!r}")
    return crew


def _job_of(situation: Situation, crew: Crew, assignment_id: str) -> Assignment:
    live = situation.live_of(crew.id)
    wanted = AssignmentId(assignment_id) if assignment_id else None
    found = next((each for each in live if wanted is None or each.id == wanted), None)
    if found is None:
        named = f"assignment {assignment_id!r}" if assignment_id else "job"
        raise NotFoundError(f"crew {crew.id} has no {named} at present")
    return found
