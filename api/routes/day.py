"""A crew's own page: its jobs in order, kept up to date, and who may look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import RedirectResponse, Response

from equipage.api.console import signed_in_page
from equipage.api.events import EventStreamResponse, encode_event
from equipage.api.language import asked_language
from equipage.api.representations.day import DayShown, DutyShown, EndedShown, OwnCrewShown
from equipage.api.security import (
    KEY_SCHEMES,
    Anybody,
    Here,
    May,
    identify,
    require_own_crew,
)
from equipage.api.views import assignment_in_scope, notes_for_crew, standbys_shown
from equipage.dispatch.access import Action, Principal, in_scope, require
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.eta import eta_of
from equipage.dispatch.model import (
    Assignment,
    CrewId,
    Event,
    PlannedWork,
    Report,
    Service,
    ServiceCode,
    TimeSpan,
)
from equipage.dispatch.ports import Reading, ReportQuery
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import NoteSubject, Role
from equipage.dispatch.translation import all_in_language
from equipage.dispatch.travel import TravelTimes

router = APIRouter(tags=["crews"], dependencies=list(KEY_SCHEMES))

_Worker = Annotated[Principal, Depends(May(Action.READ_JOBS))]
# A long shift: what ended before it began is no news to anybody.
_LOOKED_BACK = timedelta(hours=12)
_A_SECOND = timedelta(seconds=1)
_MOST_ENDED = 50


@router.get("/crew", include_in_schema=False, dependencies=[Depends(Anybody())])
def choose_crew(request: Request, here: Here) -> Response:
    """Send a crew to its own page, and show everybody else the crews to choose from."""
    with here.store.reading() as reading:
        caller = identify(request, reading)
    if caller is not None and caller.crew_id is not None:
        return RedirectResponse(f"/crew/{caller.crew_id}", 303)
    if caller is not None:
        require(caller, Action.READ_JOBS)
    return signed_in_page(request, "crews.html")


@router.get("/crew/{crew_id}", include_in_schema=False, dependencies=[Depends(Anybody())])
def crew_page(request: Request, here: Here, crew_id: str) -> Response:
    """Show a crew its page, and nobody else but those who direct it."""
    with here.store.reading() as reading:
        caller = identify(request, reading)
        if caller is not None:
            require(caller, Action.READ_JOBS)
            require_own_crew(caller, crew_id)
        crew = next((each for each in reading.crews() if each.id == crew_id), None)
    if crew is None and (caller is not None or here.settings.demo):
        raise NotFoundError(f"there is no crew {crew_id!r}")
    looks_on = caller is None or caller.role is not Role.CREW
    name = caller.name if caller is not None else ""
    return signed_in_page(request, "crew.html", crew_id=crew_id, crew=crew, looks_on=looks_on, caller=name)


@router.get("/api/v1/crews/{crew_id}/day", summary="A crew's day")
def day(request: Request, here: Here, caller: _Worker, crew_id: str) -> DayShown:
    """Show a crew's hours, its jobs in the order of its route with their ETAs, and what has ended.

    Services and their questions are in the language asked for, else the city's own.
    """
    require_own_crew(caller, crew_id)
    now = here.now()
    with here.store.reading() as reading:
        found = load_situation(reading, now)
        services = all_in_language(found.services, asked_language(request) or "")
        situation = replace(found, services=services)
        crew = situation.crews.get(CrewId(crew_id))
        if crew is None:
            raise NotFoundError(f"there is no crew {crew_id!r}")
        live = [each for each in situation.live_of(crew.id) if assignment_in_scope(reading, each, caller)]
        jobs = _duties(reading, situation, live, here.router)
        ended = _ended(reading, crew.id, services, now=now, caller=caller)
        standby = standbys_shown(situation, here.router).get(crew.id)
        shown = OwnCrewShown.of(crew, situation, notes_for_crew(reading, situation, crew), standby)
    return DayShown(as_of=now, crew=shown, jobs=jobs, ended=ended)


@router.get(
    "/api/v1/crews/{crew_id}/events",
    summary="Follow what concerns a crew",
    response_class=EventStreamResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def crew_events(
    here: Here,
    caller: _Worker,
    crew_id: str,
    last_event_id: Annotated[str | None, Header(description="the last event you have")] = None,
) -> EventStreamResponse:
    """Stream the events about a crew's own jobs and route, no positions; resumable with `Last-Event-ID`."""
    require_own_crew(caller, crew_id)

    def concerns(event: Event) -> bool:
        own = event.data.get("crew_id") == crew_id or crew_id in event.data.get("crew_ids", ())
        return own and in_scope(caller, event.service_code, event.commune)

    async def encode(event: Event) -> bytes:
        # Whose route has changed with its own is none of its business.
        told = {**event.data, "crew_ids": [crew_id]} if "crew_ids" in event.data else event.data
        return encode_event(event.kind, told, event.id)

    return EventStreamResponse(here.broadcaster.stream(last_event_id, pick=concerns, encode=encode))


def _duties(
    reading: Reading, situation: Situation, live: Sequence[Assignment], times: TravelTimes
) -> list[DutyShown]:
    etas = eta_of(situation, times, [each.id for each in live])
    jobs = [situation.jobs[each.job_id] for each in live]
    notes = reading.notes(NoteSubject.REPORT, [each.report_id for each in live if each.report_id is not None])
    return [
        DutyShown.of(
            each,
            job,
            service=situation.services.get(job.service_code),
            report=situation.reports[job.report_id] if job.report_id is not None else None,
            work=reading.planned_work(job.planned_work_id) if job.planned_work_id is not None else None,
            notes=[note for note in notes if note.subject_id == each.report_id],
            eta=etas.get(each.id),
        )
        for each, job in zip(live, jobs, strict=True)
    ]


def _ended(
    reading: Reading,
    crew_id: CrewId,
    services: Mapping[ServiceCode, Service],
    *,
    now: datetime,
    caller: Principal,
) -> list[EndedShown]:
    span = TimeSpan(start=now - _LOOKED_BACK, end=now + _A_SECOND)
    own = [each for each in reading.ended_assignments(span) if each.crew_id == crew_id]
    own = [each for each in own if assignment_in_scope(reading, each, caller)]
    own.sort(key=lambda each: each.ended_at or each.since, reverse=True)
    newest = own[:_MOST_ENDED]
    reports = _reports(reading, newest)
    shown = []
    for each in newest:
        job = reading.job(each.job_id)
        service = services.get(job.service_code)
        work: PlannedWork | None = reading.planned_work(job.planned_work_id) if job.planned_work_id else None
        name = service.name if service else str(job.service_code)
        report = reports.get(each.report_id or "")
        shown.append(EndedShown.of(each, service_name=name, report=report, work=work))
    return shown


def _reports(reading: Reading, ended: Sequence[Assignment]) -> Mapping[str, Report]:
    ids = [each.report_id for each in ended if each.report_id is not None]
    if not ids:  # a query without ids would not limit anything
        return {}
    return {report.id: report for report in reading.reports(ReportQuery(ids=ids, limit=len(ids))).items}
