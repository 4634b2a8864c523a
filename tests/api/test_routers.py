"""The router that a server uses: whose clock it goes by."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from equipage.api.state import Routers
from equipage.routing.router import Router
from tests.routing import test_timed_roads as timed_roads
from tests.routing.test_timed_turns import PARIS, TIMED, seconds, town


def test_a_server_takes_the_hours_of_its_city() -> None:
    """The router in use changes when a restriction begins and ends on the city's clock, and only then."""
    network = town("no_left_turn @ (Mo-Fr 07:00-09:00)", "wx", "x", "nx", key=TIMED)
    routers = Routers(network, PARIS)
    plain, free = seconds(Router(town("no_left_turn", "wx", "x", "nx"))), seconds(Router(town(None)))
    changed = [routers.refresh([], datetime(2026, 3, 2, 5, 59, tzinfo=UTC))]
    assert seconds(routers.current) == pytest.approx(free)
    changed += [routers.refresh([], datetime(2026, 3, 2, 6, minute, tzinfo=UTC)) for minute in (0, 1)]
    assert seconds(routers.current) == pytest.approx(plain)
    changed.append(routers.refresh([], datetime(2026, 3, 2, 8, 0, tzinfo=UTC)))
    assert seconds(routers.current) == pytest.approx(free)
    assert changed == [False, True, False, True]


def test_a_server_takes_the_hours_of_roads() -> None:
    """A street that is closed in the rush hour is closed to the router in use then."""
    network = timed_roads.town({"access:conditional": f"no @ ({timed_roads.HOURS})"})
    routers = Routers(network, PARIS)
    driven = [timed_roads.driven(routers.current)]
    for hour in (6, 8):
        assert routers.refresh([], datetime(2026, 3, 2, hour, 30, tzinfo=UTC))
        driven.append(timed_roads.driven(routers.current))
    assert driven[0] == driven[2] != driven[1]
