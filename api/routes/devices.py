"""Trackers: set one up for a vehicle, see which there are, take one out of use."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from equipage.api.given import Given
from equipage.api.representations.fleet import DeviceShown, NewDeviceShown
from equipage.api.representations.lists import Page
from equipage.api.secrets import new_device_secrets
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import DeviceId, VehicleId
from equipage.dispatch.services.devices import issue_device, revoke_device

router = APIRouter(prefix="/api/v1/devices", tags=["vehicles"], dependencies=list(KEY_SCHEMES))

_Manager = Annotated[Principal, Depends(May(Action.MANAGE_DEVICES))]


class DeviceGiven(Given):
    """Which vehicle a new tracker is for."""

    vehicle_id: str


@router.get("", summary="List trackers", dependencies=[Depends(May(Action.READ_DEVICES))])
def list_devices(here: Here) -> Page[DeviceShown]:
    """List the trackers in use."""
    with here.store.reading() as reading:
        devices = reading.devices()
    return Page(items=[DeviceShown.of(device) for device in devices if device.revoked_at is None])


@router.post("", summary="Set up a tracker", status_code=HTTPStatus.CREATED)
def add_device(
    request: Request, response: Response, here: Here, caller: _Manager, given: DeviceGiven
) -> NewDeviceShown:
    """Set up a tracker for a vehicle; its token is shown this once."""
    device_id, token = new_device_secrets()
    with here.store.transaction() as tx:
        device = issue_device(
            tx,
            device_id=device_id,
            token=token,
            vehicle_id=VehicleId(given.vehicle_id),
            now=here.now(),
            actor=caller.name,
        )
    response.headers["Location"] = f"{router.prefix}/{device.id}"
    url = f"{request.base_url}t/{token}"
    return NewDeviceShown(device_id=device.id, vehicle_id=device.vehicle_id, token=token, url=url)


@router.get("/{device_id}", summary="One tracker", dependencies=[Depends(May(Action.READ_DEVICES))])
def get_device(here: Here, device_id: str) -> DeviceShown:
    """Show a tracker."""
    with here.store.reading() as reading:
        device = reading.device(DeviceId(device_id))
    if device is None:
        raise NotFoundError(f"there is no tracker {device_id!r}")
    return DeviceShown.of(device)


@router.delete("/{device_id}", summary="Take a tracker out of use", status_code=HTTPStatus.NO_CONTENT)
def remove_device(here: Here, caller: _Manager, device_id: str) -> None:
    """Take a tracker out of use: what it posts from now on is refused."""
    with here.store.transaction() as tx:
        revoke_device(tx, DeviceId(device_id), now=here.now(), actor=caller.name)
    here.ingest.forget_devices()
