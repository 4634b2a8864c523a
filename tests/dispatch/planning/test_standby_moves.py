"""Where idle crews wait, in generated cities: judged by drives that are added up here, pair by pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.dispatch.eligibility import idle_obstacle
from equipage.dispatch.model import CrewId, Standby, VehiclePosition
from equipage.dispatch.planning.standby import (
    FARTHEST_MOVE_S,
    LEAST_SAVED_S,
    MOVES_AT_ONCE,
    PRICE_OF_DRIVING,
    standbys,
)
from equipage.dispatch.situation import Situation
from equipage.geo.earth import distance_m
from tests.dispatch.worlds import (
    NOW,
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
)

HOUR_S = 3600.0
PERSON = "dispatcher:anne"
LonLat = tuple[float, float]

places = st.tuples(*[st.integers(-9000, 9000).map(float)] * 2)
skills = st.sampled_from([(), ("gas",)])
states = st.sampled_from(
    ["idle", "never heard of", "busy", "paused", "on a break", "soon on a break", "soon at home", "silent"]
)
told = st.sampled_from(
    ["nothing", "and there", "and on its way", "and elsewhere", "by a person", "last shift"]
)
reported = st.lists(st.tuples(places, st.sampled_from(["pothole", "gas"])), max_size=12)
roads = st.builds(StraightRoads, river_x=st.none() | st.floats(-5000.0, 5000.0))


@st.composite
def cities(draw: st.DrawFn) -> Situation:
    """Return some crews, each in a state of its own, and what was reported lately."""
    names = "ABCDEF"[: draw(st.integers(0, 6))]
    doing = {name: draw(states) for name in names}
    word = {name: draw(told) for name in names}
    there = {name: draw(places) for name in names}
    breaks = {"on a break": [(-5.0, 20.0)], "soon on a break": [(10.0, 40.0)]}
    return World(
        services=[a_service("gas", skills=frozenset({"gas"}))],
        crews=[
            a_crew(name, *draw(skills), paused_since=at(-1) if doing[name] == "paused" else None)
            for name in names
        ],
        shifts=[
            a_shift(
                name,
                (-0.1 if word[name] == "last shift" else -4.0, 0.5 if doing[name] == "soon at home" else 4.0),
                breaks=breaks.get(doing[name], []),
            )
            for name in names
        ],
        positions=[
            a_position(
                name,
                there[name] if word[name] == "and there" else draw(places),
                age_s=HOUR_S if doing[name] == "silent" else 0.0,
            )
            for name in names
            if doing[name] != "never heard of"
        ],
        tracked=[name for name in names if doing[name] == "silent"],
        jobs=[a_job(f"of {name}") for name in names if doing[name] == "busy"],
        assignments=[an_assignment(f"of {name}", name) for name in names if doing[name] == "busy"],
        standbys=[
            a_standby(
                name,
                there[name],
                since=-1.0 if word[name] == "and on its way" else -30.0,
                drive_s=300,
                actor=PERSON if word[name] == "by a person" else "planner",
            )
            for name in names
            if word[name] != "nothing"
        ],
        recent=[
            a_report(a_job("past", place), service_code=a_service(code).code)
            for place, code in draw(reported)
        ],
    ).situation()


def idle(situation: Situation) -> set[CrewId]:
    """Return who is idle."""
    return {crew_id for crew_id in situation.crews if idle_obstacle(situation, crew_id) is None}


def holding(situation: Situation) -> dict[CrewId, Standby]:
    """Return what idle crews were told on this shift."""
    return {
        crew_id: situation.standbys[crew_id]
        for crew_id in idle(situation) & situation.standbys.keys()
        if situation.standbys[crew_id].since >= situation.shifts[crew_id].span.start
    }


def place_of(situation: Situation, crew_id: CrewId, word: Standby | None) -> LonLat:
    """Return where a crew is soon: where it was told to be, unless it has been seen elsewhere too late."""
    here, seen = situation.position_of(crew_id), situation.positions.get(situation.vehicle_of(crew_id))
    if word is None:
        return here.lon, here.lat
    there = (word.lon, word.lat)
    has_time_left = word.since + timedelta(seconds=1.5 * word.drive_s) > NOW
    was_not_seen = seen is None or seen.fix_time <= word.since
    if has_time_left or was_not_seen or distance_m((here.lon, here.lat), there) <= 300.0:
        return there
    return here.lon, here.lat


def drive_s(times: StraightRoads, start: LonLat, end: LonLat) -> float:
    """Return the seconds between two places."""
    return float(times.matrix([start], [end])[0, 0])


def mean_wait_s(situation: Situation, words: Mapping[CrewId, Standby], times: StraightRoads) -> float:
    """Return how long the average report waits for the nearest idle crew that has the skills and the time."""
    stays = [
        crew_id
        for crew_id in idle(situation)
        if situation.shifts[crew_id].span.end >= at(60)
        and not any(NOW <= pause.start < at(15) for pause in situation.shifts[crew_id].breaks)
    ]

    def waits_s(lon: float, lat: float, needs: Iterable[str]) -> float:
        able = [crew_id for crew_id in stays if situation.crews[crew_id].skills.issuperset(needs)]
        starts = [place_of(situation, crew_id, words.get(crew_id)) for crew_id in able]
        return min((drive_s(times, start, (lon, lat)) for start in starts), default=HOUR_S)

    waits = [
        min(waits_s(each.lon, each.lat, situation.services[each.service_code].skills), HOUR_S)
        for each in situation.recent
    ]
    return float(np.mean(waits)) if waits else 0.0


@given(situation=cities(), times=roads)
def test_only_idle_crews_wait_and_a_persons_word_holds(situation: Situation, times: StraightRoads) -> None:
    """Whoever is told something new was told nothing, or has come to where the planner asked it to be."""
    found, before = standbys(situation, times), holding(situation)
    assert before.keys() <= found.keys() <= idle(situation)
    for crew_id in (crew_id for crew_id in found if found[crew_id] != before.get(crew_id)):
        was = before.get(crew_id)
        if was is not None:
            assert was.actor == "planner"
            assert place_of(situation, crew_id, was) == (was.lon, was.lat)
            assert was.since + timedelta(seconds=1.5 * was.drive_s) <= NOW


@given(situation=cities(), times=roads)
def test_each_move_saves_what_it_says_and_is_worth_its_drive(
    situation: Situation, times: StraightRoads
) -> None:
    """Together the moves save what each says on top of those before; each can be driven."""
    found, before = standbys(situation, times), holding(situation)
    moves = {crew_id: word for crew_id, word in found.items() if word != before.get(crew_id)}
    assert len(moves) <= MOVES_AT_ONCE
    saved_s = mean_wait_s(situation, before, times) - mean_wait_s(situation, found, times)
    assert saved_s == pytest.approx(
        sum(word.saves_s for word in moves.values()), abs=0.05 * len(moves) + 1e-3
    )
    for crew_id, word in moves.items():
        driven_s = drive_s(times, place_of(situation, crew_id, before.get(crew_id)), (word.lon, word.lat))
        assert word == replace(word, crew_id=crew_id, since=NOW, actor="planner", drive_s=round(driven_s))
        assert driven_s <= FARTHEST_MOVE_S
        assert word.saves_s >= LEAST_SAVED_S + PRICE_OF_DRIVING * driven_s - 0.05


@given(situation=cities(), times=roads)
def test_nobody_is_sent_on_for_ever(situation: Situation, times: StraightRoads) -> None:
    """Crews that go where they are asked, with no news, are soon asked nothing more."""
    for look in count():
        before, found = holding(situation), standbys(situation, times)
        if found == before:
            return
        assert look < 60
        come = {
            crew_id: replace(word, drive_s=0)
            for crew_id, word in found.items()
            if word != before.get(crew_id)
        }
        seen = [
            VehiclePosition(
                vehicle_id=situation.vehicle_of(crew_id),
                lon=word.lon,
                lat=word.lat,
                fix_time=NOW,
                received_at=NOW,
            )
            for crew_id, word in come.items()
        ]
        situation = replace(
            situation,
            standbys={**found, **come},
            positions={**situation.positions, **{position.vehicle_id: position for position in seen}},
        )


@given(situation=cities(), times=roads)
def test_the_order_of_crews_does_not_matter(situation: Situation, times: StraightRoads) -> None:
    """A database lists them as it likes."""
    turned = replace(situation, crews=dict(reversed(list(situation.crews.items()))))
    assert standbys(turned, times) == standbys(situation, times)
