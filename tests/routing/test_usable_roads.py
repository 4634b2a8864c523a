"""Which ways of a map are roads, read once for each combination of tags."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest

from equipage.routing.osm import OsmData, OsmWay
from equipage.routing.profile import EMERGENCY, TRUCK, VAN, VehicleProfile
from equipage.routing.roads import KEYS_WITHOUT_RULE, Roads, usable_roads

PLAIN = {"highway": "residential"}
STRICT = {"highway": "service", "access": "private", "maxspeed": "30", "width": "3", "oneway": "yes"}


def roads(*tags: Mapping[str, str], profile: VehicleProfile = VAN) -> Roads:
    """Return the roads among ways 1, 2, … with these tags."""
    ways = [OsmWay(number, (1, 2), each) for number, each in enumerate(tags, start=1)]
    nowhere = np.zeros(0)
    return usable_roads(
        OsmData(
            node_id=np.zeros(0, dtype=np.int64),
            node_lon=nowhere,
            node_lat=nowhere,
            node_tags={},
            ways=ways,
            restrictions=[],
            source="tags",
        ),
        profile,
    )


@pytest.mark.parametrize("profile", [VAN, TRUCK, EMERGENCY], ids=lambda profile: str(profile.name))
def test_keys_without_rule_mean_nothing(profile: VehicleProfile) -> None:
    """Ways that differ in these keys alone are read as one, so no value of theirs may change a reading."""
    for tags, key, value in product((PLAIN, STRICT), sorted(KEYS_WITHOUT_RULE), ("yes", "no", "-1", "1.5")):
        alone, without = (roads(each, profile=profile) for each in ({**tags, key: value}, tags))
        for name in ("open", "local", "stop", "kph", "crossing_s"):
            np.testing.assert_array_equal(getattr(alone, name), getattr(without, name), err_msg=key)
        assert alone.ignored == without.ignored, key


def test_ways_keep_their_order_and_their_own_tags() -> None:
    """Ways of equal tags share what these mean, wherever they stand among others that are closed."""
    slow = {"highway": "residential", "maxspeed": "20"}
    found = roads(PLAIN, {"highway": "footway"}, {**slow, "name": "A"}, PLAIN, {**slow, "name": "B"})
    assert [way.id for way in found.ways] == [1, 3, 4, 5]
    assert [way.tags.get("name") for way in found.ways] == [None, "A", None, "B"]
    assert found.kph[0].tolist() == found.kph[2].tolist()
    assert found.kph[1].tolist() == found.kph[3].tolist()
    assert found.kph[0, 0] > found.kph[1, 0]


def test_every_way_counts() -> None:
    """What is left out or not understood is counted by way, not by combination of tags."""
    found = roads({"highway": "footway"}, {"highway": "footway"}, *[{**PLAIN, "maxspeed": "fast"}] * 3)
    assert found.ignored["ways_closed"] == found.ignored["ways_closed_by_class"] == 2
    assert found.ignored["limits_not_understood"] == 3


def test_hours_belong_to_their_way() -> None:
    """Of ways that share a combination with hours each has these."""
    timed = {**PLAIN, "access:conditional": "no @ (Mo-Fr 07:00-09:00)"}
    assert {speed.way for speed in roads(PLAIN, timed, PLAIN, timed).timed} == {1, 3}


def test_no_ways_are_no_roads() -> None:
    """An empty map has empty arrays of the right shapes."""
    found = roads()
    assert found.open.shape == found.kph.shape == (0, 2)
    assert found.ignored == {"ways_closed": 0}
