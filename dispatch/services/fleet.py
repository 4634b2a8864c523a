"""The city, its shifts, and who pauses or does not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from equipage.dispatch.announcements import crew_changed
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import (
    AuditEntry,
    Crew,
    CrewId,
    Depot,
    Service,
    Shift,
    TimeSpan,
    Vehicle,
    Zone,
)
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.roster import HOURS_MOVE_AT_MOST, shifts_between
from equipage.dispatch.services.shifts import save_shift
from equipage.dispatch.situation import SHIFTS_AHEAD

_YESTERDAY = timedelta(days=1)


class CityFacts(Protocol):
    """What dispatching needs of `equipage.data.city.City`."""

    @property
    def services(self) -> Sequence[Service]:
        """What can be reported."""
        ...

    @property
    def zone_values(self) -> Sequence[Zone]:
        """Its parts."""
        ...

    @property
    def depots(self) -> Sequence[Depot]:
        """Where crews start and end."""
        ...

    @property
    def vehicles(self) -> Sequence[Vehicle]:
        """What crews drive."""
        ...

    @property
    def crews(self) -> Sequence[Crew]:
        """Who works."""
        ...


def install_city(tx: Transaction, city: CityFacts) -> None:
    """Take over a city's facts, again and again: what has happened there stays.

    A crew that the city no longer has keeps its history and gets no more shifts; a pause stays a pause. A
    zone that it no longer has is forgotten.

    Parameters
    ----------
    tx : Transaction
        Where to.
    city : CityFacts
        As its files are now.
    """
    for service in city.services:
        tx.save_service(service)
    for zone in city.zone_values:
        tx.save_zone(zone)
    for gone in {zone.id for zone in tx.zones()} - {zone.id for zone in city.zone_values}:
        tx.drop_zone(gone)
    for depot in city.depots:
        tx.save_depot(depot)
    for vehicle in city.vehicles:
        tx.save_vehicle(vehicle)
    before = {crew.id: crew for crew in tx.crews()}
    for crew in city.crews:
        known = before.pop(crew.id, None)
        tx.save_crew(crew if known is None else replace(crew, paused_since=known.paused_since))
    for left in before.values():
        tx.save_crew(replace(left, roster=()))


def roll_shifts(tx: Transaction, *, time_zone: ZoneInfo, now: datetime, days: int = 2) -> int:
    """Make the crews' shifts from yesterday to some days ahead out of their rosters.

    Parameters
    ----------
    tx : Transaction
        Where to. A crew's shift that starts at the same time is left as it is, whatever was changed about it.
    time_zone : ZoneInfo
        The city's.
    now : datetime
        The moment.
    days : int
        How far ahead.

    Returns
    -------
    int
        How many shifts are new.
    """
    span = TimeSpan(start=now - _YESTERDAY, end=now + timedelta(days=days))
    around = TimeSpan(start=span.start - HOURS_MOVE_AT_MOST, end=span.end + HOURS_MOVE_AT_MOST)
    present = {(shift.crew_id, (shift.rostered or shift.span).start) for shift in tx.shifts(around)}
    new = [
        shift
        for crew in tx.crews()
        for shift in shifts_between(crew, span, time_zone)
        if (shift.crew_id, shift.span.start) not in present
    ]
    for shift in new:
        tx.save_shift(shift)
    return len(new)


def pause_crew(tx: Transaction, crew_id: CrewId, *, now: datetime, actor: str) -> Crew:
    """Have a crew get nothing new, and its vehicle not be followed, until it resumes.

    Parameters
    ----------
    tx : Transaction
        Where to.
    crew_id : CrewId
        Which; one that has paused already stays so since then.
    now : datetime
        When.
    actor : str
        Who says so.
    """
    crew = _crew(tx, crew_id)
    return crew if crew.paused_since is not None else _save(tx, crew, now, "paused", now=now, actor=actor)


def resume_crew(tx: Transaction, crew_id: CrewId, *, now: datetime, actor: str) -> Crew:
    """End the pause of a crew.

    Parameters
    ----------
    tx : Transaction
        Where to.
    crew_id : CrewId
        Which; one that has not paused stays as it is.
    now : datetime
        When.
    actor : str
        Who says so.
    """
    crew = _crew(tx, crew_id)
    return crew if crew.paused_since is None else _save(tx, crew, None, "resumed", now=now, actor=actor)


def set_absent(tx: Transaction, crew_id: CrewId, *, absent: bool, now: datetime, actor: str) -> Shift:
    """Say that a crew does not come to its present or next shift, or that it comes after all.

    Parameters
    ----------
    tx : Transaction
        Where to.
    crew_id : CrewId
        Which.
    absent : bool
        Which of the two.
    now : datetime
        When.
    actor : str
        Who says so.

    Returns
    -------
    Shift
        Its first shift of the next day that is different by this, or already is so.

    Raises
    ------
    NotFoundError
        If there is no such crew, or it has no shift within a day.
    """
    _crew(tx, crew_id)
    shifts = [s for s in tx.shifts(TimeSpan(start=now, end=now + SHIFTS_AHEAD)) if s.crew_id == crew_id]
    if not shifts:
        raise NotFoundError(Fault("no_shift", crew_id=crew_id))
    # An absence said twice is one; who comes after all comes to the first shift that it was absent from.
    shift = shifts[0] if absent else next((shift for shift in shifts if shift.absent), shifts[0])
    if shift.absent is absent:
        return shift
    changed = replace(shift, absent=absent)
    save_shift(tx, shift, changed, "absent" if absent else "present", now=now, actor=actor)
    return changed


def _crew(reading: Reading, crew_id: CrewId) -> Crew:
    crew = next((crew for crew in reading.crews() if crew.id == crew_id), None)
    if crew is None:
        raise NotFoundError(Fault("no_crew", crew_id=crew_id))
    return crew


def _save(
    tx: Transaction, crew: Crew, paused_since: datetime | None, action: str, *, now: datetime, actor: str
) -> Crew:
    changed = replace(crew, paused_since=paused_since)
    tx.save_crew(changed)
    tx.announce(crew_changed(crew.id, at=now))
    tx.record(AuditEntry(at=now, actor=actor, action=action, subject="crew", subject_id=crew.id))
    return changed
