"""A plan made from nothing is offered where it saves enough, and only as long as it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import JobId, Plan, Stop
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.budget import looks
from equipage.dispatch.what_if.offer import Offer, Worth, accepted, look_for_offer, stands
from equipage.dispatch.what_if.trial import carried_out
from tests.dispatch.planning.test_replanning import busy
from tests.dispatch.worlds import NOW, StraightRoads, World, an_assignment

ROADS = StraightRoads()


def a_bad_plan(count: int = 6) -> Situation:
    """Return A with all jobs in a bad order, while B, at work beside it, has none."""
    world = busy("A", "B", jobs=count)
    order = [f"j{k}" for k in (6, 1, 5, 2, 4, 3) if k <= count]
    made = [an_assignment(job_id, since=-4.0) for job_id in order]
    world.assignments = [*world.assignments, *made]
    stops = [
        Stop(
            crew_id=each.crew_id,
            position=position,
            job_id=each.job_id,
            assignment_id=each.id,
            arrival=NOW,
            departure=NOW,
        )
        for position, each in enumerate(made, start=2)
    ]
    world.plan = Plan(version=7, stops=tuple(stops))
    return world.situation()


def looked_for(situation: Situation, *, share: float = 0.1) -> Offer | None:
    """Return what is offered."""
    worth = Worth(share=share, seconds=900.0)
    return look_for_offer(situation, ROADS, engine="own", budget=looks(60), worth=worth)


def test_a_much_better_plan_is_offered_with_what_it_saves() -> None:
    """B takes some of the jobs and A drives them in order: less driving and waiting, in figures."""
    offer = looked_for(a_bad_plan())
    assert offer is not None
    assert offer.plan_version == 7
    assert {len(order) for order in offer.after.values()} == {3}
    before, after = offer.difference.before, offer.difference.after
    saves_s = before.driving_s + before.waiting_s - after.driving_s - after.waiting_s
    assert offer.saves_s == saves_s > 0.1 * (before.driving_s + before.waiting_s)


def test_what_saves_too_little_is_not_offered() -> None:
    """Nothing saves nine tenths."""
    assert looked_for(a_bad_plan(), share=0.9) is None


def test_pins_stay_where_they_are_in_an_offer() -> None:
    """All are pinned: there is nothing to offer."""
    situation = a_bad_plan()
    pinned = {a.id: replace(a, pinned=True) for a in situation.assignments.values()}
    assert looked_for(replace(situation, assignments=pinned)) is None


def test_an_accepted_offer_is_the_plan() -> None:
    """Carried out, the crews have what the offer says, and everybody has a crew."""
    situation = a_bad_plan()
    offer = looked_for(situation)
    assert offer is not None
    after = carried_out(situation, accepted(offer, situation, ROADS))
    for crew_id, order in offer.after.items():
        assert tuple(a.job_id for a in after.planned_of(crew_id)) == order
    assert all(after.holder_of(JobId(f"j{k}")) for k in range(1, 7))


def test_an_offer_falls_with_the_plan_that_it_betters() -> None:
    """One job is released meanwhile: the offer does not stand, and accepting it changes nothing."""
    situation = a_bad_plan()
    offer = looked_for(situation)
    assert offer is not None
    assert stands(offer, situation)
    fewer = {a.id: a for a in situation.assignments.values() if a.job_id != "j3"}
    changed = replace(situation, assignments=fewer)
    assert not stands(offer, changed)
    with pytest.raises(ConflictError, match="the plan has changed"):
        accepted(offer, changed, ROADS)


def test_without_crews_there_is_nothing_to_offer() -> None:
    """An empty city."""
    assert looked_for(World().situation()) is None
