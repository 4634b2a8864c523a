"""OSRM's `table` and `nearest`: seconds and metres between many coordinates, and the roads near one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.faults import Code
from equipage.api.osrm.options import TableOptions, nearest_options, table_options
from equipage.api.osrm.requests import OsrmRequest
from equipage.api.osrm.waypoints import limits_m, shown_waypoint, snapped
from equipage.geo.earth import distance_m
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
    if np.isfinite(options.fallback_mps):
        places = snaps.lonlat if options.fallback_snapped else request.lonlat
        answer["fallback_speed_cells"] = _fly(tables, places, options)
    tables["duration"] *= options.scale
    parts = [json.dumps(answer, ensure_ascii=False)[:-1]]
    for name in sorted(options.annotations):
        parts += [f', "{name}s":[', ",".join(_rows(tables[name])), "]"]
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


def _fly(tables: dict[str, Floats], lonlat: Floats, options: TableOptions) -> list[list[int]]:
    """Fill cells without a way as the crow flies, and return which."""
    row, column = np.nonzero(~np.isfinite(tables["duration"]))
    metres = distance_m(lonlat[options.sources[row]], lonlat[options.destinations[column]])
    tables["duration"][row, column] = metres / options.fallback_mps
    if "distance" in tables:
        tables["distance"][row, column] = metres
    return list(map(list, zip(row.tolist(), column.tolist(), strict=True)))


def _rows(values: Floats) -> Iterator[str]:
    """Yield each row as JSON, with a digit after the point.

    A large table has few different numbers: each is worded once. Whole tables at once would keep all other
    threads waiting.
    """
    finite = np.isfinite(values)
    tenths = np.rint(np.where(finite, values, 0.0) * 10.0).astype(np.int64)
    seen = np.zeros(int(tenths.max(initial=0)) + 2, dtype=bool)
    seen[tenths] = True
    known = np.flatnonzero(seen)
    words = np.full(len(seen), "null", dtype=object)
    words[known] = list(map(repr, (known / 10.0).tolist()))
    tenths[~finite] = -1
    for row in tenths:
        yield f"[{','.join(words[row].tolist())}]"
