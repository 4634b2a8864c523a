"""What analysts read, without what is personal: no contacts, no names, no words meant for the desk only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select

from equipage.data.database.tables.city import crews, depots, services, shifts, vehicles, zones
from equipage.data.database.tables.tracking import fixes
from equipage.data.database.tables.work import assignments, jobs, reports

BY_PLANNER = "planner"
"""The actor of what the planner decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Which part of the past; what is empty does not limit.

    Parameters
    ----------
    since, until : datetime, optional
        From the first on, up to and without the second.
    service_codes, communes : frozenset of str
        Of these only.
    """

    since: datetime | None = None
    until: datetime | None = None
    service_codes: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()

    def of(self, moment: Any, service_code: Any = None, commune: Any = None) -> Iterable[ColumnElement[bool]]:
        """Yield the conditions on columns."""
        if self.since is not None:
            yield moment >= self.since
        if self.until is not None:
            yield moment < self.until
        if self.service_codes and service_code is not None:
            yield service_code.in_(sorted(self.service_codes))
        if self.communes and commune is not None:
            yield commune.in_(sorted(self.communes))


def reports_of(excerpt: Excerpt, *, words_of_all: bool) -> Select[Any]:
    """Return the query for reports by when they were made, with the first arrival of a crew.

    Parameters
    ----------
    excerpt : Excerpt
        Which.
    words_of_all : bool
        Whether to give the description and address of those, too, that are not public.
    """
    arrived = (
        select(assignments.c.report_id, func.min(assignments.c.arrived_at).label("arrived_at"))
        .group_by(assignments.c.report_id)
        .subquery()
    )
    told = reports.c.public if not words_of_all else reports.c.public.is_not(None)
    kept = ("id", "service_code", "status", "priority", "source", "public", "commune", "zone_id", "linked_to")
    times = ("requested_at", "due_at", "closed_at")
    return (
        select(
            *(reports.c[name] for name in (*kept, "lon", "lat", *times)),
            arrived.c.arrived_at,
            services.c.name.label("service"),
            *(case((told, reports.c[name]), else_="").label(name) for name in ("description", "address")),
        )
        .join(services, services.c.code == reports.c.service_code)
        .outerjoin(arrived, arrived.c.report_id == reports.c.id)
        .where(*excerpt.of(reports.c.requested_at, reports.c.service_code, reports.c.commune))
        .order_by(reports.c.requested_at, reports.c.id)
    )


def assignments_of(excerpt: Excerpt) -> Select[Any]:
    """Return the query for assignments by when they were made, at the places of their jobs."""
    own = ("id", "job_id", "report_id", "crew_id", "vehicle_id", "status", "pinned")
    times = ("created_at", "promised_at", "predicted_at", "en_route_at", "arrived_at", "ended_at")
    of_job = ("service_code", "priority", "commune", "duration_s", "due_at", "lon", "lat")
    return (
        select(
            *(assignments.c[name] for name in (*own, *times)),
            *(jobs.c[name] for name in of_job),
            (assignments.c.actor == BY_PLANNER).label("by_planner"),
        )
        .join(jobs, jobs.c.id == assignments.c.job_id)
        .where(*excerpt.of(assignments.c.created_at, jobs.c.service_code, jobs.c.commune))
        .order_by(assignments.c.created_at, assignments.c.id)
    )


def tracks_of(excerpt: Excerpt, vehicle_ids: frozenset[str] | None) -> Select[Any]:
    """Return the query for fixes by vehicle and time: no speed, nobody is to be judged by it.

    Parameters
    ----------
    excerpt : Excerpt
        When.
    vehicle_ids : frozenset of str or None
        None for all.
    """
    chosen = [] if vehicle_ids is None else [fixes.c.vehicle_id.in_(vehicle_ids) if vehicle_ids else false()]
    return (
        select(*(fixes.c[name] for name in ("vehicle_id", "fix_time", "lon", "lat", "accuracy_m")))
        .where(*excerpt.of(fixes.c.fix_time), *chosen)
        .order_by(fixes.c.vehicle_id, fixes.c.fix_time)
    )


def shifts_of(excerpt: Excerpt) -> Select[Any]:
    """Return the query for the shifts that were worked, by when they began."""
    return (
        select(shifts.c.crew_id, shifts.c.vehicle_id, crews.c.depot_id, shifts.c.starts_at, shifts.c.ends_at)
        .join(crews, crews.c.id == shifts.c.crew_id)
        .where(shifts.c.absent.is_(False), *excerpt.of(shifts.c.starts_at))
        .order_by(shifts.c.starts_at, shifts.c.crew_id)
    )


def all_services() -> Select[Any]:
    """Return the query for the catalogue of services."""
    kept = ("code", "name", "group_name", "priority", "duration_s", "respond_s", "policy", "mode", "public")
    return select(*(services.c[name] for name in kept)).order_by(services.c.code)


def all_zones() -> Select[Any]:
    """Return the query for the zones."""
    return zones.select().order_by(zones.c.id)


def all_depots() -> Select[Any]:
    """Return the query for the depots."""
    return depots.select().order_by(depots.c.id)


def all_crews() -> Select[Any]:
    """Return the query for the crews: what each can do and where it starts, but not who it is."""
    return select(crews.c.id, crews.c.depot_id, crews.c.vehicle_id, crews.c.skills).order_by(crews.c.id)


def all_vehicles() -> Select[Any]:
    """Return the query for the vehicles."""
    return select(vehicles.c.id, vehicles.c.profile, vehicles.c.depot_id).order_by(vehicles.c.id)
