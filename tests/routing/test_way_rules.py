"""What tags of ways mean for a vehicle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipage.routing.profile import EMERGENCY, TRUCK, VAN
from equipage.routing.way_rules import (
    Closure,
    closure,
    directions,
    is_local,
    road_class,
    speed_kph,
    unread_tags,
)

BOTH, FORWARD, BACKWARD, CLOSED = (True, True), (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, BOTH),
        ({"oneway": "yes"}, FORWARD),
        ({"oneway": "true"}, FORWARD),
        ({"oneway": "1"}, FORWARD),
        ({"oneway": "-1"}, BACKWARD),
        ({"oneway": "reverse"}, BACKWARD),
        ({"oneway": "no"}, BOTH),
        ({"oneway": "0"}, BOTH),
        ({"oneway": "alternating"}, BOTH),
        ({"oneway": "reversible"}, CLOSED),
        ({"oneway": "?"}, BOTH),
        ({"junction": "roundabout"}, FORWARD),
        ({"junction": "circular"}, FORWARD),
        ({"junction": "roundabout", "oneway": "no"}, BOTH),
        ({"junction": "roundabout", "oneway": "-1"}, BACKWARD),
        ({"junction": "yes"}, BOTH),
        ({"highway": "motorway"}, FORWARD),
        ({"highway": "motorway", "oneway": "no"}, BOTH),
        ({"highway": "motorway_link"}, BOTH),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, BOTH),
        ({"oneway:motorcar": "-1", "oneway:vehicle": "yes"}, BACKWARD),
        ({"oneway": "no", "oneway:vehicle": "yes"}, FORWARD),
        ({"oneway:bicycle": "yes"}, BOTH),
    ],
)
def test_oneway_in_all_its_forms(tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    """Values, implied ones, and the more specific key before the general."""
    assert directions({"highway": "residential", **tags}, VAN) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"access": "yes"}, BOTH),
        ({"access": "no"}, CLOSED),
        ({"access": "private"}, BOTH),
        ({"highway": "service", "access": "private"}, CLOSED),
        ({"access": "destination"}, BOTH),
        ({"access": "some novelty"}, BOTH),
        ({"access": "no", "motor_vehicle": "yes"}, BOTH),
        ({"access": "yes", "vehicle": "no"}, CLOSED),
        ({"vehicle": "no", "motor_vehicle": "yes"}, BOTH),
        ({"motor_vehicle": "yes", "motorcar": "no"}, CLOSED),
        ({"motor_vehicle": "agricultural"}, CLOSED),
        ({"motor_vehicle": "psv"}, CLOSED),
        ({"bicycle": "no", "hgv": "no"}, BOTH),
        ({"motor_vehicle:backward": "no"}, FORWARD),
        ({"access:forward": "no"}, BACKWARD),
        ({"access": "no", "access:forward": "yes"}, FORWARD),
        ({"access": "no", "motorcar": "no", "motorcar:forward": "yes"}, FORWARD),
        ({"access:forward": "no", "motorcar": "yes"}, BOTH),
        ({"access": "hov"}, BOTH),
        ({"oneway": "yes", "motor_vehicle:forward": "no"}, CLOSED),
    ],
)
def test_the_most_specific_access_tag_decides(tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    """For a van: motorcar before motor_vehicle before vehicle before access, each also by direction."""
    assert directions({"highway": "residential", **tags}, VAN) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "service"}, BOTH),
        ({"highway": "service", "service": "driveway"}, BOTH),
        ({"highway": "service", "service": "driveway", "access": "private"}, CLOSED),
        ({"highway": "service", "service": "emergency_access"}, CLOSED),
        ({"highway": "footway"}, CLOSED),
        ({"highway": "footway", "access": "yes"}, CLOSED),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, BOTH),
        ({"highway": "pedestrian", "motor_vehicle": "delivery"}, BOTH),
        ({"highway": "track"}, CLOSED),
        ({"highway": "track", "vehicle": "permissive"}, BOTH),
        ({"highway": "steps", "vehicle": "yes"}, CLOSED),
        ({"highway": "construction", "motor_vehicle": "yes"}, CLOSED),
        ({"highway": "residential", "construction": "yes"}, CLOSED),
        ({"highway": "residential", "construction": "minor"}, BOTH),
        ({"highway": "proposed"}, CLOSED),
        ({"highway": "residential", "area": "yes"}, CLOSED),
        ({"highway": "residential", "impassable": "yes"}, CLOSED),
        ({"highway": "residential", "smoothness": "impassable"}, CLOSED),
        ({"highway": "residential", "smoothness": "dreadful"}, BOTH),
        ({"highway": "residential", "proposed": "yes"}, CLOSED),
        ({"highway": "residential", "abandoned": "yes"}, CLOSED),
        ({"highway": "track", "motor_vehicle": "private"}, CLOSED),
        ({"highway": "busway"}, CLOSED),
        ({"highway": "motorway", "toll": "yes"}, FORWARD),
        ({"route": "shuttle_train", "motor_vehicle": "yes"}, BOTH),
        ({"route": "ferry"}, CLOSED),
        ({"route": "ferry", "motor_vehicle": "yes"}, BOTH),
        ({"route": "ferry", "motorcar": "no", "access": "yes"}, CLOSED),
        ({}, CLOSED),
    ],
)
def test_which_ways_are_roads_for_a_van(tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    """Foot and farm ways and ferries need a permission that names vehicles; works are closed."""
    assert directions(tags, VAN) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, 25.0),
        ({"highway": "unclassified"}, 25.0),
        ({"highway": "living_street"}, 10.0),
        ({"highway": "tertiary"}, 40.0),
        ({"highway": "service"}, 15.0),
        ({"highway": "service", "service": "parking_aisle"}, 7.5),
        ({"highway": "track", "motor_vehicle": "yes"}, 10.0),
        ({"route": "ferry", "motor_vehicle": "yes"}, 5.0),
        ({"highway": "residential", "maxspeed": "50"}, 40.0),
        ({"highway": "service", "service": "parking_aisle", "maxspeed": "20"}, 16.0),
        ({"highway": "tertiary", "maxspeed": "signals"}, 40.0),
        ({"highway": "tertiary", "maxspeed": "FR:urban"}, 40.0),
        ({"highway": "tertiary", "maxspeed": "FR:30"}, 24.0),
        ({"highway": "tertiary", "maxspeed": "signals", "source:maxspeed": "FR:zone30"}, 24.0),
        ({"highway": "tertiary", "maxspeed:type": "FR:urban"}, 40.0),
        ({"highway": "tertiary", "maxspeed": "70", "maxspeed:advisory": "50"}, 40.0),
        ({"highway": "secondary", "surface": "sett"}, 40.0),
        ({"highway": "secondary", "surface": "sett", "smoothness": "very_bad"}, 20.0),
        ({"highway": "secondary", "surface": "mud", "maxspeed": "90"}, 10.0),
        ({"highway": "residential", "surface": "cobblestone"}, 25.0),
        ({"highway": "track", "motor_vehicle": "yes", "tracktype": "grade5"}, 10.0),
        ({"highway": "tertiary", "lanes": "1"}, 20.0),
        ({"highway": "tertiary", "lanes": "1", "oneway": "yes"}, 40.0),
        ({"highway": "tertiary", "width": "3 m"}, 20.0),
        ({"highway": "tertiary", "oneway": "alternating"}, 16.0),
        ({"route": "shuttle_train", "motor_vehicle": "yes"}, 10.0),
        ({"highway": "residential", "access": "destination"}, 25.0),
    ],
)
def test_average_speeds_of_a_van(tags: dict[str, str], expected: float) -> None:
    """The class's average (OSRM's), else 0.8 of the limit; less on bad and narrow roads."""
    assert speed_kph(tags, VAN) == pytest.approx(expected)


def test_limits_may_differ_by_direction() -> None:
    """`maxspeed:forward` and `maxspeed:backward` come before `maxspeed`."""
    tags = {"highway": "secondary", "maxspeed": "50", "maxspeed:backward": "30"}
    assert speed_kph(tags, VAN, "forward") == pytest.approx(40.0)
    assert speed_kph(tags, VAN, "backward") == pytest.approx(24.0)


def test_a_ferry_is_a_ferry_even_with_a_highway_tag() -> None:
    """Some ferries bear the class of the road they continue."""
    assert road_class({"route": "ferry", "highway": "primary"}) == "ferry"


def test_limits_of_size_may_hold_in_one_direction() -> None:
    """A limit for one direction closes only that."""
    assert directions({"highway": "primary", "maxheight:forward": "2"}, VAN) == BACKWARD


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"hgv": "no"}, CLOSED),
        ({"hgv": "delivery"}, BOTH),
        ({"motor_vehicle": "no", "hgv": "yes"}, BOTH),
        ({"maxweight": "3.5"}, CLOSED),
        ({"maxweightrating:hgv": "7.5"}, CLOSED),
        ({"maxheight": "3.5"}, CLOSED),
        ({"narrow": "yes"}, CLOSED),
        ({"motorcar": "no"}, BOTH),
        ({"hazmat": "no"}, BOTH),
        ({"oneway": "yes", "oneway:hgv": "no"}, BOTH),
    ],
)
def test_a_lorry_has_its_own_tags_and_size(tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    """Access by `hgv`, 3.6 m high, 2.55 m wide, 19 t; it carries nothing dangerous."""
    assert directions({"highway": "residential", **tags}, TRUCK) == expected


def test_a_lorry_has_its_own_limits_of_speed() -> None:
    """`maxspeed:hgv` comes first, and it never drives faster than 80 km/h."""
    tags = {"highway": "secondary", "maxspeed": "80", "maxspeed:hgv": "60"}
    assert speed_kph(tags, TRUCK) == pytest.approx(48.0)
    assert speed_kph({"highway": "motorway", "maxspeed": "130"}, TRUCK) == 80.0


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "busway"}, BOTH),
        ({"motor_vehicle": "no"}, CLOSED),
        ({"motor_vehicle": "no", "bus": "yes"}, BOTH),
        ({"access": "no", "psv": "designated"}, BOTH),
        ({"access": "no", "emergency": "yes"}, BOTH),
        ({"emergency": "no"}, CLOSED),
        ({"highway": "service", "access": "private"}, BOTH),
        ({"highway": "service", "service": "emergency_access"}, BOTH),
        ({"highway": "footway", "emergency": "designated"}, BOTH),
        ({"highway": "footway"}, CLOSED),
        ({"highway": "pedestrian"}, BOTH),
        ({"oneway": "yes", "oneway:emergency": "no"}, FORWARD),
        ({"oneway": "yes", "oneway:bus": "no", "busway": "opposite_lane"}, FORWARD),
        ({"maxheight": "2"}, CLOSED),
    ],
)
def test_where_an_emergency_vehicle_may_drive(tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    """Where buses, residents and `emergency` may, but never against a one-way street."""
    assert directions({"highway": "residential", **tags}, EMERGENCY) == expected


def test_roads_for_those_with_business_there_are_local() -> None:
    """In the direction that says so; to an emergency vehicle they are roads like others."""
    tags = {"highway": "residential", "access": "destination", "motor_vehicle:backward": "yes"}
    assert is_local(tags, VAN, "forward")
    assert not is_local(tags, VAN, "backward")
    assert is_local({"highway": "residential", "access": "private"}, TRUCK, "forward")
    assert not is_local(tags, EMERGENCY, "forward")


def test_a_profile_of_ones_own_is_a_copy_with_what_differs() -> None:
    """A sweeper without motorways, of 25 km/h."""
    classes = {kind: kph for kind, kph in VAN.class_kph.items() if not kind.startswith("motorway")}
    sweeper = replace(VAN, name="sweeper", top_kph=25.0, class_kph=classes)
    assert directions({"highway": "motorway"}, sweeper) == CLOSED
    assert speed_kph({"highway": "primary"}, sweeper) == 25.0


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "footway"}, Closure.CLASS),
        ({"construction": "yes"}, Closure.WORKS),
        ({"impassable": "yes"}, Closure.IMPASSABLE),
        ({"oneway": "reversible"}, Closure.REVERSIBLE),
        ({"oneway": "-1"}, Closure.ONEWAY),
        ({"access": "no"}, Closure.ACCESS),
        ({"maxheight": "2"}, Closure.SIZE),
        ({}, None),
    ],
)
def test_a_closed_way_has_a_reason(tags: dict[str, str], expected: Closure | None) -> None:
    """The first that holds, for the direction asked about."""
    assert closure({"highway": "residential", **tags}, VAN, "forward") == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"maxspeed": "50"}, []),
        ({"maxspeed": "signals"}, ["limits_not_understood"]),
        ({"maxspeed:conditional": "30 @ (22:00-06:00)"}, ["conditions_not_read"]),
        ({"motor_vehicle:forward:conditional": "no @ Mo-Fr"}, ["conditions_not_read"]),
        ({"bicycle:conditional": "no @ Mo-Fr"}, []),
    ],
)
def test_tags_that_are_not_read_are_named(tags: dict[str, str], expected: list[str]) -> None:
    """Limits in no known form, and what holds at times only."""
    assert unread_tags(tags, VAN) == expected
