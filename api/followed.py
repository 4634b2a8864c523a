"""What a citizen sees of one report, by a link that only whoever filed it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from equipage.api.language import language_of
from equipage.api.representations.lists import Shown
from equipage.api.security import context_of
from equipage.api.state import Context
from equipage.api.tokens import FOLLOW_AFTER_CLOSING
from equipage.api.words.pages import PAGE_WORDS
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import Assignment, Contact, Eta, Report
from equipage.dispatch.ports import Reading
from equipage.dispatch.promise import first_promise, lost_its_crew, slipped_by
from equipage.dispatch.services.etas import report_eta
from equipage.dispatch.services.links import kept_report
from equipage.dispatch.status import AssignmentStatus, EtaBasis, NoteSubject, ReportStatus
from equipage.dispatch.translation import in_language

# Three decimals are about a hundred metres: which street the crew is in, not which house it stands at.
_COARSE = 3


class ExpiredLinkError(NotFoundError):
    """The report of this link was closed a while ago."""


class NoteRead(Shown):
    """What the citizen may read of what was noted."""

    at: datetime
    text: str


class Followed(Shown):
    """A report as its citizen sees it.

    Of a duplicate (`merged`) status and arrival are those of the report that is kept. `promised_at` is the
    arrival that was told first, where it has slipped since, by `late_s` seconds. `visits_before` is how many
    other visits the crew makes first, whoever they are to.
    """

    service_request_id: str
    service_name: str
    status: ReportStatus
    status_text: str
    status_note: str
    requested_at: datetime
    due_at: datetime
    eta: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    visits_before: int = 0
    promised_at: datetime | None = None
    late_s: float | None = None
    crew_lost: bool = False
    crew_lon: float | None = None
    crew_lat: float | None = None
    lon: float
    lat: float
    notes: list[NoteRead]
    merged: bool = False
    merged_url: str | None = None
    has_contact: bool = False
    updated_at: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """Where a token leads: a report, the one dealt with in its place, and whether its citizen has it."""

    report: Report
    kept: Report
    is_own: bool

    def check(self, now: datetime) -> None:
        """Refuse a link that has expired.

        Raises
        ------
        ExpiredLinkError
            If the report has been closed for long.
        """
        closed_at = self.kept.closed_at
        if closed_at is not None and now >= closed_at + FOLLOW_AFTER_CLOSING:
            raise ExpiredLinkError("this link has expired: the report was closed more than a day ago")


def link_of(here: Context, reading: Reading, token: str) -> Link:
    """Return where a token leads, expired or not.

    Raises
    ------
    NotFoundError
        If this server did not make it.
    """
    own = here.signer.followed_report(token)
    report_id = own or here.signer.watched_report(token)
    if report_id is None:
        raise NotFoundError("this link leads nowhere; it may have been copied only in part")
    report = reading.report(report_id)
    return Link(report, kept_report(reading, report), is_own=own is not None)


def followed(request: Request, reading: Reading, link: Link) -> Followed:
    """Return a report as the page and its snapshot tell it, in the visitor's language."""
    here, report, kept, language = context_of(request), link.report, link.kept, language_of(request)
    service = reading.services().get(report.service_code)
    assignments = reading.assignments_of([kept.id])[kept.id]
    since = reading.job_of_report(kept.id).earliest
    expected = report_eta(reading, kept.id, router=here.router, now=here.now())
    eta = expected if isinstance(expected, Eta) else None
    promised = first_promise(assignments, since=since, now=here.now())
    late = slipped_by(promised, eta.eta) if eta and eta.basis is not EtaBasis.ARRIVED else None
    lon, lat = _place_of_crew(reading, assignments)
    return Followed(
        service_request_id=report.id,
        service_name=in_language(service, language).name if service else report.service_code,
        status=kept.status,
        status_text=PAGE_WORDS[language].statuses[kept.status],
        status_note=report.status_note,
        requested_at=report.requested_at,
        due_at=kept.due_at,
        eta=eta.eta if eta else None,
        earliest=eta.earliest if eta else None,
        latest=eta.latest if eta else None,
        visits_before=eta.visits_before if eta else 0,
        promised_at=promised if late else None,
        late_s=late.total_seconds() if late else None,
        crew_lost=kept.status.is_waiting and lost_its_crew(assignments, since=since),
        crew_lon=lon,
        crew_lat=lat,
        lon=report.lon,
        lat=report.lat,
        notes=_notes(reading, link),
        merged=kept.id != report.id,
        merged_url=_merged_url(request, link),
        has_contact=link.is_own and report.contact != Contact(),
        updated_at=max(report.updated_at, kept.updated_at),
        as_of=here.now(),
    )


def _notes(reading: Reading, link: Link) -> list[NoteRead]:
    """Return what was noted for the citizen, and for nobody else who reported the same."""
    if not link.is_own:
        return []
    noted = reading.notes(NoteSubject.REPORT, [link.report.id])
    return [NoteRead(at=note.at, text=note.text) for note in noted if note.public]


def _place_of_crew(
    reading: Reading, assignments: Sequence[Assignment]
) -> tuple[float, float] | tuple[None, None]:
    """Return roughly where the crew is, only while it is on its way."""
    coming = next((each for each in assignments if each.status is AssignmentStatus.EN_ROUTE), None)
    position = reading.positions().get(coming.vehicle_id) if coming else None
    if position is None:
        return None, None
    return round(position.lon, _COARSE), round(position.lat, _COARSE)


def _merged_url(request: Request, link: Link) -> str | None:
    """Return where to look on at the report that a duplicate is dealt with in, where everybody may see it."""
    if link.kept == link.report or not link.kept.public:
        return None
    return f"{request.base_url}follow/{context_of(request).signer.watch_token(link.kept.id)}"
