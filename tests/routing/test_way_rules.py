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
    may_stop,
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
        ({"highway": "motorway_link", "oneway": "yes"}, FORWARD),
        ({"highway": "motorway_link", "junction": "roundabout"}, FORWARD),
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
        ({"access": "permit"}, BOTH),
        ({"access": "residents"}, BOTH),
        ({"highway": "service", "access": "private"}, BOTH),
        ({"access": "destination"}, BOTH),
        ({"access": "some novelty"}, BOTH),
        ({"access": "no", "motor_vehicle": "yes"}, BOTH),
        ({"access": "yes", "vehicle": "no"}, CLOSED),
        ({"vehicle": "no", "motor_vehicle": "yes"}, BOTH),
        ({"motor_vehicle": "yes", "motorcar": "no"}, CLOSED),
        ({"motor_vehicle": "agricultural"}, CLOSED),
        ({"motor_vehicle": "psv"}, CLOSED),
        ({"access": "emergency"}, CLOSED),
        ({"access": "restricted"}, CLOSED),
        ({"motor_vehicle": "official"}, BOTH),
        ({"motor_vehicle": "discouraged"}, BOTH),
        ({"motor_vehicle": "agricultural;forestry"}, CLOSED),
        ({"motor_vehicle": "agricultural; destination"}, BOTH),
        ({"access": "no;permissive"}, BOTH),
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
        ({"highway": "service", "service": "driveway", "access": "private"}, BOTH),
        ({"highway": "service", "service": "alley"}, BOTH),
        ({"highway": "service", "service": "parking_aisle", "oneway": "yes"}, FORWARD),
        ({"highway": "service", "service": "drive-through", "access": "customers"}, BOTH),
        ({"highway": "service", "access": "no"}, CLOSED),
        ({"highway": "service", "service": "emergency_access"}, CLOSED),
        ({"highway": "footway"}, CLOSED),
        ({"highway": "footway", "access": "yes"}, CLOSED),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, BOTH),
        ({"highway": "pedestrian", "motor_vehicle": "delivery"}, BOTH),
        ({"highway": "pedestrian", "motor_vehicle": "private"}, CLOSED),
        ({"highway": "pedestrian", "access": "yes"}, CLOSED),
        ({"highway": "track"}, CLOSED),
        ({"highway": "track", "access": "yes"}, BOTH),
        ({"highway": "track", "access": "destination"}, BOTH),
        ({"highway": "track", "access": "yes", "motor_vehicle": "agricultural"}, CLOSED),
        ({"highway": "road"}, BOTH),
        ({"highway": "winter_road"}, BOTH),
        ({"highway": "track", "vehicle": "permissive"}, BOTH),
        ({"highway": "steps", "vehicle": "yes"}, CLOSED),
        ({"highway": "construction", "motor_vehicle": "yes"}, CLOSED),
        ({"highway": "residential", "construction": "yes"}, CLOSED),
        ({"highway": "residential", "construction": "minor"}, BOTH),
        ({"highway": "residential", "construction": "widening"}, BOTH),
        ({"highway": "construction", "construction": "minor"}, CLOSED),
        ({"highway": "construction", "construction:date": "2001-01-01"}, CLOSED),
        ({"highway": "proposed"}, CLOSED),
        ({"highway": "residential", "area": "yes"}, CLOSED),
        ({"highway": "residential", "impassable": "yes"}, CLOSED),
        ({"highway": "residential", "smoothness": "impassable"}, CLOSED),
        ({"highway": "residential", "smoothness": "dreadful"}, BOTH),
        ({"highway": "residential", "proposed": "tertiary"}, BOTH),
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
        ({"highway": "service", "service": "parking_aisle"}, 15.0),
        ({"highway": "service", "service": "driveway"}, 15.0),
        ({"highway": "winter_road"}, 20.0),
        ({"highway": "tertiary", "bridge": "movable"}, 5.0),
        ({"highway": "tertiary", "bridge": "movable", "maxspeed": "30"}, 24.0),
        ({"highway": "tertiary", "bridge": "viaduct"}, 40.0),
        ({"route": "ferry", "motor_vehicle": "yes", "maxspeed": "20"}, 16.0),
        ({"highway": "track", "motor_vehicle": "yes"}, 10.0),
        ({"route": "ferry", "motor_vehicle": "yes"}, 5.0),
        ({"highway": "residential", "maxspeed": "50"}, 40.0),
        ({"highway": "service", "service": "parking_aisle", "maxspeed": "20"}, 16.0),
        ({"highway": "tertiary", "maxspeed": "signals"}, 40.0),
        ({"highway": "tertiary", "maxspeed": "FR:urban"}, 40.0),
        ({"highway": "tertiary", "maxspeed": "FR:30"}, 24.0),
        ({"highway": "tertiary", "maxspeed": "signals", "source:maxspeed": "FR:zone30"}, 24.0),
        ({"highway": "tertiary", "maxspeed:type": "FR:urban"}, 40.0),
        ({"highway": "tertiary", "zone:maxspeed": "FR:30"}, 24.0),
        ({"highway": "tertiary", "maxspeed": "variable"}, 40.0),
        ({"highway": "motorway", "maxspeed": "none"}, 112.0),
        ({"highway": "living_street", "maxspeed": "walk"}, 5.6),
        ({"highway": "trunk", "maxspeed": "80; 50"}, 40.0),
        ({"highway": "tertiary", "maxspeed": "30 mph"}, 38.6),
        ({"highway": "tertiary", "maxspeed": "70", "maxspeed:hgv": "50"}, 56.0),
        ({"highway": "tertiary", "maxspeed": "70", "maxspeed:advisory": "50"}, 40.0),
        ({"highway": "secondary", "surface": "sett"}, 40.0),
        ({"highway": "secondary", "surface": "cobblestone"}, 30.0),
        ({"highway": "secondary", "surface": "cobblestone", "maxspeed": "50"}, 30.0),
        ({"highway": "secondary", "surface": "asphalt"}, 55.0),
        ({"highway": "secondary", "surface": "laterite"}, 15.0),
        ({"highway": "secondary", "surface": "snow"}, 30.0),
        ({"highway": "secondary", "surface": "sett", "smoothness": "very_bad"}, 20.0),
        ({"highway": "secondary", "surface": "mud", "maxspeed": "90"}, 10.0),
        ({"highway": "residential", "surface": "cobblestone"}, 25.0),
        ({"highway": "track", "motor_vehicle": "yes", "tracktype": "grade5"}, 10.0),
        ({"highway": "tertiary", "lanes": "1"}, 30.0),
        ({"highway": "tertiary", "lanes": "1", "oneway": "yes"}, 40.0),
        ({"highway": "tertiary", "width": "3 m"}, 30.0),
        ({"highway": "tertiary", "width": "3 m", "oneway": "yes"}, 40.0),
        ({"highway": "tertiary", "width": "3.5"}, 32.0),
        ({"highway": "tertiary", "width": "4"}, 35.0),
        ({"highway": "tertiary", "width": "5"}, 36.0),
        ({"highway": "tertiary", "width": "6"}, 40.0),
        ({"highway": "tertiary", "lane_markings": "no"}, 40.0),
        ({"highway": "tertiary", "priority": "forward"}, 40.0),
        ({"highway": "tertiary", "priority": "backward"}, 34.0),
        ({"highway": "tertiary", "oneway": "alternating"}, 16.0),
        ({"route": "shuttle_train", "motor_vehicle": "yes"}, 10.0),
        ({"highway": "residential", "access": "destination"}, 25.0),
    ],
)
def test_average_speeds_of_a_van(tags: dict[str, str], expected: float) -> None:
    """The class's average (OSRM's), else 0.8 of the limit; less on bad and narrow roads."""
    assert speed_kph(tags, VAN) == pytest.approx(expected, abs=0.03)


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
        ({"maxheight": "11'6\""}, CLOSED),
        ({"maxheight": "13'"}, BOTH),
        ({"maxheight": "default"}, BOTH),
        ({"maxheight": "none"}, BOTH),
        ({"maxheight": "below_default"}, BOTH),
        ({"maxweight": "20 t"}, BOTH),
        ({"maxweight": "18000 kg"}, CLOSED),
        ({"maxweight": "20 st"}, CLOSED),
        ({"maxweight": "40000 lbs"}, CLOSED),
        ({"maxaxleload": "10"}, CLOSED),
        ({"maxaxleload": "13 t"}, BOTH),
        ({"maxlength": "9"}, CLOSED),
        ({"maxwidth": "2.5"}, CLOSED),
        ({"hgv": "designated"}, BOTH),
        ({"hgv": "discouraged"}, BOTH),
        ({"hgv:forward": "no"}, BACKWARD),
        ({"goods": "no"}, BOTH),
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


@pytest.mark.parametrize(
    ("value", "local", "stop"),
    [
        ("yes", False, True),
        ("permissive", False, True),
        ("designated", False, True),
        ("customers", True, True),
        ("delivery", True, True),
        ("destination", True, True),
        ("private", True, False),
        ("permit", True, False),
    ],
)
def test_who_may_use_a_service_road(value: str, *, local: bool, stop: bool) -> None:
    """Those with business there; on private ground nobody starts or ends, but what lies behind is reached."""
    tags = {"highway": "service", "access": value}
    assert directions(tags, VAN) == BOTH
    assert is_local(tags, VAN, "forward") == local
    assert may_stop(tags, VAN, "forward") == stop


def test_nobody_starts_on_a_ferry() -> None:
    """One is carried over, and boards on land."""
    assert not may_stop({"route": "ferry", "motor_vehicle": "yes"}, VAN, "forward")
    assert may_stop({"highway": "residential", "access": "private"}, VAN, "forward")


@pytest.mark.parametrize(
    ("tags", "local"),
    [
        ({"hov": "designated"}, (True, True)),
        ({"hov:lanes": "designated|designated"}, (True, True)),
        ({"hov:lanes:backward": "designated"}, (False, True)),
        ({"hov:lanes": "designated|yes"}, (False, False)),
        ({"hov": "yes"}, (False, False)),
    ],
)
def test_lanes_for_shared_cars_are_local(tags: dict[str, str], local: tuple[bool, bool]) -> None:
    """Where every lane is one; an emergency vehicle drives through."""
    tags = {"highway": "motorway", **tags}
    assert (is_local(tags, VAN, "forward"), is_local(tags, VAN, "backward")) == local
    assert not is_local(tags, EMERGENCY, "forward")


def test_a_sweeper_is_a_van_with_what_differs() -> None:
    """One that drives at 25 km/h and not on motorways, in a few lines."""
    classes = {kind: kph for kind, kph in VAN.class_kph.items() if not kind.startswith("motorway")}
    sweeper = replace(VAN, name="sweeper", top_kph=25.0, width_m=2.0, weight_t=6.0, class_kph=classes)
    assert directions({"highway": "motorway"}, sweeper) == CLOSED
    assert directions({"highway": "residential", "maxweight": "5"}, sweeper) == CLOSED
    assert speed_kph({"highway": "primary"}, sweeper) == 25.0


def test_a_cargo_bike_is_a_profile_of_twenty_lines() -> None:
    """Its own access keys, one-way exceptions and classes; the rules that read them are the van's."""
    cargo_bike = replace(
        VAN,
        name="cargo_bike",
        access_keys=("bicycle", "vehicle", "access"),
        oneway_keys=("bicycle", "vehicle"),
        forbidden=VAN.forbidden | {"dismount", "use_sidepath"},
        class_kph={
            **dict.fromkeys(("primary", "secondary", "tertiary", "unclassified", "residential"), 16.0),
            **dict.fromkeys(("living_street", "service", "cycleway", "track"), 14.0),
        },
        permit_classes=frozenset({"path"}),
        others_classes=frozenset({"footway", "pedestrian"}),
        top_kph=20.0,
        width_m=0.9,
        length_m=2.6,
        height_m=1.9,
        weight_t=0.3,
        barriers_passed=VAN.barriers_passed | {"bollard", "cycle_barrier"},
    )
    assert directions({"highway": "cycleway"}, cargo_bike) == BOTH
    assert directions({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, cargo_bike) == BOTH
    assert directions({"highway": "residential", "motor_vehicle": "no"}, cargo_bike) == BOTH
    assert directions({"highway": "footway", "bicycle": "yes"}, cargo_bike) == BOTH
    assert directions({"highway": "footway"}, cargo_bike) == CLOSED
    assert directions({"highway": "motorway", "bicycle": "yes"}, cargo_bike) == CLOSED
    assert speed_kph({"highway": "primary", "maxspeed": "50"}, cargo_bike) == 20.0


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
        ({"maxheight": "below_default"}, ["sizes_not_understood"]),
        ({"maxheight": "default", "maxweight": "none", "maxspeed": "FR:urban"}, []),
        ({"maxaxleload": "heavy"}, ["sizes_not_understood"]),
        ({"motor_vehicle": "some novelty"}, ["access_not_understood"]),
        ({"motor_vehicle": "discouraged", "access": "some novelty"}, []),
        ({"access": "yes;permit", "oneway": "alternating"}, []),
        ({"oneway": "sometimes"}, ["oneway_not_understood"]),
    ],
)
def test_tags_that_are_not_read_are_named(tags: dict[str, str], expected: list[str]) -> None:
    """Limits, sizes, access and directions in no known form."""
    assert unread_tags(tags, VAN) == expected
