"""When another plan is news, and to which crews."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipage.dispatch.model import AssignmentId, CrewId, JobId, Plan, Stop
from equipage.dispatch.plans import changed_crews, is_news
from tests.dispatch.worlds import at


def stops(crew_id: str = "A", count: int = 3, *, later_min: float = 0.0) -> list[Stop]:
    """Return the stops of a crew, half an hour apart, all so many minutes later."""
    return [
        Stop(
            crew_id=CrewId(crew_id),
            position=place,
            job_id=JobId(f"{crew_id}{place}"),
            assignment_id=AssignmentId(f"a{crew_id}{place}"),
            arrival=at(30 * place + later_min),
            departure=at(30 * place + 20 + later_min),
        )
        for place in range(1, count + 1)
    ]


@pytest.mark.parametrize(("later_min", "news"), [(0.9, 0), (1.1, 1), (2.1, 2), (3.1, 3)])
def test_the_farther_along_a_route_the_more_a_time_must_move(later_min: float, news: int) -> None:
    """A minute is news of the first stop, two of the second, three of the third."""
    before, after = stops(), stops(later_min=later_min)
    pairs = zip(after, before, strict=True)
    assert sum(is_news([one], [other]) for one, other in pairs) == news


def test_the_crews_of_other_routes_hear_nothing() -> None:
    """One has lost a stop, one has another first, one is new, one is gone, one is as it was."""
    first, second, third = stops("B")
    swapped = [replace(second, position=1), replace(first, position=2), third]
    before = Plan(version=1, stops=(*stops("A"), first, second, third, *stops("C"), *stops("D")))
    after = Plan(version=2, stops=(*stops("A", 2), *swapped, *stops("C"), *stops("E")))
    assert changed_crews(before, after) == {"A", "B", "D", "E"}
