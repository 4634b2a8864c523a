"""What it costs to leave an area: by how much the next crew is farther, times what is expected there."""

from __future__ import annotations

from typing import Any

import pytest

from equipage.dispatch.cost import PRIORITY_WEIGHT
from equipage.dispatch.model import Report
from equipage.dispatch.planning.planner import decide
from equipage.dispatch.planning.reserve import FARTHEST_S, leaving_costs
from equipage.dispatch.prospects import look_ahead
from tests.dispatch.deciding import NEAREST, decided, who
from tests.dispatch.worlds import Place, StraightRoads, World, a_crew, a_job, a_report, a_service, at

HOURS = 2
SIX_MINUTES_S = 360.0


def reported(place: Place, count: int = 1, **changes: Any) -> list[Report]:
    """Return reports at a place, the oldest two hours ago."""
    job = a_job("past", place)
    return [a_report(job, requested_at=at(-60 * HOURS), **changes) for _ in range(count)]


def three_crews(**changes: Any) -> World:
    """Return A on the square, B 3,000 m east of it, C 9,000 m east, and a job between A and B."""
    given: dict[str, Any] = {
        "crews": [a_crew("A"), a_crew("B"), a_crew("C")],
        "where": {"A": (0.0, 0.0), "B": (3000.0, 0.0), "C": (9000.0, 0.0)},
        "jobs": [a_job("j1", (1000.0, 0.0))],
    }
    return World(**(given | changes))


def costs(world: World) -> list[float]:
    """Return what sending each crew would cost."""
    situation, roads = world.situation(), StraightRoads()
    jobs = [job for job in situation.jobs.values() if situation.holder_of(job.id) is None]
    outlook = look_ahead(situation, roads, jobs=jobs, crew_ids=sorted(situation.crews))
    return [float(cost) for cost in leaving_costs(situation, roads, outlook, left_for_s=SIX_MINUTES_S)]


def given(world: World) -> dict[str, str]:
    """Return who gets which job where leaving is priced."""
    return who(decide(world.situation(), StraightRoads(), left_for_s=SIX_MINUTES_S))


def test_the_crew_nearest_to_what_is_expected_has_the_price_of_the_next_one_being_farther() -> None:
    """Reports at A's place: B is 300 s farther. Four P3 in two hours are 0.2 in six minutes, weight 2."""
    found = costs(three_crews(recent=reported((0.0, 0.0), 4)))
    assert found == pytest.approx([4 * 360 / 7200 * 300 * PRIORITY_WEIGHT[3], 0, 0])


def test_only_crews_with_the_skills_cover_an_area() -> None:
    """A and C have the skill of what is reported at A's place: not B, but C is next, 900 s away."""
    gas = a_service("gas", skills=frozenset({"gas"}))
    world = three_crews(recent=reported((0.0, 0.0), service_code=gas.code), services=[gas])
    world.crews = [a_crew("A", "gas"), a_crew("B"), a_crew("C", "gas")]
    assert costs(world) == pytest.approx([360 / 7200 * 900 * 2, 0, 0])
    world.crews = [a_crew("A", "gas"), a_crew("B"), a_crew("C")]
    assert costs(world) == pytest.approx([360 / 7200 * FARTHEST_S * 2, 0, 0])


def test_nothing_is_held_in_reserve_where_there_are_as_many_jobs_as_idle_crews() -> None:
    """Three jobs and three crews: whoever goes, nobody is left."""
    jobs = [a_job(f"j{i}", (1000.0 * i, 0.0)) for i in range(3)]
    assert costs(three_crews(recent=reported((0.0, 0.0), 4), jobs=jobs)) == [0, 0, 0]


def test_without_reports_or_crews_nothing_costs_anything() -> None:
    """Nothing was reported lately; and there is nobody."""
    assert costs(three_crews()) == [0, 0, 0]
    assert costs(World(jobs=[a_job()], recent=reported((0.0, 0.0)))) == []


def test_a_crew_stays_where_much_is_expected_when_another_is_hardly_farther() -> None:
    """A is 100 s from the job and B 200 s. At A's place 20 reports came in two hours, so that B goes."""
    recent = reported((0.0, 0.0), 20)
    assert given(three_crews()) == {"j1": "A"}
    assert given(three_crews(recent=recent)) == {"j1": "B"}


def test_the_planner_prices_no_leaving_unless_it_is_asked_to() -> None:
    """It did not pay on replayed days: the nearer A goes."""
    assert who(decided(three_crews(recent=reported((0.0, 0.0), 20)))) == {"j1": "A"}


def test_a_service_of_the_nearest_crew_has_the_nearest() -> None:
    """Its policy asks nothing else."""
    world = three_crews(recent=reported((0.0, 0.0), 20), services=[NEAREST])
    assert given(world) == {"j1": "A"}
