"""Several routers of one network side by side: what they share, and that nobody mistakes one for another."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import numpy as np
import numpy.typing as npt
import pytest

from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.profile import EMERGENCY, VAN
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP, grid
from tests.routing.scenario import build, draw

ENDS = [(LON + x * STEP, LAT + y * STEP) for x, y in ((0.3, 0), (5.5, 2), (2, 6.4), (7, 7))]
NOW = Conditions()
SNOW = Conditions(speeds=(SpeedChange(factor=0.4),))
RUSH_HOUR = Conditions(speeds=(SpeedChange(factor=0.7, hours="Mo-Fr 07:00-09:00"), SpeedChange(kph=15.0)))
FLOOD = Conditions(closures=(Closure(edges=tuple(range(0, 40, 3))),))


def test_routers_share_what_conditions_do_not_change() -> None:
    """Network, index and hierarchy are the same things; each answers for its own conditions."""
    router = Router(grid(8, 8))
    others = [router.with_conditions(conditions) for conditions in (SNOW, RUSH_HOUR, FLOOD)]
    for other in others:
        assert other.network is router.network
        assert other.snapper is router.snapper
        assert other.hierarchy is router.hierarchy
    seconds = [each.matrix(ENDS, ENDS).sum() for each in (router, *others)]
    assert len(set(seconds)) == len(seconds)
    assert others[0].with_conditions(NOW).matrix(ENDS, ENDS).sum() == pytest.approx(seconds[0])


def test_eight_threads_ask_while_conditions_are_swapped() -> None:
    """Who asks gets a whole answer under the conditions of the router that was taken, whatever is swapped."""
    usual = Router(grid(8, 8))
    kinds = (NOW, SNOW, RUSH_HOUR, FLOOD)
    expected = {kind: _answers(usual.with_conditions(kind)) for kind in kinds}
    current, swaps = usual, 24
    begun, over = threading.Barrier(9), threading.Event()

    def swap() -> None:
        nonlocal current
        begun.wait()
        try:
            for _, kind in zip(range(swaps), cycle(kinds), strict=False):
                current = usual.with_conditions(kind)
        finally:
            over.set()

    def ask(_: int) -> set[Conditions]:
        seen: set[Conditions] = set()
        while True:
            last, router = over.is_set(), current
            for found, known in zip(_answers(router), expected[router.conditions], strict=True):
                np.testing.assert_array_equal(found, known)
            if not seen:
                begun.wait()
            seen.add(router.conditions)
            if last:
                return seen

    with ThreadPoolExecutor(9) as threads:
        swapping = threads.submit(swap)
        seen = set().union(*threads.map(ask, range(8)))
        swapping.result()
    assert current.conditions == FLOOD
    assert {FLOOD} < seen


def test_an_emergency_router_answers_beside_a_vans() -> None:
    """Two networks of one map, asked by eight threads at once: each says what it says alone."""
    bus_only = {"access": "no", "bus": "yes"}
    osm = draw("a b c\nd . e", ways={"ab": {}, "bc": bus_only, "ad": {}, "de": {}, "ec": {}})
    van, emergency = (Router(build(osm, profile)) for profile in (VAN, EMERGENCY))
    ends = [(0.0, 0.0), (0.0015, -0.001), (0.002, 0.0)]
    alone = {router: router.matrix(ends, ends) for router in (van, emergency)}
    assert alone[emergency][0, 2] < alone[van][0, 2]
    with ThreadPoolExecutor(8) as threads:
        asked = [van, emergency] * 40
        for router, found in zip(asked, threads.map(lambda one: one.matrix(ends, ends), asked), strict=True):
            np.testing.assert_array_equal(found, alone[router])


def _answers(router: Router) -> list[npt.NDArray[np.generic]]:
    """Return what a router says: a table, a route, the nearest and all edges."""
    route = router.route(ENDS[0], ENDS[3])
    nearest = router.k_nearest(ENDS, ENDS, 2)
    return [
        router.matrix(ENDS, ENDS),
        np.array([route.duration_s, route.distance_m]),
        nearest.place,
        router.edge_seconds(ENDS[1]).left_s,
    ]
