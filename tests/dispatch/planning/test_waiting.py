"""Why a job waits: left alone for now, or stopped by the one thing that is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from equipage.dispatch.planning.waiting import still_tells
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.status import Mode
from tests.dispatch.deciding import FAR, SUGGEST, busy_world, decided, the_reason, who, why
from tests.dispatch.worlds import (
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_position,
    a_report,
    a_shift,
    at,
)


def test_a_held_report_is_left_alone_until_the_hold_is_over() -> None:
    """A dispatcher is taking the call for two more minutes; a hold that ended now holds no longer."""
    job = a_job()
    held = World(crews=[a_crew()], jobs=[job], reports=[a_report(job, held_until=at(2))])
    assert the_reason(held) == ("held", "a dispatcher is taking the call")
    held.reports = [a_report(job, held_until=at(0))]
    assert who(decided(held)) == {"j1": "A"}


def test_a_service_that_only_suggests_waits_for_a_dispatcher() -> None:
    """The crew stays idle; made automatic, the same service sends it."""
    world = World(crews=[a_crew()], jobs=[a_job(service_code=SUGGEST.code)], services=[SUGGEST])
    assert the_reason(world) == ("awaiting_decision", "a dispatcher decides who goes")
    world.services = [replace(SUGGEST, mode=Mode.AUTOMATIC)]
    assert who(decided(world)) == {"j1": "A"}


GAS = frozenset({"gas"})
WAITING: dict[str, tuple[World, tuple[str, str], dict[str, Any]]] = {
    "no crew at all": (
        World(jobs=[a_job()]),
        ("no_crew", "there is no crew"),
        {"crews": [a_crew()]},
    ),
    "nobody has the skill": (
        World(crews=[a_crew("A", "lift")], jobs=[a_job(skills=GAS | {"lift"})]),
        ("nobody_skilled", "no crew has the skill gas"),
        {"crews": [a_crew("A", "lift", "gas")]},
    ),
    "nobody has both skills": (
        World(crews=[a_crew("A", "lift"), a_crew("B", "gas")], jobs=[a_job(skills=GAS | {"lift"})]),
        ("nobody_skilled", "no crew has the skills gas, lift"),
        {"crews": [a_crew("A", "lift", "gas")]},
    ),
    "the skilled crew comes later": (
        World(
            crews=[a_crew("A"), a_crew("B", "gas")],
            jobs=[a_job(skills=GAS)],
            shifts=[a_shift("A"), a_shift("B", (3, 9))],
        ),
        ("nobody_on_shift", "nobody with the skill gas is on shift; the next shift begins within 3 h"),
        {"shifts": [a_shift("A"), a_shift("B")]},
    ),
    "the only crew is absent": (
        World(crews=[a_crew()], jobs=[a_job()], shifts=[a_shift(absent=True)]),
        ("nobody_on_shift", "nobody is on shift"),
        {"shifts": [a_shift()]},
    ),
    "the only crew is paused": (
        World(crews=[a_crew(paused_since=at(-1))], jobs=[a_job()]),
        ("all_paused", "every crew for it on shift is paused: Crew A"),
        {"crews": [a_crew()]},
    ),
    "the skilled crew on shift is paused, another comes later": (
        World(
            crews=[a_crew("A"), a_crew("B", "gas", paused_since=at(-1)), a_crew("C", "gas")],
            jobs=[a_job(skills=GAS)],
            shifts=[a_shift("A"), a_shift("B"), a_shift("C", (3, 9))],
        ),
        ("all_paused", "every crew for it on shift is paused: Crew B"),
        {"crews": [a_crew("A"), a_crew("B", "gas"), a_crew("C", "gas")]},
    ),
    "the only crew's tracker was never heard": (
        World(crews=[a_crew()], jobs=[a_job()], tracked={"A"}),
        ("no_signal", "no signal from Crew A; a dispatcher may send them all the same"),
        {"where": {"A": (0.0, 0.0)}},
    ),
    "the only crew's tracker is silent": (
        World(crews=[a_crew()], jobs=[a_job()], tracked={"A"}, positions=[a_position("A", (0.0, 0.0), 1800)]),
        ("no_signal", "no signal from Crew A; a dispatcher may send them all the same"),
        {"positions": [a_position("A", (0.0, 0.0), 1799)]},
    ),
    "the place has no road": (
        World(crews=[a_crew()], jobs=[a_job(place=(FAR, 0.0))]),
        ("off_network", "it is too far from any road"),
        {"jobs": [a_job()]},
    ),
    "everybody has refused": (
        World(crews=[a_crew()], jobs=[a_job()], refusals={("j1", "A")}),
        ("all_refused", "every crew on shift that could go has refused it"),
        {"refusals": set()},
    ),
    "no road from anybody": (
        World(crews=[a_crew()], jobs=[a_job()], where={"A": (9000.0, 0.0)}),
        ("all_cut_off", "no road leads there from any crew that could go"),
        {"where": {"A": (0.0, 0.0)}},
    ),
    "every shift ends too early": (
        World(crews=[a_crew()], jobs=[a_job(duration_s=86_400 * 30)]),
        ("shifts_end_before", "every shift ends before the work could be finished"),
        {"jobs": [a_job(duration_s=0)]},
    ),
    "everybody is busy": (
        busy_world("on_site", since=0),
        ("all_busy", "every crew for it is busy; one is free within 30 min"),
        {"assignments": [], "jobs": [a_job()]},
    ),
}


@pytest.mark.parametrize("case", WAITING)
def test_a_waiting_job_carries_the_one_reason_and_is_served_without_it(case: str) -> None:
    """The reason is named in code and words; with the named thing changed the job gets a crew."""
    world, expected, remedy = WAITING[case]
    roads = StraightRoads(river_x=5000.0)
    assert the_reason(world, roads) == expected
    assert "j1" in who(decided(replace(world, **remedy), roads))


def test_one_bad_place_does_not_stop_the_others() -> None:
    """A report in another city and a van in another country: the rest of the city is dispatched."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j1"), a_job("sea", (0.0, FAR))],
        where={"A": (0.0, 0.0), "B": (FAR, FAR)},
    )
    decision = decided(world)
    assert who(decision) == {"j1": "A"}
    assert why(decision) == {"sea": "off_network"}


BUSY, LACKING = because("all_busy", free_in_s=1800), because("nobody_skilled", skills=("gas",))


@pytest.mark.parametrize(
    ("told", "why", "expected"),
    [
        (BUSY, BUSY, True),
        (BUSY, because("all_busy", free_in_s=1500), True),
        (BUSY, because("all_busy", free_in_s=900), True),
        (BUSY, because("all_busy", free_in_s=600), False),
        (BUSY, because("all_busy", free_in_s=2100), False),
        (BUSY, LACKING, False),
        (LACKING, LACKING, True),
        (LACKING, because("nobody_skilled", skills=("lift",)), False),
        (None, BUSY, False),
    ],
)
def test_a_bound_is_told_anew_when_it_is_untrue_or_twice_too_long(
    told: Reason | None, why: Reason, *, expected: bool
) -> None:
    """Told was `within 30 min`: that still tells what is 15 to 30 minutes, and nothing else."""
    assert still_tells(told, why) is expected
