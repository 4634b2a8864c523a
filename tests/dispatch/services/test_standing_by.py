"""Where idle crews wait, by a dispatcher's word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.model import AuditEntry, CrewId, Standby
from equipage.dispatch.services.assignments import release
from equipage.dispatch.services.fleet import pause_crew, set_absent
from equipage.dispatch.services.standing_by import clear_standby, set_standby
from equipage.dispatch.services.undoing import remembered
from tests.dispatch.services.test_what_if import take_back
from tests.dispatch.services.town import ACTOR, Town, TownRoads
from tests.dispatch.worlds import Place, a_shift, lonlat

A, B = CrewId("A"), CrewId("B")
EAST = (3000.0, 400.0)


def ask(town: Town, place: Place | None = EAST, crew_id: CrewId = A, actor: str = ACTOR) -> Standby:
    """Tell a crew where to wait."""
    with town.store.transaction() as tx:
        return set_standby(
            tx,
            crew_id,
            place=None if place is None else lonlat(place),
            router=town.router,
            now=town.now,
            actor=actor,
        )


def let_go(town: Town, crew_id: CrewId = A) -> None:
    """Let a crew wait wherever it is."""
    with town.store.transaction() as tx:
        clear_standby(tx, crew_id, now=town.now, actor=ACTOR)


def standbys(town: Town) -> dict[CrewId, Standby]:
    """Return where crews wait."""
    with town.store.reading() as reading:
        return {standby.crew_id: standby for standby in reading.standbys()}


def told(town: Town) -> list[str]:
    """Return the crews that something was announced of."""
    return [event.data["crew_id"] for event in town.events("crew")]


def audit(town: Town, crew_id: CrewId = A) -> list[AuditEntry]:
    """Return what was done about a crew."""
    with town.store.reading() as reading:
        return list(reading.audit("crew", crew_id))


def test_a_crew_waits_where_it_is_told(town: Town) -> None:
    """It is stored with who said so and the drive: 3,000 m east and 400 north of the depot, at 10 m/s."""
    standby = ask(town)
    lon, lat = lonlat(EAST)
    assert standby == Standby(
        crew_id=A, lon=lon, lat=lat, since=town.now, actor=ACTOR, drive_s=303, saves_s=0.0
    )
    assert standbys(town) == {A: standby}
    assert told(town) == ["A"]
    [entry] = audit(town)
    assert (entry.action, entry.actor, entry.details) == ("standby", ACTOR, {"lon": lon, "lat": lat})


def test_a_crew_may_be_told_to_stay_where_it_is(town: Town) -> None:
    """Without a place; the audit does not keep where that was."""
    standby = ask(town, None)
    assert ((standby.lon, standby.lat), standby.drive_s) == (lonlat((0.0, 0.0)), 0)
    assert audit(town)[0].details == {}


def test_the_last_word_counts(town: Town) -> None:
    """Another place replaces the one before, whoever said that."""
    ask(town)
    town.wait(1)
    last = ask(town, (-500.0, 0.0), actor="Ana")
    assert standbys(town) == {A: last}


def test_a_crew_is_let_go(town: Town) -> None:
    """That is announced and recorded; said twice it is nothing new."""
    ask(town)
    let_go(town)
    let_go(town)
    assert standbys(town) == {}
    assert told(town) == ["A", "A"]
    assert [entry.action for entry in audit(town)] == ["standby", "standby_ended"]


def test_nobody_is_told_of_a_crew_that_there_is_not(town: Town) -> None:
    """Neither way."""
    with pytest.raises(NotFoundError, match="no crew 'Z'"):
        ask(town, crew_id=CrewId("Z"))
    with pytest.raises(NotFoundError, match="no crew 'Z'"):
        let_go(town, CrewId("Z"))


def _pause(town: Town) -> None:
    with town.store.transaction() as tx:
        pause_crew(tx, A, now=town.now, actor=ACTOR)


def _stay_away(town: Town) -> None:
    with town.store.transaction() as tx:
        set_absent(tx, A, absent=True, now=town.now, actor=ACTOR)


def _work(town: Town) -> None:
    town.assign(town.file(), "A")


def _take_a_break(town: Town) -> None:
    with town.store.transaction() as tx:
        tx.save_shift(a_shift("A", breaks=[(-5, 20)]))


def _go_home(town: Town) -> None:
    town.wait(5 * 60)


def _fall_silent(town: Town) -> None:
    town.give_trackers("A")


NOT_IDLE = {
    "paused": _pause,
    "absent": _stay_away,
    "has to do report": _work,
    "on break for another 20 min": _take_a_break,
    "off shift": _go_home,
    "has not been heard of": _fall_silent,
}


@pytest.mark.parametrize("why", NOT_IDLE)
def test_only_an_idle_crew_is_told_where_to_wait(town: Town, why: str) -> None:
    """Whatever else it does, what that is is said, and nothing is stored."""
    NOT_IDLE[why](town)
    with pytest.raises(ConflictError, match=f"crew A is none: .*{why}"):
        ask(town)
    assert standbys(town) == {}


@pytest.mark.parametrize(
    ("place", "code"),
    [((2e7, 0.0), "no_place"), ((20_000.0, 0.0), "outside"), ((5000.0, 0.0), "no_way")],
    ids=str,
)
def test_a_place_that_will_not_do_is_refused(town: Town, place: Place, code: str) -> None:
    """On no map, outside the city, or beyond the river."""
    town.router = TownRoads(river_x=4000.0)
    with pytest.raises(InvalidInputError) as refused:
        ask(town, place)
    assert [fault.code for fault in refused.value.faults] == [code]  # type: ignore[attr-defined]


def test_a_place_off_the_roads_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """No crew can wait where it cannot drive."""
    monkeypatch.setattr("tests.dispatch.worlds.EDGE_OF_THE_PLAIN_M", 1000.0)
    with pytest.raises(InvalidInputError, match="too far from any road"):
        ask(town)


def _by_hand(town: Town) -> None:
    town.assign(town.file(), "A")


def _by_planner(town: Town) -> None:
    town.file()
    town.tick()


@pytest.mark.parametrize("give", [_by_hand, _by_planner])
def test_whoever_is_given_something_waits_no_longer(town: Town, give: Callable[[Town], None]) -> None:
    """By hand and by the planner, in the moment it is given; the others wait on."""
    for crew_id in ("A", "B", "C"):
        ask(town, EAST, CrewId(crew_id))
    give(town)
    [holder] = town.live().values()
    assert sorted(standbys(town)) == sorted({"A", "B", "C"} - {holder})


def test_whoever_is_given_something_back_waits_no_longer(town: Town) -> None:
    """Nor when a release is taken back."""
    report = town.file()
    held = town.assign(report, "A")
    with town.store.transaction() as tx, remembered(tx, "released", now=town.now, actor=ACTOR):
        release(tx, held.id, reason="", hold_s=0, now=town.now, actor=ACTOR)
    ask(town)
    take_back(town)
    assert (town.live(), standbys(town)) == ({report.id: "A"}, {})
