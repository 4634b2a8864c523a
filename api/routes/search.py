"""One search over everything a dispatcher looks for: reports, crews, vehicles, places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from equipage.api.representations.lists import Cursor, Page, Shown
from equipage.api.representations.work import ReportShown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.state import Context
from equipage.api.views import show_reports, within_limits
from equipage.dispatch.access import Action, Principal, allowed
from equipage.dispatch.folding import folded
from equipage.dispatch.ports import Reading, ReportQuery
from equipage.dispatch.situation import Situation, load_situation

router = APIRouter(prefix="/api/v1/search", tags=["search"], dependencies=list(KEY_SCHEMES))

_REPORTS = 50
_OTHERS = 6


class FoundShown(Shown):
    """A crew, a vehicle or a place: what it is called, where it is, and for a vehicle who drives it."""

    id: str
    name: str
    hint: str
    lon: float | None
    lat: float | None
    crew_id: str | None = None


class SearchShown(Shown):
    """What was found, by kind; reports newest first and in pages, closed ones too."""

    reports: Page[ReportShown]
    crews: list[FoundShown]
    vehicles: list[FoundShown]
    places: list[FoundShown]


@router.get("", summary="Search reports, crews, vehicles and places")
def search(
    request: Request,
    here: Here,
    caller: Annotated[Principal, Depends(May(Action.READ_REPORTS))],
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = "",
) -> SearchShown:
    """Find what has all the words, accents and case aside; telephone numbers for whoever may see contacts."""
    if not q.strip():
        return SearchShown(reports=Page(items=[]), crews=[], vehicles=[], places=[])
    phones = allowed(caller, Action.READ_CONTACTS)
    query = within_limits(ReportQuery(text=q, phones=phones, cursor=cursor, limit=_REPORTS), caller)
    with here.store.reading() as reading:
        page = reading.reports(query)
        reports = show_reports(request, reading, page.items, caller)
        situation = load_situation(reading, here.now())
        depots = list(_depots(reading))
    asked = folded(q).split()
    return SearchShown(
        reports=Page(items=reports, next=page.next_cursor or None),
        crews=_matching(asked, _crews(situation)),
        vehicles=_matching(asked, _vehicles(situation)),
        places=[*_matching(asked, depots), *_streets(here, q)][:_OTHERS],
    )


def _matching(asked: Sequence[str], things: Iterable[FoundShown]) -> list[FoundShown]:
    """Return the first things whose names have all words, those that begin with them before the others."""
    named = [(folded(f"{thing.name} {thing.id}"), thing) for thing in things]
    found = [(text, thing) for text, thing in named if all(word in text for word in asked)]
    found.sort(key=lambda each: (not each[0].startswith(" ".join(asked)), len(each[0]), each[0]))
    return [thing for _, thing in found[:_OTHERS]]


def _crews(situation: Situation) -> Iterator[FoundShown]:
    for crew in situation.crews.values():
        place = situation.positions.get(situation.vehicle_of(crew.id))
        yield FoundShown(
            id=crew.id,
            name=crew.name,
            hint=situation.vehicle_of(crew.id),
            lon=place.lon if place else None,
            lat=place.lat if place else None,
            crew_id=crew.id,
        )


def _vehicles(situation: Situation) -> Iterator[FoundShown]:
    drivers = {situation.vehicle_of(crew_id): crew_id for crew_id in situation.crews}
    for vehicle in situation.vehicles.values():
        place, crew_id = situation.positions.get(vehicle.id), drivers.get(vehicle.id)
        yield FoundShown(
            id=vehicle.id,
            name=vehicle.name,
            hint=situation.crews[crew_id].name if crew_id else "",
            lon=place.lon if place else None,
            lat=place.lat if place else None,
            crew_id=crew_id,
        )


def _depots(reading: Reading) -> Iterator[FoundShown]:
    for depot in reading.depots():
        yield FoundShown(id=depot.id, name=depot.name, hint="", lon=depot.lon, lat=depot.lat)


def _streets(here: Context, q: str) -> Iterator[FoundShown]:
    for street in here.places.streets(q):
        key = f"{street.name}, {street.commune}"
        yield FoundShown(id=key, name=street.name, hint=street.commune, lon=street.lon, lat=street.lat)
