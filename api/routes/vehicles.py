"""Vehicles, their tracks and their drivers' alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from equipage.api.given import OptionalMoment
from equipage.api.representations.fleet import AlarmShown, TrackPointShown, VehicleShown
from equipage.api.representations.lists import (
    PAGE,
    AsGeoJson,
    Cursor,
    Limit,
    Page,
    answer_item,
    answer_list,
    page_of,
)
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action, Principal, allowed
from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import CrewId, Device, TimeSpan, Vehicle, VehicleId
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.tracking import acknowledge_alarm

router = APIRouter(prefix="/api/v1", tags=["vehicles"], dependencies=list(KEY_SCHEMES))

_Reader = Annotated[Principal, Depends(May(Action.READ_FLEET))]
_LONGEST_TRACK = timedelta(days=2)


@router.get("/vehicles", summary="List vehicles", response_model=Page[VehicleShown])
def list_vehicles(
    here: Here, caller: _Reader, as_geojson: AsGeoJson, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """List vehicles with their last accepted positions, by name; `device_id` to dispatchers' keys only."""
    with here.store.reading() as reading:
        vehicles = sorted(reading.vehicles(), key=lambda vehicle: (vehicle.name, vehicle.id))
        shown = _show(here, reading, vehicles, caller)
    items, following = page_of(shown, limit=limit, cursor=cursor)
    return answer_list(items, as_geojson=as_geojson, next_cursor=following)


@router.get("/vehicles/{vehicle_id}", summary="One vehicle", response_model=VehicleShown)
def get_vehicle(here: Here, caller: _Reader, vehicle_id: str, as_geojson: AsGeoJson) -> Any:
    """Show a vehicle."""
    with here.store.reading() as reading:
        shown = _show(here, reading, [_vehicle(reading, vehicle_id)], caller)
    return answer_item(shown[0], as_geojson=as_geojson)


@router.get(
    "/vehicles/{vehicle_id}/track",
    summary="Where a vehicle was",
    response_model=Page[TrackPointShown],
    dependencies=[Depends(May(Action.TRACK))],
)
def track(
    here: Here,
    vehicle_id: str,
    as_geojson: AsGeoJson,
    begin: Annotated[OptionalMoment, Query(alias="from", description="an hour ago if left out")] = None,
    end: Annotated[OptionalMoment, Query(alias="to", description="now if left out")] = None,
) -> Any:
    """List the fixes of a vehicle within a time, two days at most, in their order."""
    span = _span(begin, end or here.now())
    with here.store.reading() as reading:
        fixes = reading.track(_vehicle(reading, vehicle_id).id, span)
    return answer_list([TrackPointShown.of(fix) for fix in fixes], as_geojson=as_geojson)


@router.get("/alarms", summary="Drivers' calls for help", dependencies=[Depends(May(Action.READ_FLEET))])
def alarms(here: Here) -> Page[AlarmShown]:
    """List the alarms that nobody has acknowledged, newest first."""
    with here.store.reading() as reading:
        return Page(items=[AlarmShown.of(alarm) for alarm in reading.alarms()])


@router.post("/alarms/{alarm_id}/acknowledge", summary="Say that somebody deals with an alarm")
def acknowledge(
    here: Here, caller: Annotated[Principal, Depends(May(Action.ACKNOWLEDGE_ALARM))], alarm_id: str
) -> AlarmShown:
    """Take an alarm off everybody's screen."""
    with here.store.transaction() as tx:
        found = next((alarm for alarm in tx.alarms() if AlarmShown.of(alarm).id == alarm_id), None)
        if found is None:
            raise NotFoundError(Fault("alarm_gone", alarm_id=alarm_id))
        acknowledged = acknowledge_alarm(
            tx, found.vehicle_id, kind=found.kind, at=found.at, now=here.now(), actor=caller.name
        )
    return AlarmShown.of(acknowledged)


def _show(here: Here, reading: Reading, vehicles: list[Vehicle], caller: Principal) -> list[VehicleShown]:
    positions, verdicts = reading.positions(), reading.verdict_counts()
    in_use = [device for device in reading.devices() if device.revoked_at is None]
    # Of several in a vehicle the one that was heard last.
    devices: dict[VehicleId, Device] = {
        device.vehicle_id: device for device in sorted(in_use, key=_last_heard)
    }
    crews: dict[VehicleId, CrewId] = {crew.vehicle_id: crew.id for crew in reading.crews()}
    with_device_id, now = allowed(caller, Action.READ_DEVICES), here.now()
    return [
        VehicleShown.of(
            vehicle,
            positions.get(vehicle.id),
            crew_id=here.board.crew_of(vehicle.id) or crews.get(vehicle.id),
            device=devices.get(vehicle.id),
            with_device_id=with_device_id,
            verdicts=verdicts.get(vehicle.id, {}),
            now=now,
        )
        for vehicle in vehicles
    ]


def _last_heard(device: Device) -> tuple[bool, datetime]:
    return device.last_seen_at is not None, device.last_seen_at or device.created_at


def _vehicle(reading: Reading, vehicle_id: str) -> Vehicle:
    found = next((vehicle for vehicle in reading.vehicles() if vehicle.id == vehicle_id), None)
    if found is None:
        raise NotFoundError(f"there is no vehicle {vehicle_id!r}")
    return found


def _span(begin: datetime | None, end: datetime) -> TimeSpan:
    start = begin or end - timedelta(hours=1)
    if not start < end <= start + _LONGEST_TRACK:
        raise InvalidInputError([f"from must be before to by at most {_LONGEST_TRACK.days} days"])
    return TimeSpan(start=start, end=end)
