"""Where idle crews wait: nearer to what is expected, and no farther than that is worth."""

from __future__ import annotations

import pytest

from equipage.dispatch.model import Report, Standby
from equipage.dispatch.planning.standby import LEAST_SAVED_S, MOVES_AT_ONCE, same_hours, standbys
from tests.dispatch.worlds import (
    NOW,
    Place,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_position,
    a_report,
    a_service,
    a_shift,
    a_standby,
    an_assignment,
    at,
    lonlat,
)

EAST, WEST = (3000.0, 0.0), (-3000.0, 0.0)


def reported(place: Place, count: int = 1, code: str = "pothole") -> list[Report]:
    """Return reports at a place, of the day before."""
    job = a_job("past", place)
    return [a_report(job, service_code=a_service(code).code) for _ in range(count)]


def told(world: World, roads: StraightRoads | None = None) -> dict[str, Standby]:
    """Return who is to wait where."""
    found = standbys(world.situation(), roads or StraightRoads())
    return {str(crew_id): standby for crew_id, standby in found.items()}


def two_crews(**changes: object) -> World:
    """Return two crews on the square, and reports that came from the east and the west alike."""
    given = {"crews": [a_crew("A"), a_crew("B")], "recent": [*reported(EAST), *reported(WEST)]}
    return World(**(given | changes))  # type: ignore[arg-type]


def test_a_crew_waits_where_the_average_report_is_reached_soonest() -> None:
    """300 s east is half of the reports: there they are reached at once, on average 150 s sooner."""
    found = told(two_crews())
    assert found["A"] == Standby(
        crew_id=a_crew("A").id,
        lon=lonlat(EAST)[0],
        lat=lonlat(EAST)[1],
        since=NOW,
        actor="planner",
        drive_s=300,
        saves_s=150.0,
    )


def test_crews_are_spread_over_what_is_expected() -> None:
    """The second move is judged on top of the first."""
    found = told(two_crews())
    assert {(each.lon, each.lat) for each in found.values()} == {lonlat(EAST), lonlat(WEST)}
    assert found["B"].saves_s == 150.0


def test_nobody_drives_for_little() -> None:
    """A place 100 m away saves ten seconds: 8 and a price of 0.02 x 10 are asked. 80 m are too little."""
    far, near = (World(crews=[a_crew()], recent=reported((metres, 0.0))) for metres in (100.0, 80.0))
    assert told(far)["A"].saves_s == 10.0 > LEAST_SAVED_S
    assert told(near) == {}


def test_nobody_drives_farther_than_a_move_may_be() -> None:
    """Where everything is reported 20 min away, a crew goes there; at 21 min it stays."""
    there = [World(crews=[a_crew()], recent=reported((60.0 * 10.0 * minutes, 0.0))) for minutes in (20, 21)]
    assert [len(told(world)) for world in there] == [1, 0]


def test_nobody_drives_into_its_break() -> None:
    """A break in 18 min leaves time for 18 min of driving, and one in 17 min does not."""
    breaks = [[(start, start + 30.0)] for start in (18.0, 17.0)]
    far = reported((60.0 * 10.0 * 18.0, 0.0))
    there = [World(crews=[a_crew()], shifts=[a_shift(breaks=each)], recent=far) for each in breaks]
    assert [len(told(world)) for world in there] == [1, 0]


def test_only_the_skilled_wait_for_what_needs_a_skill() -> None:
    """Gas is reported in the east only, and A has not learnt it."""
    gas = a_service("gas", skills=frozenset({"gas"}))
    world = two_crews(
        crews=[a_crew("A"), a_crew("B", "gas")], services=[gas], recent=reported(EAST, code="gas")
    )
    assert list(told(world)) == ["B"]


@pytest.mark.parametrize(
    "world",
    [
        two_crews(shifts=[a_shift("A", (-4, 0.9)), a_shift("B", (2, 8))]),
        two_crews(shifts=[a_shift("A", breaks=[(10, 40)]), a_shift("B", breaks=[(-10, 20)])]),
        two_crews(jobs=[a_job("one")], assignments=[an_assignment("one", "A")], crews=[a_crew("A")]),
        two_crews(crews=[a_crew("A", paused_since=at(-1))]),
        two_crews(crews=[a_crew("A")], tracked=["A"], positions=[a_position("A", (0.0, 0.0), age_s=3600.0)]),
        two_crews(recent=[]),
        two_crews(crews=[]),
    ],
    ids=["shift ends or begins", "break", "has work", "paused", "silent", "nothing expected", "no crews"],
)
def test_who_cannot_be_counted_on_is_left_alone(world: World) -> None:
    """Nor is anybody moved for nothing."""
    assert told(world) == {}


def test_who_is_on_its_way_is_not_told_another_place() -> None:
    """A was told a place 20 s ago that is not the best any more; it counts as being there."""
    on_its_way = a_standby("A", (2000.0, 0.0), since=-0.3)
    found = told(World(crews=[a_crew("A")], recent=reported(EAST), standbys=[on_its_way]))
    assert found == {"A": on_its_way}


def test_who_has_arrived_is_told_a_better_place() -> None:
    """It was told the place five minutes ago, a minute's drive away."""
    was = a_standby("A", WEST)
    found = told(World(crews=[a_crew("A")], where={"A": WEST}, recent=reported(EAST), standbys=[was]))
    assert (found["A"].lon, found["A"].lat, found["A"].since) == (*lonlat(EAST), NOW)


def test_who_is_well_where_it_waits_stays() -> None:
    """What was told holds on."""
    was = a_standby("A", EAST)
    world = World(crews=[a_crew("A")], where={"A": EAST}, recent=reported(EAST), standbys=[was])
    assert told(world) == {"A": was}


def test_who_has_not_gone_is_asked_nothing_more() -> None:
    """A was told an hour ago to go west, and is still on the square: nor is it asked to go east instead."""
    was = a_standby("A", WEST, since=-60.0)
    world = World(crews=[a_crew("A")], where={"A": (0.0, 0.0)}, recent=reported(EAST), standbys=[was])
    assert told(world) == {"A": was}


def test_who_has_not_gone_is_counted_where_it_is() -> None:
    """A was told to go east and did not: B goes there. Who has come nearly there is there."""
    went = {"B": (-3000.0, 0.0), "A": (2800.0, 0.0)}
    stayed = {**went, "A": (-3000.0, 0.0)}
    told_a = a_standby("A", EAST, since=-60.0)
    found = [
        told(two_crews(where=where, recent=reported(EAST), standbys=[told_a])) for where in (went, stayed)
    ]
    assert [list(each) for each in found] == [["A"], ["A", "B"]]


def test_crews_not_heard_of_since_do_not_swap_places() -> None:
    """Two wait east and west, one never heard of, one not since; where more is reported changes nothing."""
    waiting = [a_standby("A", EAST, since=-60.0), a_standby("B", WEST, since=-60.0)]
    recent = [*reported(EAST), *reported(WEST, 3)]
    old = a_position("B", EAST, age_s=2 * 3600.0)
    world = two_crews(recent=recent, standbys=waiting, positions=[old])
    assert list(told(world).values()) == waiting


@pytest.mark.parametrize("actor", ["planner", "dispatcher:anne"])
def test_what_was_told_ends_with_the_shift(actor: str) -> None:
    """The next shift has begun at the depot five minutes ago, right after the last one: it is asked anew."""
    was = a_standby("A", EAST, since=-60.0, actor=actor)
    shift = a_shift("A", (-5 / 60, 8))
    found = told(World(crews=[a_crew("A")], shifts=[shift], standbys=[was], recent=reported(EAST)))
    assert (found["A"].since, found["A"].drive_s, found["A"].actor) == (NOW, 300, "planner")


def test_a_persons_word_is_not_touched() -> None:
    """Whatever would be better."""
    word = a_standby("A", WEST, since=-60.0, actor="dispatcher:anne")
    world = two_crews(where={"A": WEST}, recent=reported(EAST), standbys=[word], crews=[a_crew("A")])
    assert told(world) == {"A": word}


def test_what_was_told_ends_with_being_idle() -> None:
    """A has been given a job."""
    world = two_crews(
        jobs=[a_job("one")], assignments=[an_assignment("one", "A")], standbys=[a_standby("A", EAST)]
    )
    assert "A" not in told(world)


def test_a_place_without_a_way_is_no_place_to_wait() -> None:
    """East of the river nobody comes; half of the reports are there."""
    found = told(two_crews(crews=[a_crew("A")]), StraightRoads(river_x=1000.0))
    assert (found["A"].lon, found["A"].lat) == lonlat(WEST)


def test_few_are_moved_at_once() -> None:
    """Eight crews on the square, eight places far from each other: a look moves four, the next the others."""
    places = [(1500.0 * number, 3000.0 * (number % 2)) for number in range(1, 9)]
    world = World(
        crews=[a_crew(name) for name in "ABCDEFGH"], recent=[each for at_ in places for each in reported(at_)]
    )
    first = told(world)
    assert len(first) == MOVES_AT_ONCE
    world.standbys = first.values()
    second = told(world)
    assert len(second) == 2 * MOVES_AT_ONCE
    assert first.items() <= second.items()


def test_what_came_at_about_this_hour_tells_what_to_expect() -> None:
    """Yesterday an hour and a half later does, three hours later does not; the last two hours do."""
    hours = (-1, -3, -24 + 1.5, -24 + 3, -7 * 24, -8 * 24)
    found = [any(at(60 * hour) in span for span in same_hours(NOW)) for hour in hours]
    assert found == [True, False, True, False, True, False]
