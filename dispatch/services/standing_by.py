"""Where idle crews wait for what comes next: a dispatcher's word."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

import numpy as np

from equipage.dispatch.announcements import crew_changed
from equipage.dispatch.eligibility import idle_obstacle
from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_place
from equipage.dispatch.model import AuditEntry, CrewId, Standby
from equipage.dispatch.ports import Transaction
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.travel import TravelTimes, travel_table

LonLat = tuple[float, float]


def set_standby(
    tx: Transaction,
    crew_id: CrewId,
    *,
    place: LonLat | None,
    router: TravelTimes,
    now: datetime,
    actor: str,
) -> Standby:
    """Tell an idle crew where to wait; the planner leaves it there until it is given something.

    Parameters
    ----------
    tx : Transaction
        Where to.
    crew_id : CrewId
        Which.
    place : (lon, lat) or None
        In degrees; None is where it is now.
    router : TravelTimes
        Tells how far that is.
    now : datetime
        When.
    actor : str
        Who says so.

    Returns
    -------
    Standby
        As it is stored, instead of what the crew was asked before.

    Raises
    ------
    ConflictError
        If the crew is not idle.
    InvalidInputError
        If the place is none, outside the city, or not to be reached by road.
    NotFoundError
        If there is no such crew.
    """
    situation = _situation(tx, crew_id, now)
    faults = list(faults_of_place(*place, tx.zones())) if place is not None else []
    if faults:
        raise InvalidInputError(faults)
    obstacle = idle_obstacle(situation, crew_id)
    if obstacle is not None:
        raise ConflictError(Fault("not_idle", crew_id=crew_id, why=obstacle))
    here = situation.position_of(crew_id)
    lon, lat = (here.lon, here.lat) if place is None else place
    drive_s = 0 if place is None else _drive_s(router, crew_id, (here.lon, here.lat), place)
    standby = Standby(crew_id=crew_id, lon=lon, lat=lat, since=now, actor=actor, drive_s=drive_s)
    tx.save_standby(standby)
    # Where a crew happens to be is no business of the audit, which is kept for longer than positions.
    details = {} if place is None else {"lon": lon, "lat": lat}
    _tell(tx, crew_id, "standby", now=now, actor=actor, details=details)
    return standby


def clear_standby(tx: Transaction, crew_id: CrewId, *, now: datetime, actor: str) -> None:
    """Let a crew wait wherever it is again; the planner may ask it again.

    Parameters
    ----------
    tx : Transaction
        Where to.
    crew_id : CrewId
        Which; one that was not asked to wait anywhere stays as it is.
    now : datetime
        When.
    actor : str
        Who says so.

    Raises
    ------
    NotFoundError
        If there is no such crew.
    """
    _situation(tx, crew_id, now)
    if tx.drop_standby(crew_id):
        _tell(tx, crew_id, "standby_ended", now=now, actor=actor)


def _situation(tx: Transaction, crew_id: CrewId, now: datetime) -> Situation:
    situation = load_situation(tx, now)
    if crew_id not in situation.crews:
        raise NotFoundError(Fault("no_crew", crew_id=crew_id))
    return situation


def _drive_s(router: TravelTimes, crew_id: CrewId, start: LonLat, end: LonLat) -> int:
    table = travel_table(router, np.array([start]), np.array([end]))
    seconds = float(table.seconds[0, 0])
    if math.isfinite(seconds):
        return round(seconds)
    lon, lat = end
    has_road = bool(table.destination_has_road[0])
    fault = (
        Fault("no_way", crew_id=crew_id, lon=lon, lat=lat)
        if has_road
        else Fault("off_road", lon=lon, lat=lat)
    )
    raise InvalidInputError([fault])


def _tell(
    tx: Transaction,
    crew_id: CrewId,
    action: str,
    *,
    now: datetime,
    actor: str,
    details: Mapping[str, float] | None = None,
) -> None:
    tx.announce(crew_changed(crew_id, at=now))
    tx.record(
        AuditEntry(
            at=now, actor=actor, action=action, subject="crew", subject_id=crew_id, details=details or {}
        )
    )
