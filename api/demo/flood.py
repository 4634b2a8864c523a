"""The demo's button: a district under water, its roads closed, until the button is pressed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import numpy as np
import shapely
from fastapi import APIRouter, Depends

from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.words.demo import demo_words
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import Condition, Zone
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.conditions import NewCondition, add_condition, remove_condition
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import ConditionKind

router = APIRouter(prefix="/api/v1/demo", tags=["demo"], dependencies=list(KEY_SCHEMES))

ACTOR = "demo_flood"
Watcher = Annotated[Principal, Depends(May(Action.LOOK))]
Flooder = Annotated[Principal, Depends(May(Action.EDIT_CONDITIONS))]


@router.get("", summary="Whether the demo is flooded")
def describe(here: Here, _caller: Watcher) -> Mapping[str, Any]:
    """Say whether a district is flooded."""
    with here.store.reading() as reading:
        return {"flooded": bool(_floods(reading))}


@router.post("/flood", summary="Flood a district", status_code=HTTPStatus.CREATED)
def flood(here: Here, _caller: Flooder) -> Mapping[str, Any]:
    """Close the roads of the district that most crews cross; if one is flooded already, that is enough."""
    now = here.now()
    with here.store.transaction() as tx:
        floods = _floods(tx)
        if not floods:
            if not here.city.zone_values:
                raise NotFoundError(Fault("no_district"))
            zone = busiest_zone(tx.zones(), load_situation(tx, now))
            words = demo_words(here.settings.demo_language, here.city.languages)
            new = NewCondition(
                name=words.flood.format(zone=zone.name),
                kind=ConditionKind.CLOSURE,
                area=zone.geometry,
                valid_from=now,
            )
            floods = [add_condition(tx, new, network=here.router.network, now=now, actor=ACTOR)]
    return {"condition_id": floods[0].id, "name": floods[0].name}


@router.delete("/flood", summary="Lift the flood", status_code=HTTPStatus.NO_CONTENT)
def lift(here: Here, _caller: Flooder) -> None:
    """Open the roads again."""
    with here.store.transaction() as tx:
        for condition in _floods(tx):
            remove_condition(tx, condition.id, now=here.now(), actor=ACTOR)


def busiest_zone(zones: Sequence[Zone], situation: Situation) -> Zone:
    """Return the zone that most crews cross on their way, as the crow flies, among those without a depot.

    Of several it is the one with most crews and jobs in it, then the one with most people.

    Parameters
    ----------
    zones : sequence of Zone
        At least one.
    situation : Situation
        Where crews and jobs are.
    """
    depots = _points(situation.depots.values())
    busy = _points([*situation.positions.values(), *situation.jobs.values()])
    ways = _ways(situation)

    def attraction(zone: Zone) -> tuple[bool, int, int, int]:
        crossed = int(shapely.crosses(ways, zone.geometry).sum())
        return not _count(zone, depots), crossed, _count(zone, busy), zone.population or 0

    return max(zones, key=attraction)


def _ways(situation: Situation) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return a straight line for each live assignment, from where its crew is to its job."""
    lines = []
    for assignment in situation.assignments.values():
        crew, job = situation.position_of(assignment.crew_id), situation.jobs[assignment.job_id]
        lines.append(shapely.LineString([(crew.lon, crew.lat), (job.lon, job.lat)]))
    return np.array(lines, dtype=np.object_)


def _floods(reading: Reading) -> list[Condition]:
    return [condition for condition in reading.conditions() if condition.created_by == ACTOR]


def _points(things: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([(thing.lon, thing.lat) for thing in things], dtype=np.float64).reshape(-1, 2)


def _count(zone: Zone, points: np.ndarray[Any, np.dtype[np.float64]]) -> int:
    return int(shapely.contains_xy(zone.geometry, points[:, 0], points[:, 1]).sum())
