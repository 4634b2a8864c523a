"""Closures and speeds, as people enter them and as the router takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from shapely import Point, Polygon, box

from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.model import Condition, ConditionId
from equipage.dispatch.services.conditions import (
    NewCondition,
    add_condition,
    remove_condition,
    routing_conditions,
)
from equipage.dispatch.status import ConditionKind
from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.dispatch.services.town import ACTOR, Town

AREA = box(5.0, 47.0, 5.1, 47.1)
NETWORK = RoadNetwork.from_arrays(
    [(5.0, 47.0), (5.01, 47.0), (5.02, 47.0)],
    [0, 1, 1, 2],
    [1, 0, 2, 1],
    edge_duration_s=[60, 60, 60, 60],
    edge_way_id=[11, 11, 12, 12],
)


def add(town: Town, **told: Any) -> Condition:
    """Enter a closure of an area, unless told otherwise."""
    given = {"name": "flood", "kind": ConditionKind.CLOSURE, "area": AREA, **told}
    with town.store.transaction() as tx:
        return add_condition(tx, NewCondition(**given), network=NETWORK, now=town.now, actor=ACTOR)


def test_a_condition_is_stored_announced_and_recorded(town: Town) -> None:
    """With who entered it."""
    condition = add(town, way_ids=(11,), valid_until=town.now + timedelta(hours=2))
    assert (condition.created_at, condition.created_by) == (town.now, ACTOR)
    with town.store.reading() as reading:
        assert [each.id for each in reading.conditions()] == [condition.id]
        assert [entry.action for entry in reading.audit("condition", condition.id)] == ["added"]
    (event,) = town.events("conditions")
    assert event.data == {"condition_id": condition.id, "action": "added"}


def test_a_removed_condition_holds_no_more_and_stays_on_record(town: Town) -> None:
    """Once; an unknown one is not found."""
    condition = add(town)
    with town.store.transaction() as tx:
        removed = remove_condition(tx, condition.id, now=town.now, actor=ACTOR)
        town.wait(1)
        assert remove_condition(tx, condition.id, now=town.now, actor=ACTOR) == removed
        with pytest.raises(NotFoundError):
            remove_condition(tx, ConditionId("C77"), now=town.now, actor=ACTOR)
    with town.store.reading() as reading:
        assert reading.conditions() == []
        assert reading.condition(condition.id).removed_at == removed.removed_at
    assert [event.data["action"] for event in town.events("conditions")] == ["added", "removed"]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"name": " "}, "name must not be empty"),
        ({"speed_factor": 0.5}, "a closure has no speed_factor"),
        ({"speed_kph": 30.0}, "and no speed_kph, and 30.0 was given"),
        ({"kind": ConditionKind.SPEED, "speed_kph": 0.5}, "a speed_kph of 1.0 to 150.0, not 0.5"),
        ({"kind": ConditionKind.SPEED, "speed_kph": 30.0, "speed_factor": 0.5}, "one of the two"),
        ({"hours": "on Mondays"}, "hours must be like"),
        ({"road_classes": ("canal",)}, "road_classes canal are not among"),
        ({"kind": ConditionKind.SPEED}, "a speed needs a speed_factor of 0.05 to 5.0, not None"),
        ({"kind": ConditionKind.SPEED, "speed_factor": 0.0}, "not 0.0"),
        ({"kind": ConditionKind.SPEED, "speed_factor": float("nan")}, "not nan"),
        ({"area": None}, "what is closed"),
        ({"area": Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])}, "not valid"),
        ({"area": Point(5, 47)}, "Polygon"),
        ({"way_ids": (11, 99)}, "way_ids 99 are no ways of the network"),
        ({"valid_from": datetime(2026, 3, 10)}, "time zone"),  # noqa: DTZ001
    ],
)
def test_what_is_wrong_with_a_condition_is_named(town: Town, told: dict[str, Any], fault: str) -> None:
    """One thing wrong is one fault, and no condition."""
    with pytest.raises(InvalidInputError) as caught:
        add(town, **told)
    (said,) = caught.value.faults
    assert fault in said
    with town.store.reading() as reading:
        assert reading.conditions() == []


def test_a_condition_that_is_over_is_refused(town: Town) -> None:
    """It would never hold."""
    with pytest.raises(InvalidInputError, match="is over"):
        add(town, valid_until=town.now)


def test_all_faults_of_a_condition_are_named_at_once(town: Town) -> None:
    """The form's and the map's together."""
    with pytest.raises(InvalidInputError) as caught:
        add(town, name="", speed_factor=2.0, way_ids=(99,))
    assert len(caught.value.faults) == 3


def test_the_router_gets_closures_and_speeds_with_their_times(town: Town) -> None:
    """A closure of an area and a slower way, each as it was entered."""
    until = town.now + timedelta(hours=2)
    conditions = [
        add(town, valid_until=until),
        add(town, kind=ConditionKind.SPEED, area=None, way_ids=(12,), speed_factor=0.5),
    ]
    assert routing_conditions(conditions, NETWORK) == Conditions(
        closures=(Closure(area=AREA, valid_until=until),),
        speeds=(SpeedChange(way_ids=(12,), factor=0.5),),
    )


def test_a_slower_way_takes_longer_on_the_road(town: Town) -> None:
    """Half the speed on the second of two ways: 60 + 120 s instead of 120 s."""
    slow = add(town, kind=ConditionKind.SPEED, area=None, way_ids=(12,), speed_factor=0.5)
    ends = [(5.0, 47.0)], [(5.02, 47.0)]
    usual = Router(NETWORK)
    assert usual.matrix(*ends)[0, 0] == pytest.approx(120.0)
    slower = usual.with_conditions(routing_conditions([slow], NETWORK))
    assert slower.matrix(*ends)[0, 0] == pytest.approx(180.0)


def test_classes_hours_and_kph_reach_the_router(town: Town) -> None:
    """10 km/h on streets of a class on weekday mornings: of both roads there, of none in the afternoon."""
    told = {"road_classes": ("unclassified",), "speed_kph": 10.0, "hours": "Mo-Fr 07:00-09:00"}
    slow = add(town, kind=ConditionKind.SPEED, area=None, **told)
    with town.store.reading() as reading:
        assert reading.conditions() == [slow]
    router = Router(NETWORK).with_conditions(routing_conditions([slow], NETWORK))
    ends = [(5.0, 47.0)], [(5.02, 47.0)]
    morning, afternoon = (
        router.at(datetime(2026, 3, 10, hour, tzinfo=UTC)).matrix(*ends)[0, 0] for hour in (8, 14)
    )
    metres = NETWORK.edge_length_m[[0, 2]].sum()
    assert morning == pytest.approx(metres / (10.0 / 3.6), abs=0.01)
    assert afternoon == pytest.approx(120.0)


def test_classes_that_a_new_map_no_longer_has_are_left_out(town: Town) -> None:
    """A speed on a class that is gone changes nothing; beside another one, that counts."""
    gone = replace(add(town), road_classes=("canal",))
    both = replace(gone, road_classes=("canal", "unclassified"))
    assert routing_conditions([gone], NETWORK) == Conditions()
    assert routing_conditions([both], NETWORK).closures[0].road_classes == ("unclassified",)


def test_ways_that_a_new_map_no_longer_has_are_left_out(town: Town) -> None:
    """A closure of a way that is gone, and of others, closes the others; one only of it closes nothing."""
    both, one = add(town, area=None, way_ids=(11, 12)), add(town, area=None, way_ids=(12,))
    older = RoadNetwork.from_arrays(
        [(5.0, 47.0), (5.01, 47.0)], [0, 1], [1, 0], edge_duration_s=[60, 60], edge_way_id=[11, 11]
    )
    taken = routing_conditions([both, one], older)
    assert taken == Conditions(closures=(Closure(way_ids=(11,)),))
    taken.check(older)
