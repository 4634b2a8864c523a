"""A plan made from nothing is offered where it saves enough, and only as long as it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import CrewId, JobId, Plan, Stop
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.budget import looks
from equipage.dispatch.what_if.offer import Offer, Worth, accepted, look_for_offer, stands
from equipage.dispatch.what_if.trial import carried_out
from tests.dispatch.planning.test_replanning import busy
from tests.dispatch.worlds import NOW, StraightRoads, World, a_crew, a_job, a_shift, an_assignment

ROADS = StraightRoads()


def a_bad_plan(count: int = 6, *, elsewhere: int = 0) -> Situation:
    """Return A with all jobs in a bad order, while B, at work beside it, has none.

    And C with so many jobs elsewhere that only C may do, each the work of two hours.
    """
    world = busy("A", "B", jobs=count)
    order = [f"j{k}" for k in (6, 1, 5, 2, 4, 3) if k <= count]
    made = [an_assignment(job_id, since=-4.0) for job_id in order]
    if elsewhere:
        far = [f"c{k}" for k in range(1, elsewhere + 1)]
        world.crews = [*world.crews, a_crew("C", "cables")]
        skilled = {"skills": frozenset({"cables"}), "duration_s": 7200}
        world.jobs = [*world.jobs, *(a_job(job_id, (0.0, 9000.0), **skilled) for job_id in far)]
        made += [an_assignment(job_id, "C", since=-4.0) for job_id in far]
        world.shifts = [a_shift(crew_id, (-1, 40)) for crew_id in "ABC"]
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
    assert offer.saves_s == saves_s > 0.1 * before.waiting_s


def test_what_saves_too_little_is_not_offered() -> None:
    """Nothing saves nine tenths."""
    assert looked_for(a_bad_plan(), share=0.9) is None


def test_a_queue_that_an_offer_leaves_alone_does_not_hide_what_it_saves() -> None:
    """C's ten jobs wait 90 hours in all, whoever has A's: a tenth of that nobody could save."""
    offer = looked_for(a_bad_plan(elsewhere=10))
    assert offer is not None
    assert offer.saves_s < 0.1 * offer.difference.before.waiting_s
    assert set(offer.before) == set(offer.after) == {"A", "B"}


def test_an_offer_stands_whatever_becomes_of_crews_that_it_leaves_alone() -> None:
    """One of C's jobs is over meanwhile: A and B are given what was offered, C keeps what it has."""
    situation = a_bad_plan(elsewhere=2)
    offer = looked_for(situation)
    assert offer is not None
    fewer = {a.id: a for a in situation.assignments.values() if a.job_id != "c1"}
    jobs = {job.id: job for job in situation.jobs.values() if job.id != "c1"}
    later = replace(situation, assignments=fewer, jobs=jobs)
    assert stands(offer, later)
    after = carried_out(later, accepted(offer, later, ROADS))
    assert {c: tuple(a.job_id for a in after.planned_of(c)) for c in offer.after} == offer.after
    assert [a.job_id for a in after.planned_of(CrewId("C"))] == ["c2"]


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
