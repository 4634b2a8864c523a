"""OSRM's `table` and `nearest`: seconds and metres between many coordinates, and the roads near one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.faults import Code
from equipage.api.osrm.options import nearest_options, table_options
from equipage.api.osrm.requests import OsrmRequest
from equipage.api.osrm.waypoints import limits_m, shown_waypoint, snapped
from equipage.routing.router import Router
from equipage.routing.snap import Snaps

Floats = npt.NDArray[np.float64]


def table_answer(router: Router, request: OsrmRequest) -> str:
    """Return the answer to a request for a table, as JSON.

    Parameters
    ----------
    router : Router
        The router.
    request : OsrmRequest
        The request.

    Raises
    ------
    OsrmError
        Where it has no answer. Without a way a cell is null, which is none.
    """
    options = table_options(request)
    snaps = snapped(router, request.lonlat, options.radius_m)
    starts, ends = snaps.part(options.sources), snaps.part(options.destinations)
    answer: dict[str, Any] = {"code": Code.OK}
    if options.with_waypoints:
        answer["sources"] = [shown_waypoint(start) for start in starts]
        answer["destinations"] = [shown_waypoint(end) for end in ends]
    tables = _tables(router, starts, ends, with_metres="distance" in options.annotations)
    parts = [json.dumps(answer, ensure_ascii=False)[:-1]]
    for name in sorted(options.annotations):
        parts += [f', "{name}s": [', ", ".join(_rows(tables[name])), "]"]
    return "".join([*parts, "}"])


def nearest_answer(router: Router, request: OsrmRequest) -> str:
    """Return the answer to a request for the roads near a coordinate, as JSON.

    Parameters
    ----------
    router : Router
        The router.
    request : OsrmRequest
        The request.

    Raises
    ------
    OsrmError
        Where it has no answer.
    """
    options = nearest_options(request)
    snapped(router, request.lonlat, options.radius_m)
    limit_m = float(limits_m(router, options.radius_m)[0])
    near = router.nearest(request.lonlat[0], options.number, max_snap_m=limit_m)
    network = router.network
    waypoints = [
        {
            **shown_waypoint(place),
            "nodes": network.node_id[[network.edge_tail[place.edge], network.edge_head[place.edge]]].tolist(),
        }
        for place in near
    ]
    return json.dumps({"code": Code.OK, "waypoints": waypoints}, ensure_ascii=False)


def _tables(router: Router, starts: Snaps, ends: Snaps, *, with_metres: bool) -> dict[str, Floats]:
    if not with_metres:
        return {"duration": router.matrix(starts, ends)}
    found = router.matrices(starts, ends)
    return {"duration": found.duration_s, "distance": found.distance_m}


def _rows(values: Floats) -> Iterator[str]:
    """Yield each row as JSON: whole tables would keep all other threads waiting for seconds."""
    for row in np.round(values, 1):
        cells = row.tolist()
        if not np.isfinite(row).all():
            cells = [cell if np.isfinite(cell) else None for cell in cells]
        yield json.dumps(cells)
