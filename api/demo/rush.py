"""The demo's other button: more reports at once than crews, so that routes of several stops are planned."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends

from equipage.api.demo.reports import edge_middles, edge_shares
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.words.demo import demo_words
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.eligibility import duty_obstacle
from equipage.dispatch.intake import NewReport
from equipage.dispatch.services.filing import file_report
from equipage.dispatch.situation import load_situation
from equipage.dispatch.status import Source

router = APIRouter(prefix="/api/v1/demo", tags=["demo"], dependencies=list(KEY_SCHEMES))

ACTOR = "demo_rush"
PER_CREW = 2
"""How many reports come for each crew on duty: each has work for an hour or two more."""
Filer = Annotated[Principal, Depends(May(Action.FILE_REPORT))]


@router.post("/rush", summary="Have many reports come at once", status_code=HTTPStatus.CREATED)
def rush(here: Here, _caller: Filer) -> Mapping[str, Any]:
    """File two reports for each crew on duty where people live, for what some crew on duty can do."""
    now, words = here.now(), demo_words(here.settings.demo_language, here.city.languages)
    draw = np.random.default_rng(int(now.timestamp()))
    network = here.router.network
    places, shares = edge_middles(network), edge_shares(here.city, network)
    with here.store.transaction() as tx:
        situation = load_situation(tx, now)
        on_duty = [crew for crew in situation.crews.values() if duty_obstacle(situation, crew.id) is None]
        services = [
            each for each in here.city.services if any(each.skills <= crew.skills for crew in on_duty)
        ]
        if not services:
            return {"reports": 0}
        # As the simulated citizens: the more urgent, the rarer.
        rarity = np.array([each.priority for each in services], dtype=np.float64)
        count = PER_CREW * len(on_duty)
        for what in draw.choice(len(services), size=count, p=rarity / rarity.sum()):
            lon, lat = places[int(draw.choice(len(shares), p=shares))]
            new = NewReport(
                service_code=services[what].code,
                lon=float(lon),
                lat=float(lat),
                source=Source.OPEN311,
                description=words.description(services[what], int(draw.integers(1_000_000))),
            )
            file_report(tx, new, router=here.router, now=now, actor=ACTOR)
    return {"reports": count}
