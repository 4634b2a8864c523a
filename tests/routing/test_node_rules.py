"""What tags of nodes mean for a vehicle."""

from __future__ import annotations

import pytest

from equipage.routing.node_rules import barrier_blocks
from equipage.routing.profile import EMERGENCY, TRUCK, VAN


@pytest.mark.parametrize(
    ("tags", "blocks"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "bollard", "bollard": "rising"}, False),
        ({"barrier": "bollard", "bicycle": "yes"}, True),
        ({"barrier": "block"}, True),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "gate", "access": "agricultural"}, True),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "gate", "locked": "yes", "motor_vehicle": "destination"}, False),
        ({"barrier": "bollard", "bollard": "removable"}, True),
        ({"barrier": "height_restrictor", "maxheight": "2"}, True),
        ({"barrier": "height_restrictor", "maxheight": "3"}, False),
        ({"barrier": "border_control"}, False),
        ({"barrier": "no"}, False),
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
    """A stated access decides, else the kind of barrier, its lock and its size."""
    assert barrier_blocks(tags, VAN) is blocks


@pytest.mark.parametrize(
    ("tags", "blocks"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "bollard": "removable"}, False),
        ({"barrier": "gate", "locked": "yes"}, False),
        ({"barrier": "swing_gate"}, False),
        ({"barrier": "gate", "access": "no", "bus": "yes"}, False),
        ({"barrier": "lift_gate", "access": "no"}, True),
        ({"barrier": "block"}, True),
    ],
)
def test_barriers_that_an_emergency_vehicle_opens(tags: dict[str, str], *, blocks: bool) -> None:
    """Locks, bollards that come out, and what is there for buses; no walls and fixed posts."""
    assert barrier_blocks(tags, EMERGENCY) is blocks


def test_a_lorry_does_not_pass_where_it_is_too_high() -> None:
    """The same restrictor lets the van through."""
    restrictor = {"barrier": "height_restrictor", "maxheight": "3"}
    assert barrier_blocks(restrictor, TRUCK)
    assert not barrier_blocks(restrictor, VAN)
