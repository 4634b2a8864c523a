"""Trackers: set one up for a vehicle, see which there are, take one out of use."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import model_validator

from equipage.api.given import Given
from equipage.api.representations.fleet import DeviceShown, NewDeviceShown
from equipage.api.representations.lists import Page
from equipage.api.secrets import new_device_secrets
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import DeviceId, VehicleId
from equipage.dispatch.services.devices import issue_device, replace_device, revoke_device, rotate_token

router = APIRouter(prefix="/api/v1/devices", tags=["vehicles"], dependencies=list(KEY_SCHEMES))

_Manager = Annotated[Principal, Depends(May(Action.MANAGE_DEVICES))]


class DeviceGiven(Given):
    """Which vehicle a new tracker is for, or which lost tracker it replaces."""

    vehicle_id: str | None = None
    replaces: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.vehicle_id is None) == (self.replaces is None):
            raise ValueError("give either vehicle_id, or the id of the tracker that it replaces as replaces")
        return self


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
    """Set up a tracker for a vehicle, or in place of a lost one; its token is shown this once."""
    device_id, token = new_device_secrets()
    now, actor = here.now(), caller.name
    with here.store.transaction() as tx:
        if given.replaces is not None:
            lost = DeviceId(given.replaces)
            device = replace_device(tx, lost, device_id=device_id, token=token, now=now, actor=actor)
        else:
            vehicle_id = VehicleId(given.vehicle_id or "")
            device = issue_device(
                tx, device_id=device_id, token=token, vehicle_id=vehicle_id, now=now, actor=actor
            )
    here.ingest.forget_devices()
    response.headers["Location"] = f"{router.prefix}/{device.id}"
    return NewDeviceShown.of(device, token=token, base_url=str(request.base_url))


@router.post("/{device_id}/token", summary="Give a tracker another token")
def rotate(request: Request, here: Here, caller: _Manager, device_id: str) -> NewDeviceShown:
    """Give a tracker another token, shown this once; with the one before nothing is taken any more."""
    token = new_device_secrets()[1]
    with here.store.transaction() as tx:
        device = rotate_token(tx, DeviceId(device_id), token=token, now=here.now(), actor=caller.name)
    here.ingest.forget_devices()
    return NewDeviceShown.of(device, token=token, base_url=str(request.base_url))


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
