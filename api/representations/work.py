"""Reports, assignments, suggestions and plans as callers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import SerializerFunctionWrapHandler, model_serializer

from equipage.api.representations.lists import Shown
from equipage.dispatch.model import Assignment, Contact, Report, Service
from equipage.dispatch.reasons import Fact
from equipage.dispatch.sla import sla_state
from equipage.dispatch.status import AssignmentStatus, ReportStatus, SlaState, Source


class AssignmentShown(Shown):
    """A job that is a crew's."""

    id: str
    report_id: str | None
    job_id: str
    crew_id: str
    vehicle_id: str
    status: AssignmentStatus
    since: datetime
    created_at: datetime
    actor: str
    pinned: bool
    promised_at: datetime | None
    predicted_at: datetime | None
    en_route_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    reason: str

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        """Show an assignment."""
        return cls(**{name: getattr(assignment, name) for name in cls.model_fields})


class HolderShown(Shown):
    """The crew that has a report."""

    id: str
    crew_id: str
    vehicle_id: str
    since: datetime
    status: AssignmentStatus
    pinned: bool
    promised_at: datetime | None
    predicted_at: datetime | None
    arrived_at: datetime | None

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        """Show the assignment of a report."""
        return cls(**{name: getattr(assignment, name) for name in cls.model_fields})


class ContactShown(Shown):
    """How to reach the citizen."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """Show a contact."""
        return cls(**{name: getattr(contact, name) for name in cls.model_fields})


class ReportShown(Shown):
    """What a citizen or a sensor says needs attention."""

    id: str
    service_code: str
    service_name: str
    status: ReportStatus
    priority: int
    lon: float
    lat: float
    address: str
    description: str
    zone_id: str | None
    commune: str
    source: Source
    public: bool
    requested_at: datetime
    updated_at: datetime
    due_at: datetime
    expected_at: datetime | None
    sla: SlaState
    held_until: datetime | None
    linked_to: str | None
    status_note: str
    closed_at: datetime | None
    assignment: HolderShown | None
    unassigned_reason: str | None
    unassigned_code: str | None
    unassigned_params: Mapping[str, Fact] | None
    follow_url: str
    media_url: str
    attributes: dict[str, Any]
    contact: ContactShown | None = None
    duplicates: list[str]
    version: int

    @model_serializer(mode="wrap")
    def _without_hidden_contact(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown: dict[str, Any] = handler(self)
        if self.contact is None:
            shown.pop("contact", None)
        return shown

    @classmethod
    def of(
        cls,
        report: Report,
        *,
        services: Mapping[Any, Service],
        assignments: Sequence[Assignment],
        follow_url: str,
        with_contact: bool,
        duplicates: Sequence[str],
        now: datetime,
    ) -> Self:
        """Show a report with the crew that has or had it.

        Parameters
        ----------
        assignments : sequence of Assignment
            All it ever had, oldest first.
        duplicates : sequence of str
            The reports that are merged into it.
        """
        holder = holder_of(report, assignments)
        service = services.get(report.service_code)
        reason = report.unassigned_reason
        plain = cls.model_fields.keys() & _FIELDS_OF_REPORT
        return cls(
            **{name: getattr(report, name) for name in plain},
            service_name=service.name if service else report.service_code,
            sla=sla_state(
                report.due_at,
                now=report.closed_at or now,
                eta=report.expected_at or (holder.promised_at if holder else None),
                arrived_at=holder.arrived_at if holder else None,
            ),
            assignment=HolderShown.of(holder) if holder else None,
            unassigned_reason=reason.text if reason else None,
            unassigned_code=reason.code if reason else None,
            unassigned_params=reason.params if reason else None,
            follow_url=follow_url,
            attributes=dict(report.attributes),
            duplicates=list(duplicates),
            contact=ContactShown.of(report.contact) if with_contact else None,
        )


_FIELDS_OF_REPORT = frozenset(Report.__dataclass_fields__) - {"contact", "unassigned_reason", "attributes"}


def holder_of(report: Report, assignments: Sequence[Assignment]) -> Assignment | None:
    """Return the live assignment, or else the one that settled the matter; none for a report open again."""
    live = (assignment for assignment in assignments if assignment.status.is_live)
    if report.status.is_open:
        return next(live, None)
    done = (assignment for assignment in reversed(assignments) if assignment.status == AssignmentStatus.DONE)
    return next(live, None) or next(done, None)
