"""Turn restrictions that hold at some hours only: then a router is as under plain ones, else as free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pytest

from equipage.data.network_files import read_network, save_network
from equipage.routing.conditions import Closure, Conditions
from equipage.routing.network import RoadNetwork
from equipage.routing.osm import Tags
from equipage.routing.router import Router
from tests.routing.scenario import SPACING_DEG, build, draw, restriction, way_id

# w x e as a street with n above x, and a ring around so that every turn can be avoided.
TOWN = """
    a n b
    w x e
    c s d
"""
WAYS: Mapping[str, Tags] = {
    way: {} for way in ("wx", "xe", "nx", "xs", "an", "nb", "wa", "wc", "cs", "sd", "de", "eb")
}
PARIS = ZoneInfo("Europe/Paris")
RUSH, NIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=PARIS), datetime(2026, 3, 2, 22, 0, tzinfo=PARIS)
MIDDLES = [
    (column * SPACING_DEG, -row * SPACING_DEG) for column, row in ((0.5, 1), (1, 0.5), (1.5, 1), (1, 1.5))
]
BEYOND = [(2 * SPACING_DEG, -row * SPACING_DEG) for row in (0.5, 1.5)]
TIMED = "restriction:conditional"
RELATIONS = [
    ("no_left_turn", "wx", "x", "nx"),
    ("only_straight_on", "wx", "x", "xe"),
    ("no_u_turn", "wx", "xe", "eb"),
    ("only_left_turn", "wx", "xe", "eb"),
]


def town(kind: str | None, *members: str, tags: Tags | None = None, key: str = "restriction") -> RoadNetwork:
    """Return the town under one restriction, or under none."""
    given = [restriction(kind, *members, tags=tags, kind_key=key)] if members else []
    return build(draw(TOWN, ways=WAYS, restrictions=given))


def seconds(router: Router) -> npt.NDArray[np.float64]:
    """Return the seconds from the middles of the four streets at x to each other and to both streets at e."""
    return router.matrix(MIDDLES, [*MIDDLES, *BEYOND])


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation[0])
def test_a_conditional_restriction_holds_at_its_hours_only(relation: tuple[str, ...]) -> None:
    """Over a node or a way, bans and obligations: in the rush hour as if plain, at night as if not there."""
    kind, *members = relation
    plain, free = Router(town(kind, *members)), Router(town(None))
    network = town(f"{kind} @ (Mo-Fr 07:00-09:00)", *members, key=TIMED)
    router = Router(network)
    assert network.restrictions.used == 1
    assert (seconds(plain) != seconds(free)).any()
    assert seconds(router.at(RUSH)) == pytest.approx(seconds(plain))
    assert seconds(router.at(NIGHT)) == pytest.approx(seconds(free))


def test_who_tells_no_time_gets_no_conditional_restriction() -> None:
    """As on OSRM, a condition counts only where it is known what time it is."""
    network = town("no_left_turn @ (24/7)", "wx", "x", "nx", key=TIMED)
    assert seconds(Router(network)) == pytest.approx(seconds(Router(town(None))))
    assert Router(network).at(NIGHT).time == NIGHT


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction": "no_left_turn", "hour_on": "07:00", "hour_off": "09:00"},
        {"restriction": "no_left_turn", "day_on": "Monday", "day_off": "Friday"},
        {"restriction:conditional": "no_left_turn @ 07:00-09:00"},
        {"restriction:conditional": "no_left_turn @ (06:00-07:00); no_left_turn @ (07:30-08:30)"},
        {"restriction:motorcar:conditional": "no_left_turn @ (Mo-Fr)", "restriction:hgv": "no_right_turn"},
        {"type": "restriction:motorcar", "restriction:conditional": "no_left_turn @ (Mo)"},
        {"restriction:conditional": "no_left_turn @ (Mo)", "except": "psv"},
    ],
)
def test_every_form_of_a_condition_holds(tags: Tags) -> None:
    """Older tags, several conditions, those for vehicles: in the rush hour the turn is banned."""
    network = town(None, "wx", "x", "nx", tags=tags)
    assert network.restrictions.used == 1
    assert seconds(Router(network).at(RUSH)) == pytest.approx(
        seconds(Router(town("no_left_turn", "wx", "x", "nx")))
    )


def test_a_restriction_may_be_lifted_at_hours() -> None:
    """`none @ (20:00-06:00)` beside a plain one: it holds by day and for who tells no time, not at night."""
    network = town("no_left_turn", "wx", "x", "nx", tags={TIMED: "none @ (20:00-06:00)"})
    router = Router(network)
    plain, free = seconds(Router(town("no_left_turn", "wx", "x", "nx"))), seconds(Router(town(None)))
    assert seconds(router) == pytest.approx(plain)
    assert seconds(router.at(RUSH)) == pytest.approx(plain)
    assert seconds(router.at(NIGHT)) == pytest.approx(free)


@pytest.mark.parametrize("condition", ["none @ (PH)", "none", "no_left_turn @ (Mo-Fr)"])
def test_a_plain_restriction_holds_whatever_else_is_said(condition: str) -> None:
    """A condition beside it that is not understood, or says the same again, takes nothing away."""
    network = town("no_left_turn", "wx", "x", "nx", tags={TIMED: condition})
    plain = seconds(Router(town("no_left_turn", "wx", "x", "nx")))
    assert seconds(Router(network).at(NIGHT)) == pytest.approx(plain)


def test_hours_are_read_on_the_clock_of_the_times_zone() -> None:
    """Seven in the morning in Paris is no rush hour for who says the same moment in UTC: it is six there."""
    network = town("no_left_turn @ (07:00-08:00)", "wx", "x", "nx", key=TIMED)
    moment = datetime(2026, 3, 2, 7, 30, tzinfo=PARIS)
    banned, free = Router(network).at(moment), Router(network).at(moment.astimezone(UTC))
    assert (seconds(banned) != seconds(free)).any()


def test_conditions_and_hours_hold_together() -> None:
    """A closure is not lost when a time is told, and hours are not when a closure is."""
    network = town("no_left_turn @ (07:00-09:00)", "wx", "x", "nx", key=TIMED)
    closed = Conditions(closures=(Closure(way_ids=(way_id("wa"),)),))
    one, other = (
        Router(network).at(RUSH).with_conditions(closed),
        Router(network).with_conditions(closed).at(RUSH),
    )
    plain = Router(town("no_left_turn", "wx", "x", "nx")).with_conditions(closed)
    assert seconds(one) == pytest.approx(seconds(plain))
    assert seconds(other) == pytest.approx(seconds(plain))


def test_hours_are_kept_in_the_file_of_a_network(tmp_path: Path) -> None:
    """A stored network bans at its hours what the built one does."""
    network = town("no_left_turn @ (07:00-09:00)", "wx", "x", "nx", key=TIMED)
    save_network(network, tmp_path / "town.equipage")
    again = read_network(tmp_path / "town.equipage")
    assert again == network
    assert seconds(Router(again).at(RUSH)) == pytest.approx(seconds(Router(network).at(RUSH)))
