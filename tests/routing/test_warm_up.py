"""Warming up leaves nothing to compile for those who ask."""

from __future__ import annotations

import importlib
from pathlib import Path

from numba.core.dispatcher import Dispatcher

from equipage.data.networks import read_network, save_network
from equipage.geo.kernels.compiling import ROOMS
from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.router import Router
from equipage.routing.warm_up import compile_kernels
from tests.conftest import ROOT
from tests.routing.roads import LAT, LON, STEP, grid


def compiled() -> dict[str, int]:
    """Return for how many types each kernel is compiled."""
    modules = [
        importlib.import_module(f"equipage.{room.replace('/', '.')}.{file.stem}")
        for room in ROOMS
        for file in (ROOT / room).glob("*.py")
    ]
    return {
        f"{value.__module__}.{name}": len(value.signatures)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }


def test_no_question_waits_for_the_compiler(tmp_path: Path) -> None:
    """On a network made, one read from a file, and one under conditions: all kernels are compiled before."""
    compile_kernels()
    before = compiled()
    save_network(grid(4, 4), tmp_path / "network")
    stored = Router(read_network(tmp_path / "network"))
    conditions = Conditions(closures=(Closure(edges=(3,)),), speeds=(SpeedChange(edges=(5,), factor=0.5),))
    here, there = (LON + 0.5 * STEP, LAT), (LON + 2 * STEP, LAT + 2.5 * STEP)
    for router in (Router(grid(4, 4)), stored, stored.with_conditions(conditions)):
        router.route(here, there)
        router.route(here, (LON + 0.4 * STEP, LAT))
        router.nearest(here, 3)
        router.matrix([here], [there])
        router.matrices([here], [there, here])
        router.isochrones([here], minutes=[1])
        router.isochrones([here, there], minutes=[1])
        router.isochrones([here], minutes=[1], direction="to")
    assert compiled() == before
