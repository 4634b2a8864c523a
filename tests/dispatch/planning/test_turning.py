"""Crews on their way are turned around for the highest priority, by the planner's rule and never else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from equipage.dispatch.model import AssignmentId, JobId
from equipage.dispatch.planning.gate import faults_of
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.planning.replanning import plan
from equipage.dispatch.planning.turning import turned_for
from tests.dispatch.deciding import who, why
from tests.dispatch.planning.test_replanning import EFFORT
from tests.dispatch.worlds import StraightRoads, World, a_crew, a_job, a_position, a_shift, an_assignment

ROADS = StraightRoads()
ON_THE_WAY = AssignmentId("a-far-A")


def a_world(*, urgent: dict[str, Any] | None = None, **changes: Any) -> World:
    """Return A near something urgent, on its way to something that is not; B is far away."""
    given: dict[str, Any] = {
        "crews": [a_crew("A"), a_crew("B")],
        "jobs": [
            a_job("far", (9000.0, 0.0), priority=3),
            a_job("near", (5000.0, 300.0), **({"priority": 1} | (urgent or {}))),
        ],
        "where": {"A": (5000.0, 0.0), "B": (0.0, 0.0)},
        "assignments": [an_assignment("far", "A", "en_route")],
    }
    return World(**(given | changes))


def planned(world: World, *, effort: Any = None) -> Decision:
    """Return what the planner decides, having it pass the gate."""
    situation = world.situation()
    decision = plan(situation, ROADS, effort=effort)
    assert list(faults_of(situation, ROADS, decision)) == []
    return decision


def test_a_crew_turns_around_and_another_takes_what_it_leaves() -> None:
    """A is there in half a minute instead of B in eight; B takes what A was on its way to."""
    decision = planned(a_world())
    assert who(decision) == {"near": "A", "far": "B"}
    assert decision.release == (ON_THE_WAY,)
    assert turned_for(a_world().situation(), decision) == {ON_THE_WAY: "near"}


@pytest.mark.parametrize("effort", [None, EFFORT])
def test_what_is_left_waits_or_comes_behind(effort: Any) -> None:
    """Without another crew, the plan layer has the same one go there afterwards."""
    decision = planned(a_world(crews=[a_crew("A")], where={"A": (5000.0, 0.0)}), effort=effort)
    assert who(decision)["near"] == "A"
    assert [visit.job_id for visit in decision.visits] == (["near"] if effort is None else ["near", "far"])
    assert why(decision) == ({"far": "all_busy"} if effort is None else {})
    assert decision.release == (ON_THE_WAY,)
    assert who(decision) == ({"near": "A"} if effort is None else {"near": "A", "far": "A"})


STAYING: dict[str, dict[str, Any]] = {
    "something less urgent": {"urgent": {"priority": 2}},
    "somebody else is as near": {"where": {"A": (5000.0, 0.0), "B": (5000.0, -700.0)}},
    "what it goes to is as urgent": {
        "jobs": [a_job("far", (9000.0, 0.0), priority=1), a_job("near", (5000.0, 300.0), priority=1)]
    },
    "it is there": {"assignments": [an_assignment("far", "A", "on_site")]},
    "a person sent it": {"assignments": [an_assignment("far", "A", "en_route", actor="ada")]},
    "it is pinned": {"assignments": [an_assignment("far", "A", "en_route", pinned=True)]},
    "nobody knows where it is": {
        "where": {"B": (0.0, 0.0)},
        "positions": [a_position("A", (5000.0, 0.0), age_s=1200.0)],
    },
    "it has refused": {"refusals": [("near", "A")]},
    "it lacks a skill": {
        "urgent": {"skills": frozenset({"gas"})},
        "crews": [a_crew("A"), a_crew("B", "gas")],
    },
}


@pytest.mark.parametrize("case", STAYING)
def test_nobody_else_turns_around(case: str) -> None:
    """Who is on its way stays so where there is not much to gain, or it is not the planner's to say."""
    decision = planned(a_world(**STAYING[case]), effort=EFFORT)
    assert decision.release == ()
    assert who(decision).get("near", "B") == "B"


def among_nearer(**changes: Any) -> World:
    """Return A with the skill for something urgent, and three crews that are nearer and lack it."""
    nearer = ["U1", "U2", "U3"]
    given: dict[str, Any] = {
        "crews": [a_crew("A", "gas"), *map(a_crew, nearer)],
        "jobs": [
            *(a_job(f"far-{crew_id}", (9000.0, 0.0), priority=4) for crew_id in ("A", *nearer)),
            a_job("near", (5000.0, 0.0), priority=1, skills=frozenset({"gas"})),
        ],
        "where": {"A": (4000.0, 0.0), **dict.fromkeys(nearer, (5000.0, 0.0))},
        "assignments": [
            an_assignment(f"far-{crew_id}", crew_id, "en_route", since=-1.0) for crew_id in ("A", *nearer)
        ],
    }
    return World(**(given | changes))


AMONG_NEARER: dict[str, dict[str, Any]] = {
    "they lack a skill": {},
    "they have refused": {
        "crews": [a_crew(crew_id, "gas") for crew_id in ("A", "U1", "U2", "U3")],
        "refusals": [("near", crew_id) for crew_id in ("U1", "U2", "U3")],
    },
    "their shifts end": {
        "crews": [a_crew(crew_id, "gas") for crew_id in ("A", "U1", "U2", "U3")],
        "shifts": [a_shift("A"), *(a_shift(crew_id, (-4, 0.1)) for crew_id in ("U1", "U2", "U3"))],
    },
}


@pytest.mark.parametrize("case", AMONG_NEARER)
def test_crews_that_may_not_have_it_hide_nobody_who_may(case: str) -> None:
    """Three crews on their way are nearer to the urgent job and cannot do it: A, farther away, turns."""
    assert who(planned(among_nearer(**AMONG_NEARER[case])))["near"] == "A"


def test_what_a_person_gave_to_another_crew_turns_nobody_around() -> None:
    """The urgent job is pinned to B: that a nearer crew drives past it is theirs to judge."""
    given = [an_assignment("far", "A", "en_route"), an_assignment("near", "B", actor="ada", pinned=True)]
    assert planned(a_world(assignments=given)).release == ()


def test_the_gate_lets_nobody_turn_around_for_less() -> None:
    """A decision that takes a crew from its way for anything but the highest priority is not sound."""
    situation = a_world().situation()
    decision = planned(a_world())
    assert turned_for(situation, decision) == {ON_THE_WAY: JobId("near")}
    less = {**situation.jobs, JobId("near"): replace(situation.jobs[JobId("near")], priority=2)}
    (fault,) = faults_of(replace(situation, jobs=less), ROADS, decision)
    assert fault.text == "crew A has set off for report r-far"
