"""What tags mean for a vehicle."""

from __future__ import annotations

import pytest

from equipage.routing.errors import UnknownProfileError
from equipage.routing.profile import (
    PROFILES,
    VAN,
    barrier_blocks,
    directions,
    profile_named,
    road_class,
    speed_kph,
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
        ({"access": "private"}, CLOSED),
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
        ({"access:forward": "private"}, BACKWARD),
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
        ({"highway": "residential", "access": "destination"}, 12.5),
        ({"highway": "residential", "access": "destination", "maxspeed": "50"}, 20.0),
    ],
)
def test_average_speeds_of_a_van(tags: dict[str, str], expected: float) -> None:
    """The class's average (OSRM's), else 0.8 of the limit; half where only local business is let in."""
    assert speed_kph(tags, VAN) == pytest.approx(expected)


def test_limits_may_differ_by_direction() -> None:
    """`maxspeed:forward` and `maxspeed:backward` come before `maxspeed`."""
    tags = {"highway": "secondary", "maxspeed": "50", "maxspeed:backward": "30"}
    assert speed_kph(tags, VAN, "forward") == pytest.approx(40.0)
    assert speed_kph(tags, VAN, "backward") == pytest.approx(24.0)


@pytest.mark.parametrize(
    ("tags", "blocks"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "bollard", "bollard": "rising"}, False),
        ({"barrier": "bollard", "bicycle": "yes"}, True),
        ({"barrier": "block"}, True),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "no", "motorcar": "yes"}, False),
        ({"barrier": "lift_gate"}, False),
        ({"barrier": "cattle_grid"}, False),
        ({"barrier": "toll_booth"}, False),
        ({"barrier": "entrance"}, False),
        ({"barrier": "kerb"}, True),
        ({"barrier": "kerb", "kerb": "lowered"}, False),
        ({"highway": "crossing"}, False),
        ({}, False),
    ],
)
def test_which_barriers_block(tags: dict[str, str], *, blocks: bool) -> None:
    """A stated access decides, else the kind of barrier."""
    assert barrier_blocks(tags, VAN) is blocks


def test_a_ferry_is_a_ferry_even_with_a_highway_tag() -> None:
    """Some ferries bear the class of the road they continue."""
    assert road_class({"route": "ferry", "highway": "primary"}) == "ferry"


def test_profiles_are_found_by_name() -> None:
    """Every profile is found under its own name."""
    assert [profile_named(name).name for name in PROFILES] == list(PROFILES)


def test_an_unknown_profile_is_refused_with_the_choices() -> None:
    """The message says what was asked for and what there is."""
    with pytest.raises(UnknownProfileError, match=r"'bicycle'.*van"):
        profile_named("bicycle")
