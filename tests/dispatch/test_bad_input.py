"""What a city gets wrong: each report waits with its reason, none is dropped, and nothing crashes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from equipage.dispatch.planning.gate import faults_of
from equipage.dispatch.planning.planner import Decision, decide
from equipage.dispatch.planning.replanning import replan
from equipage.dispatch.situation import Situation
from tests.dispatch.planning.test_replanning import EFFORT
from tests.dispatch.worlds import (
    EDGE_OF_THE_PLAIN_M,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_shift,
    an_assignment,
    at,
)

MONTH_S = 30 * 24 * 3600
RIVER = StraightRoads(river_x=5000.0)
GAS = frozenset({"gas"})


def together(situation: Situation) -> Decision:
    """Return what the plan layer decides."""
    return replan(situation, RIVER, decide(situation, RIVER), effort=EFFORT)


LAYERS = pytest.mark.parametrize(
    "layer", [lambda situation: decide(situation, RIVER), together], ids=["instant", "plan"]
)
Layer = Callable[[Situation], Decision]

WAITS: dict[str, tuple[str, World]] = {
    "no crews": ("no_crew", World(jobs=[a_job()])),
    "no shift today": ("nobody_on_shift", World(crews=[a_crew()], shifts=[], jobs=[a_job()])),
    "everybody is absent": (
        "nobody_on_shift",
        World(crews=[a_crew()], shifts=[a_shift(absent=True)], jobs=[a_job()]),
    ),
    "a crew without skills": ("nobody_skilled", World(crews=[a_crew()], jobs=[a_job(skills=GAS)])),
    "a window that is far away": ("not_yet", World(crews=[a_crew()], jobs=[a_planned_job(earliest=at(600))])),
    "a report off the map": (
        "off_network",
        World(crews=[a_crew()], jobs=[a_job(place=(2 * EDGE_OF_THE_PLAIN_M, 0.0))]),
    ),
    "a report across the river": ("all_cut_off", World(crews=[a_crew()], jobs=[a_job(place=(6000.0, 0.0))])),
    "a crew off the map": (
        "all_cut_off",
        World(crews=[a_crew()], jobs=[a_job()], where={"A": (2 * EDGE_OF_THE_PLAIN_M, 0.0)}),
    ),
    "a month of work": ("shifts_end_before", World(crews=[a_crew()], jobs=[a_job(duration_s=MONTH_S)])),
    "a break before": (
        "breaks_first",
        World(crews=[a_crew()], shifts=[a_shift(breaks=[(1, 2)])], jobs=[a_job(place=(2000.0, 0.0))]),
    ),
    "all have refused": (
        "all_refused",
        World(crews=[a_crew()], jobs=[a_job()], refusals=[("j1", "A")]),
    ),
}


@LAYERS
@pytest.mark.parametrize("case", WAITS)
def test_what_nobody_can_do_waits_with_its_reason(case: str, layer: Layer) -> None:
    """Never a crash, never a silent drop."""
    code, world = WAITS[case]
    decision = layer(world.situation())
    assert {job_id: why.code for job_id, why in decision.unassigned.items()} == {
        job.id: code for job in world.jobs
    }
    assert decision.assign == ()


@LAYERS
@pytest.mark.parametrize("case", WAITS)
def test_what_nobody_can_do_is_in_nobodys_way(case: str, layer: Layer) -> None:
    """With one more crew and a usual job all jobs are told of, and somebody is given something to do."""
    _, world = WAITS[case]
    shifts = None if world.shifts is None else [*world.shifts, a_shift("B")]
    more = replace(
        world, crews=[*world.crews, a_crew("B")], jobs=[*world.jobs, a_job("usual")], shifts=shifts
    )
    decision = layer(more.situation())
    given = {choice.job_id for choice in decision.assign}
    assert given
    assert given | decision.unassigned.keys() == {job.id for job in more.jobs}


@LAYERS
def test_work_of_no_duration_and_with_a_window_that_cannot_be_is_done(layer: Layer) -> None:
    """Nothing to do there, and due before it may begin: a crew goes as soon as it may."""
    impossible = a_planned_job("p1", duration_s=0, earliest=at(20), due_at=at(-60))
    world = World(crews=[a_crew()], jobs=[impossible])
    decision = layer(world.situation())
    assert [(c.job_id, c.arrival, c.departure) for c in decision.assign] == [("p1", at(20), at(20))]


@LAYERS
@pytest.mark.parametrize(
    "pins",
    [
        [a_job(f"j{k}", (1000.0 * k, 0.0), duration_s=7200) for k in range(1, 6)],
        [a_job("j1", (-90_000.0, 0.0)), a_job("j2", (4000.0, 0.0), duration_s=MONTH_S)],
        [a_job("j1", (6000.0, 0.0)), a_job("j2", (2 * EDGE_OF_THE_PLAIN_M, 0.0)), a_job("j3")],
        [a_job("j1", skills=GAS), a_job("j2", duration_s=0)],
    ],
    ids=["more pins than time", "pins that contradict", "pins that cannot be reached", "pins without skill"],
)
def test_pins_stay_with_their_crew_whatever_they_break(pins: list, layer: Layer) -> None:  # type: ignore[type-arg]
    """None is taken from the crew, and what else waits is told why, or goes to somebody else."""
    usual = a_job("usual", (-500.0, 0.0))
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[*pins, usual],
        assignments=[an_assignment(job.id, pinned=True) for job in pins],
    )
    situation = world.situation()
    decision = layer(situation)
    assert decision.release == ()
    assert [(choice.job_id, choice.crew_id) for choice in decision.assign] == [("usual", "B")]
    assert decision.unassigned == {}
    assert list(faults_of(situation, RIVER, decision)) == []
