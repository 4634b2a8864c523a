"""Whom to send, ranked, with reasons; and why not the others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.dispatch.cost import LATE_FACTOR, PRIORITY_WEIGHT
from equipage.dispatch.model import JobId
from equipage.dispatch.planning.planner import decide
from equipage.dispatch.planning.suggest import Suggestion, Suggestions, suggest
from equipage.dispatch.status import Mode, Policy
from equipage.dispatch.wording import bound_s, duration_in_words, skills_in_words
from tests.dispatch.worlds import (
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_position,
    a_report,
    a_service,
    a_shift,
    an_assignment,
    at,
)


def suggested(world: World, *, job_id: str = "j1", river_x: float | None = None) -> Suggestions:
    """Return the suggestions for a job of the world."""
    situation = world.situation()
    return suggest(situation, StraightRoads(river_x=river_x), situation.jobs[JobId(job_id)])


def texts(suggestion: Suggestion) -> list[str]:
    """Return what is said for and against a crew."""
    return [reason.text for reason in suggestion.reasons]


def first(world: World) -> Suggestion:
    """Return the best suggestion."""
    return suggested(world).suggestions[0]


def test_crews_are_ranked_by_when_they_would_be_there() -> None:
    """B is 300 s away, A 600 s, C free in 1,508 s and then 100 s away."""
    world = World(
        crews=[a_crew("A"), a_crew("B"), a_crew("C")],
        jobs=[a_job(), a_job("j2", (0.0, 0.0))],
        where={"A": (7000.0, 0.0), "B": (4000.0, 0.0), "C": (0.0, 0.0)},
        assignments=[an_assignment("j2", "C", "on_site")],
    )
    found = suggested(world)
    assert [(s.rank, s.crew_id) for s in found.suggestions] == [(1, "B"), (2, "A"), (3, "C")]
    assert [(s.eta - NOW).total_seconds() for s in found.suggestions] == [300, 600, 1608]
    assert found.why_not == ()
    assert texts(found.suggestions[0]) == ["5 min by road", "in time, with 1 h 55 min to spare"]
    assert texts(found.suggestions[2]) == [
        "nearest: 2 min by road",
        "free in 25 min, after report r-j2",
        "it may take 16 min longer to be free",
        "in time, with 1 h 33 min to spare",
    ]


def test_the_cost_is_what_the_planner_counts() -> None:
    """P3 counts twice: 2 x 300 s; due in 100 s, the 200 s of lateness count three times more."""
    world = World(crews=[a_crew()], jobs=[a_job(place=(3000.0, 0.0))])
    assert first(world).cost == 2 * 300 == PRIORITY_WEIGHT[3] * 300
    world.jobs = [a_job(place=(3000.0, 0.0), due_at=at(100 / 60))]
    assert first(world).cost == 2 * (300 + LATE_FACTOR * 200)


def test_the_interval_is_that_of_an_eta() -> None:
    """300 s from a live position: 240 s to 465 s."""
    world = World(crews=[a_crew()], jobs=[a_job(place=(3000.0, 0.0))], where={"A": (0.0, 0.0)})
    best = first(world)
    assert (best.earliest, best.eta, best.latest) == (at(4), at(5), at(7.75))


def test_skills_and_lateness_are_named() -> None:
    """The job needs two skills and was due in a minute; the crew has them and is 5 minutes away."""
    job = a_job(place=(3000.0, 0.0), skills=frozenset({"lift", "gas"}), due_at=at(1))
    best = first(World(crews=[a_crew("A", "gas", "lift", "saw")], jobs=[job], where={"A": (0.0, 0.0)}))
    assert texts(best) == ["nearest: 5 min by road", "has the skills gas, lift", "late by 4 min"]
    assert [reason.code for reason in best.reasons] == ["nearest", "skills", "late"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"positions": [a_position("A", (0.0, 0.0), age_s=1500)]}, "its position is 25 min old"),
        ({}, "no position yet: taken to be at its depot"),
        (
            {"where": {"A": (0.0, 0.0)}, "shifts": [a_shift(breaks=[(-5, 10)])]},
            "free in 10 min, after its break",
        ),
    ],
)
def test_what_makes_an_eta_less_sure_is_named(changes: dict[str, Any], expected: str) -> None:
    """An old position, none at all, or a break that has to end first."""
    assert expected in texts(first(World(crews=[a_crew()], jobs=[a_job()], **changes)))


def test_planned_work_is_called_planned_work() -> None:
    """What a crew does first is named as people know it."""
    world = World(
        crews=[a_crew()],
        jobs=[a_job(), a_planned_job("p1", (0.0, 0.0))],
        assignments=[an_assignment("p1", status="on_site", report_id=None)],
        where={"A": (0.0, 0.0)},
    )
    assert "free in 25 min, after planned work w-p1" in texts(first(world))


def test_everybody_who_may_not_go_is_named_with_the_reason() -> None:
    """Six crews with six different obstacles, by id, and one that may go."""
    world = World(
        crews=[
            a_crew("A", "gas", paused_since=at(-1)),
            a_crew("B"),
            a_crew("C", "gas"),
            a_crew("D", "gas"),
            a_crew("E", "gas"),
            a_crew("F", "gas"),
            a_crew("G", "gas"),
        ],
        jobs=[a_job(skills=frozenset({"gas"})), a_job("j2")],
        shifts=[a_shift(c) for c in "ABCF"] + [a_shift("D", absent=True), a_shift("E", (1, 9)), a_shift("G")],
        refusals={("j1", "C")},
        where={"F": (90_000.0, 0.0)},
    )
    found = suggested(world, river_x=50_000.0)
    assert [s.crew_id for s in found.suggestions] == ["G"]
    assert [(w.crew_id, w.reason.code) for w in found.why_not] == [
        ("A", "paused"),
        ("B", "missing_skills"),
        ("C", "has_refused"),
        ("D", "absent"),
        ("E", "off_shift"),
        ("F", "unreachable"),
    ]


@pytest.mark.parametrize(
    ("status", "seconds", "said"),
    [
        ("planned", 400.0, "has it planned already"),
        ("en_route", 400.0, "is on its way there already"),
        ("on_site", -300.0, "is there already"),
    ],
)
def test_the_crew_that_has_it_is_marked_and_keeps_its_true_eta(
    status: str, seconds: float, said: str
) -> None:
    """The holder is ranked among the others, with the ETA that everybody else is told."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job()],
        assignments=[an_assignment(status=status)],
        where={"A": (5000.0, 0.0), "B": (9000.0, 0.0)},
    )
    found = suggested(world)
    best = found.suggestions[0]
    assert (best.crew_id, (best.eta - NOW).total_seconds()) == ("A", seconds)
    assert texts(best)[0] == said
    assert [s.crew_id for s in found.suggestions] == ["A", "B"]


def test_a_crew_on_site_is_not_told_how_far_it_is() -> None:
    """It is there: what counts is only whether it came in time."""
    world = World(crews=[a_crew()], jobs=[a_job()], assignments=[an_assignment(status="on_site")])
    assert texts(first(world)) == ["is there already", "in time, with 2 h 5 min to spare"]


def test_the_holder_is_not_put_behind_what_is_planned_after_the_job() -> None:
    """A drives to j1 and has j2 planned behind: for j1 it is 100 s away, for j2 behind j1."""
    world = World(
        crews=[a_crew()],
        jobs=[a_job(), a_job("j2", (2000.0, 0.0))],
        assignments=[an_assignment(status="en_route"), an_assignment("j2")],
        where={"A": (0.0, 0.0)},
    )
    assert (first(world).eta - NOW).total_seconds() == 100
    (behind,) = suggested(world, job_id="j2").suggestions
    assert (behind.eta - NOW).total_seconds() == 100 + 1800 + 100


def test_a_crew_goes_before_what_else_it_has_planned() -> None:
    """As it does when it is given the job: 100 s away, two others later; behind the first that is pinned."""
    world = World(
        crews=[a_crew()],
        jobs=[a_job(), a_job("j2", (2000.0, 0.0)), a_job("j3", (3000.0, 0.0))],
        assignments=[an_assignment("j2", since=-9), an_assignment("j3")],
        where={"A": (0.0, 0.0)},
    )
    assert (first(world).eta - NOW).total_seconds() == 100
    assert "before what else it has planned (2)" in texts(first(world))
    world.assignments = [an_assignment("j2", since=-9, pinned=True), an_assignment("j3")]
    assert (first(world).eta - NOW).total_seconds() == 200 + 1800 + 100
    assert "before what else it has planned (1)" in texts(first(world))


def test_the_holder_without_a_way_is_named_as_such() -> None:
    """The bridge is gone since: the crew that has the job cannot get there."""
    world = World(
        crews=[a_crew()],
        jobs=[a_job()],
        assignments=[an_assignment(status="en_route")],
        where={"A": (0.0, 0.0)},
    )
    found = suggested(world, river_x=500.0)
    assert found.suggestions == ()
    assert [(w.crew_id, w.reason.code) for w in found.why_not] == [("A", "unreachable")]


def test_held_suggested_and_later_jobs_have_suggestions() -> None:
    """What the planner leaves to a dispatcher is what a dispatcher asks about."""
    job = a_planned_job("p1", earliest=at(300))
    assert (
        len(
            suggested(
                World(crews=[a_crew()], jobs=[job], shifts=[a_shift("A", (-1, 9))]), job_id="p1"
            ).suggestions
        )
        == 1
    )
    tree = a_job(service_code=a_service("tree").code)
    world = World(
        crews=[a_crew()],
        jobs=[tree],
        services=[a_service("tree", mode=Mode.SUGGEST)],
        reports=[a_report(tree, held_until=at(5))],
    )
    assert len(suggested(world).suggestions) == 1


def test_without_crews_there_is_nothing_to_suggest() -> None:
    """No crew: nobody ranked, nobody excused."""
    assert suggested(World(jobs=[a_job()])) == Suggestions(as_of=NOW, suggestions=(), why_not=())


@given(
    xs=st.lists(st.floats(-30_000, 30_000), min_size=1, max_size=6),
    policy=st.sampled_from(list(Policy)),
    since=st.floats(-29, -12),
)
@settings(max_examples=60, deadline=None)
def test_the_planner_sends_the_crew_that_is_suggested_first(
    xs: list[float], policy: Policy, since: float
) -> None:
    """For a single report both ways of deciding agree with the ranking; the last crew is soon free."""
    names = [f"c{i}" for i in range(len(xs))]
    world = World(
        crews=[a_crew(name) for name in names],
        jobs=[a_job(), a_job("j2", (500.0, 0.0), earliest=at(-60))],
        assignments=[an_assignment("j2", names[-1], "on_site", since=since)],
        where={name: (x, 0.0) for name, x in zip(names, xs, strict=True)},
        services=[a_service(policy=policy)],
    )
    (choice,) = decide(world.situation(), StraightRoads()).assign
    cost = {suggestion.crew_id: suggestion.cost for suggestion in suggested(world).suggestions}
    assert cost[choice.crew_id] == pytest.approx(min(cost.values()), abs=4)


def test_every_crew_is_either_ranked_or_excused() -> None:
    """Whatever its state, a crew is named once, and ranks count from one without a gap."""
    world = World(
        crews=[a_crew(f"c{i}", *(["gas"] if i % 2 else [])) for i in range(20)],
        jobs=[a_job(skills=frozenset({"gas"}))],
    )
    found = suggested(world)
    named = [s.crew_id for s in found.suggestions] + [w.crew_id for w in found.why_not]
    assert sorted(named) == sorted(f"c{i}" for i in range(20))
    assert [s.rank for s in found.suggestions] == list(range(1, 11))
    costs = [(s.cost, s.crew_id) for s in found.suggestions]
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "under a minute"),
        (59.9, "under a minute"),
        (60, "1 min"),
        (89, "1 min"),
        (91, "2 min"),
        (3569, "59 min"),
        (3599, "1 h"),
        (4800, "1 h 20 min"),
        (172_799, "48 h"),
        (172_800, "2 days"),
        (2_592_000, "30 days"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    """Minutes, hours with minutes, days."""
    assert duration_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "5 min"),
        (300, "5 min"),
        (301, "10 min"),
        (3600, "1 h"),
        (3601, "2 h"),
        (172_800, "2 days"),
        (172_801, "3 days"),
    ],
)
def test_bounds_are_round_and_never_too_short(seconds: float, words: str) -> None:
    """Rounded up, so that what is announced holds and does not change every minute."""
    assert duration_in_words(bound_s(seconds)) == words


def test_skills_are_said_by_name() -> None:
    """One in the singular, several in order."""
    assert skills_in_words({"gas"}) == "the skill gas"
    assert skills_in_words({"lift", "gas"}) == "the skills gas, lift"


def test_a_crew_that_is_not_heard_of_comes_behind_all_others() -> None:
    """It stands at the depot beside the job, as far as anybody knows, but may not hear of it."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j1", (100.0, 0.0))],
        where={"B": (9000.0, 0.0)},
        tracked=["A", "B"],
    )
    found = suggest(world.situation(), StraightRoads(), world.situation().jobs[JobId("j1")])
    assert [each.crew_id for each in found.suggestions] == ["B", "A"]
