"""The pages where trackers are set up: all vehicles, and one."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from equipage.api.console import signed_in_page
from equipage.api.security import Anybody

router = APIRouter(include_in_schema=False, dependencies=[Depends(Anybody())])


@router.get("/trackers")
def all_trackers(request: Request) -> Response:
    """Show every vehicle with what was last heard of it."""
    return signed_in_page(request, "trackers.html", vehicle_id="")


@router.get("/trackers/{vehicle_id}")
def trackers_of(request: Request, vehicle_id: str) -> Response:
    """Show the trackers of a vehicle, and how another is set up."""
    return signed_in_page(request, "trackers.html", vehicle_id=vehicle_id)
