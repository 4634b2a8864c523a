"""Why a report is where it is in the plan: in words whose facts are checked by removing what they name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipage.dispatch.cost import PRIORITY_WEIGHT
from equipage.dispatch.explanation.explained import Explained, Part, Standing
from equipage.dispatch.explanation.explaining import explain_report
from equipage.dispatch.model import JobId
from equipage.dispatch.status import Mode
from equipage.dispatch.travel import TravelTimes
from tests.dispatch.planning.test_reserve import SIX_MINUTES_S, reported, three_crews
from tests.dispatch.worlds import (
    EDGE_OF_THE_PLAIN_M,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_report,
    a_service,
    a_shift,
    an_assignment,
    at,
)


def explained(
    world: World, *, job_id: str = "j1", roads: TravelTimes | None = None, left_for_s: float = 0.0
) -> Explained:
    """Return the explanation of a job of the world."""
    situation = world.situation()
    job = situation.jobs[JobId(job_id)]
    return explain_report(situation, roads or StraightRoads(), job, left_for_s=left_for_s)


def told(of: Explained) -> list[str]:
    """Return why it has its crew or waits, as codes."""
    return [reason.code for reason in of.reasons]


def kept(of: Explained) -> dict[str, str]:
    """Return what keeps each crew, in English."""
    return {each.crew_id: each.reason.text for each in of.why_not}


def helps(of: Explained) -> list[list[str]]:
    """Return what would help, in English."""
    return [[reason.text for reason in each.reasons] for each in of.would_help]


def two_crews() -> World:
    """Return A five minutes from the job, which it has, and B ten."""
    return World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job(place=(3000.0, 0.0))],
        where={"A": (0.0, 0.0), "B": (9000.0, 0.0)},
        assignments=[an_assignment("j1", "A")],
    )


def test_the_crew_is_the_best_and_the_next_would_be_later() -> None:
    """A drives 3 km in 300 s, B 6 km in 600 s: five minutes more driving, five minutes later."""
    found = explained(two_crews())
    assert (found.standing, found.crew_id, found.begins_at) == (Standing.PLANNED, "A", at(5))
    assert told(found) == ["best_for_all"]
    (other,) = found.others
    assert (other.crew_id, other.begins_at) == ("B", at(10))
    assert [reason.text for reason in other.reasons] == ["there 5 min later", "+5 min of driving"]
    assert other.more > 0
    assert found.would_help == ()


def test_the_cost_is_split_into_minutes() -> None:
    """300 s of driving; 300 s of waiting at priority 3, which counts twice; and what A was told stays."""
    shares = {share.part: share for share in explained(two_crews()).shares}
    assert (shares[Part.TRAVEL].cost, shares[Part.WAITING].cost) == (300.0, 600.0)
    assert [reason.text for reason in shares[Part.TRAVEL].reasons] == ["5 min of driving"]
    assert [reason.text for reason in shares[Part.WAITING].reasons] == ["reached in 5 min"]
    assert [reason.code for reason in shares[Part.STABILITY].reasons] == ["told_next"]


def test_whose_lateness_another_crew_would_bring_is_named() -> None:
    """B is to work here until 30 and be at j2 at 40; with j1 on the way it is there at 70, 25 min late."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[
            a_job("j0", (0.0, 0.0)),
            a_job("j1", (3000.0, 0.0), priority=1),
            a_job("j2", (6000.0, 0.0), due_at=at(45)),
        ],
        where={"A": (-3000.0, 0.0), "B": (0.0, 0.0)},
        assignments=[
            an_assignment("j0", "B", "on_site", since=0),
            an_assignment("j1", "A"),
            an_assignment("j2", "B"),
        ],
    )
    (other,) = explained(world).others
    assert [reason.text for reason in other.reasons] == [
        "there 25 min later",
        "10 min less driving",
        "makes report r-j2 late by 25 min",
        "other jobs begin 5 min later in all",
        "changes what the crew is to do next",
    ]


def test_every_crew_that_cannot_go_is_told_why_by_the_code_that_dispatchers_know() -> None:
    """Skill, refusal, no shift, absence, pause, silence and the end of a shift: each by its own code."""
    world = World(
        crews=[
            a_crew("unskilled"),
            a_crew("unwilling", "gas"),
            a_crew("off", "gas"),
            a_crew("absent", "gas"),
            a_crew("paused", "gas", paused_since=at(-1)),
            a_crew("silent", "gas"),
            a_crew("ending", "gas"),
        ],
        jobs=[a_job(skills=frozenset({"gas"}))],
        shifts=[
            *(a_shift(each) for each in ("unskilled", "unwilling", "paused", "silent")),
            a_shift("absent", absent=True),
            a_shift("ending", (-4, 0.1)),
        ],
        refusals=[("j1", "unwilling")],
        tracked=["silent"],
    )
    found = explained(world)
    assert {each.crew_id: each.reason.code for each in found.why_not} == {
        "unskilled": "missing_skills",
        "unwilling": "has_refused",
        "off": "off_shift",
        "absent": "absent",
        "paused": "paused",
        "silent": "no_signal",
        "ending": "shift_ends_before",
    }
    # 100 s of driving and 30 min of work, in a shift of six minutes more
    assert kept(found)["ending"] == "would finish 26 min after its shift"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"shifts": [a_shift("A", (-4, 0.1))]}, ["crew A works 26 min overtime"]),
        ({"refusals": [("j1", "A")]}, ["crew A takes back its refusal"]),
        ({"crews": [], "shifts": []}, ["one more crew from Square, 2 min by road"]),
    ],
)
def test_what_would_help_is_the_least(changes: dict[str, object], expected: list[str]) -> None:
    """A lone crew a minute and forty seconds away that one thing keeps from the job, or nobody at all."""
    given = {"crews": [a_crew("A")], "jobs": [a_job()], "where": {"A": (0.0, 0.0)}} | changes
    found = explained(World(**given))  # type: ignore[arg-type]
    assert found.standing is Standing.WAITING
    assert helps(found) == [expected]


def test_a_place_without_a_road_has_to_be_moved() -> None:
    """No crew can come there, each for that, and moving it helps."""
    found = explained(World(crews=[a_crew()], jobs=[a_job(place=(2 * EDGE_OF_THE_PLAIN_M, 0.0))]))
    assert kept(found) == {"A": "it is too far from any road"}
    assert helps(found) == [["its place is moved onto a road"]]


def test_a_paused_crew_could_come_back() -> None:
    """Beside one more crew, the one that is paused is named."""
    found = explained(World(crews=[a_crew(paused_since=at(-5))], jobs=[a_job()]))
    assert helps(found)[-1] == ["crew A comes back to work"]


def test_a_late_report_is_told_what_would_make_it_punctual() -> None:
    """Due in 3 min, the only crew is 5 min away: it would have to be due 2 min later."""
    world = two_crews()
    world.crews, world.jobs = [a_crew("A")], [a_job(place=(3000.0, 0.0), due_at=at(3))]
    found = explained(world)
    assert found.late_s == 120
    assert helps(found) == [["it is due 2 min later"]]


def test_a_pin_against_the_planner_says_whom_it_would_send_and_what_that_costs() -> None:
    """B is pinned though A is nearer by five minutes."""
    world = two_crews()
    world.assignments = [an_assignment("j1", "B", pinned=True, actor="key-1")]
    found = explained(world)
    assert [reason.text for reason in found.reasons] == [
        "pinned to this crew by a dispatcher",
        "the planner would send crew A",
    ]
    (pin,) = [share for share in found.shares if share.part is Part.PIN]
    assert pin.cost == -found.others[0].more > 0


def test_a_crew_sent_although_it_may_not_is_told_so() -> None:
    """A lacks the skill, as B does; a person chose it all the same."""
    world = two_crews()
    world.jobs = [a_job(place=(3000.0, 0.0), skills=frozenset({"gas"}))]
    world.assignments = [an_assignment("j1", "A", pinned=True, actor="key-1")]
    assert told(explained(world)) == ["pinned", "missing_skills"]


def test_a_crew_under_way_is_compared_as_if_it_had_not_set_off() -> None:
    """A has set off from where it is; B would be there five minutes later."""
    world = two_crews()
    world.assignments = [an_assignment("j1", "A", "en_route")]
    found = explained(world)
    assert (found.standing, told(found)) == (Standing.UNDER_WAY, ["under_way", "best_for_all"])
    assert [other.crew_id for other in found.others] == ["B"]


def test_at_the_place_nothing_is_compared() -> None:
    """The crew is there: other crews are no question any more."""
    world = two_crews()
    world.assignments = [an_assignment("j1", "A", "on_site")]
    found = explained(world)
    assert (found.standing, told(found), found.others) == (Standing.THERE, ["there"], ())


def test_a_held_report_waits_for_whoever_takes_the_call() -> None:
    """Its crew could be sent at once; until then the call is in the way."""
    world = two_crews()
    (job,) = world.jobs
    world.assignments, world.reports = [], [a_report(job, held_until=at(3))]
    found = explained(world)
    assert (told(found), helps(found)[0]) == (["held"], ["whoever takes the call lets go of it"])
    assert helps(found)[1] == ["a dispatcher gives it to crew A, which is free to have it"]


def test_a_report_left_to_a_dispatcher_is_told_who_could_go() -> None:
    """The service is only suggested: both crews could, A is nearer."""
    world = two_crews()
    world.assignments, world.services = [], [a_service(mode=Mode.SUGGEST)]
    found = explained(world)
    assert told(found) == ["awaiting_decision"]
    assert [other.crew_id for other in found.others] == ["A", "B"]
    assert [reason.text for reason in found.others[0].reasons] == ["reached in 5 min", "5 min of driving"]


def test_what_came_in_between_is_named_with_the_delay_it_brings() -> None:
    """A was to be there in 5 min; j2, given to it since, takes 30 min of work on the way."""
    world = two_crews()
    world.jobs = [*world.jobs, a_job("j2", (0.0, 0.0))]
    first = an_assignment("j1", "A", promised_at=at(5), since=-5)
    second = an_assignment("j2", "A", "on_site", since=0)
    world.assignments = [first, second]
    found = explained(world)
    assert [reason.text for reason in found.delays] == [
        "30 min later than was told when the crew was chosen",
        "report r-j2 came in between: 30 min",
    ]


def test_a_crew_that_works_on_longer_than_thought_is_said_to_be_held_up() -> None:
    """A was to be there in 5 min, and still has half an hour of work that it had before."""
    world = two_crews()
    world.jobs = [*world.jobs, a_job("j2", (0.0, 0.0))]
    world.assignments = [
        an_assignment("j1", "A", promised_at=at(5), since=-5),
        an_assignment("j2", "A", "on_site", since=0, created_at=at(-30)),
    ]
    assert [reason.text for reason in explained(world).delays] == [
        "30 min later than was told when the crew was chosen",
        "its crew is still busy with report r-j2",
    ]


def test_an_area_that_is_left_is_part_of_the_cost() -> None:
    """A has the job and leaves where four were reported; the next idle crew is 300 s farther from there.

    It is what the crew is chosen by: B would cost so much less, and another crew beside A takes it away.
    """
    world = three_crews(assignments=[an_assignment("j1", "A")], recent=reported((0.0, 0.0), 4))
    by_crew = {each.crew_id: each.more for each in explained(world).others}
    found = explained(world, left_for_s=SIX_MINUTES_S)
    (share,) = (each for each in found.shares if each.part is Part.COVERAGE)
    assert share.cost == pytest.approx(4 * 360 / 7200 * 300 * PRIORITY_WEIGHT[3])
    assert [reason.text for reason in share.reasons] == [
        "the area that it leaves has no other idle crew as near"
    ]
    assert {each.crew_id: each.more for each in found.others} == pytest.approx(
        {crew_id: more - share.cost for crew_id, more in by_crew.items()}
    )
    beside = replace(world, crews=[*world.crews, a_crew("D")], where={**(world.where or {}), "D": (0.0, 0.0)})
    for other in (explained(world), explained(beside, left_for_s=SIX_MINUTES_S)):
        assert Part.COVERAGE not in {each.part for each in other.shares}


def test_another_crew_that_would_leave_an_area_is_told_to() -> None:
    """B has the job. A is nearer, and would leave where much is reported: it would cost more by that."""
    world = three_crews(assignments=[an_assignment("j1", "B")], recent=reported((0.0, 0.0), 4))
    more = {str(each.crew_id): each.more for each in explained(world).others}
    (other,) = (each for each in explained(world, left_for_s=SIX_MINUTES_S).others if each.crew_id == "A")
    assert "leaves_area" in {reason.code for reason in other.reasons}
    assert other.more == pytest.approx(more["A"] + 4 * 360 / 7200 * 300 * PRIORITY_WEIGHT[3])
