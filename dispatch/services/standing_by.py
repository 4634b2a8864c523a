"""Where idle crews wait for what comes next: as the planner asks them to, or by a dispatcher's word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from equipage.dispatch.announcements import crew_changed
from equipage.dispatch.eligibility import busy_obstacle, idle_obstacle
from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_place
from equipage.dispatch.model import AuditEntry, CrewId, Report, Standby
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.planning.standby import of_this_shift, same_hours, standbys
from equipage.dispatch.ports import Store, Transaction
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.travel import TravelTimes, travel_table

LonLat = tuple[float, float]


def standby_tick(
    store: Store, *, router: TravelTimes, now: datetime, asks: bool, likely: Sequence[Report] = ()
) -> Sequence[CrewId]:
    """Ask idle crews to wait where they reach sooner what is likely to come, and let go of all others.

    Parameters
    ----------
    store : Store
        Where the state lives. It is read in one look, and written in one transaction if there is news.
    router : TravelTimes
        Asked between the two.
    now : datetime
        The moment to decide for.
    asks : bool
        Whether the planner asks anybody; if not, only what a person told an idle crew holds.
    likely : sequence of Report
        What is expected beside what was reported at about this hour, so that few reports do not tell all.

    Returns
    -------
    sequence of CrewId
        Who waits elsewhere than before, or no longer. A crew that was given something or told another place
        meanwhile is left to the next time.
    """
    with store.reading() as reading:
        situation = load_situation(reading, now, recent=same_hours(now) if asks else ())
    expecting = replace(situation, recent=(*situation.recent, *likely))
    wanted = {**_told_by_hand(situation), **(standbys(expecting, router) if asks else {})}
    changed = [
        crew_id
        for crew_id in sorted({*situation.standbys, *wanted})
        if situation.standbys.get(crew_id) != wanted.get(crew_id)
    ]
    if not changed:
        return ()
    with store.transaction() as tx:
        present = load_situation(tx, now)
        kept = [c for c in changed if present.standbys.get(c) == situation.standbys.get(c)]
        return [crew_id for crew_id in kept if _replace(tx, present, crew_id, wanted.get(crew_id))]


def _told_by_hand(situation: Situation) -> Mapping[CrewId, Standby]:
    """Return what persons told; that holds while a parked crew's tracker sleeps, too."""
    return {
        crew_id: standby
        for crew_id, standby in situation.standbys.items()
        if standby.actor != ACTOR
        and busy_obstacle(situation, crew_id) is None
        and of_this_shift(situation, crew_id)
    }


def _replace(tx: Transaction, present: Situation, crew_id: CrewId, wanted: Standby | None) -> bool:
    """Have a crew wait there or nowhere, and announce it; return whether it could."""
    if wanted is None:
        tx.drop_standby(crew_id)
    elif idle_obstacle(present, crew_id) is None:
        tx.save_standby(wanted)
    else:
        return False
    tx.announce(crew_changed(crew_id, at=present.now))
    return True


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
        If the crew has something to do, or a break, or is not on duty.
    InvalidInputError
        If the place is none, outside the city, or not to be reached by road.
    NotFoundError
        If there is no such crew.
    """
    situation = _situation(tx, crew_id, now)
    faults = list(faults_of_place(*place, tx.zones())) if place is not None else []
    if faults:
        raise InvalidInputError(faults)
    obstacle = busy_obstacle(situation, crew_id)
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
