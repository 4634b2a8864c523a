"""Where idle crews wait, by a dispatcher's word and the planner's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pytest

from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.model import AuditEntry, CrewId, Standby
from equipage.dispatch.services.assignments import release
from equipage.dispatch.services.fleet import pause_crew, set_absent
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.services.standing_by import clear_standby, set_standby, standby_tick
from equipage.dispatch.services.undoing import remembered
from equipage.dispatch.status import ReportStatus
from tests.dispatch.services.test_what_if import take_back
from tests.dispatch.services.town import ACTOR, Town, TownRoads
from tests.dispatch.worlds import Place, a_job, a_report, a_shift, lonlat

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


def expect(town: Town, *, hours_ago: float) -> None:
    """Have three reports come from the east, which were dealt with."""
    now = town.now
    town.now -= timedelta(hours=hours_ago)
    for _ in range(3):
        report = town.file(EAST)
        with town.store.transaction() as tx:
            close_report(tx, report.id, status=ReportStatus.DONE, note="", now=town.now, actor=ACTOR)
    town.now = now


def look(town: Town, *, asks: bool = True) -> Sequence[CrewId]:
    """Have the planner look where idle crews wait."""
    return standby_tick(town.store, router=town.router, now=town.now, asks=asks)


@pytest.mark.parametrize("hours_ago", [1, 24, 6 * 24 + 1])
def test_the_planner_asks_a_crew_to_wait_where_reports_come_from(town: Town, hours_ago: float) -> None:
    """At this hour of the last days: one crew is enough. It is announced, and not in the audit."""
    expect(town, hours_ago=hours_ago)
    [crew_id] = look(town)
    standby = standbys(town)[crew_id]
    assert ((standby.lon, standby.lat), standby.actor, standby.drive_s) == (lonlat(EAST), "planner", 303)
    assert standby.saves_s > 0
    assert told(town) == [crew_id]
    assert audit(town, crew_id) == []


@pytest.mark.parametrize("hours_ago", [12, 8 * 24])
def test_what_came_at_other_hours_or_long_ago_asks_nobody(town: Town, hours_ago: float) -> None:
    """Half a day ago, and eight days."""
    expect(town, hours_ago=hours_ago)
    assert look(town) == ()


def test_what_is_likely_counts_beside_what_was_reported(town: Town) -> None:
    """Where nothing was reported yet it tells alone; three reports from the east then ask one more crew."""
    west = (-3000.0, 400.0)
    likely = [a_report(a_job(f"likely-{number}", west)) for number in range(3)]
    standby_tick(town.store, router=town.router, now=town.now, asks=True, likely=likely)
    assert {(each.lon, each.lat) for each in standbys(town).values()} == {lonlat(west)}
    expect(town, hours_ago=1)
    standby_tick(town.store, router=town.router, now=town.now, asks=True, likely=likely)
    assert {(each.lon, each.lat) for each in standbys(town).values()} == {lonlat(west), lonlat(EAST)}


def test_what_holds_is_saved_and_told_once(town: Town) -> None:
    """The next looks find it as it is: nothing is announced, and no transaction writes."""
    expect(town, hours_ago=1)
    look(town)
    before = standbys(town), town.events()
    for _ in range(20):
        town.wait(1)
        assert look(town) == ()
    assert (standbys(town), town.events()) == before


def test_a_persons_word_is_left_alone(town: Town) -> None:
    """Whoever is told to stay stays, though the planner would ask it."""
    expect(town, hours_ago=1)
    words = {CrewId(crew_id): ask(town, None, CrewId(crew_id)) for crew_id in ("A", "B", "C")}
    assert look(town) == ()
    assert standbys(town) == words


def test_whoever_is_let_go_may_be_asked_again(town: Town) -> None:
    """By the planner, at its next look."""
    expect(town, hours_ago=1)
    for crew_id in ("A", "B", "C"):
        ask(town, None, CrewId(crew_id))
    let_go(town)
    assert look(town) == ["A"]
    assert standbys(town)[A].actor == "planner"


@pytest.mark.parametrize("why", sorted(NOT_IDLE.keys() - {"has to do report"}))
@pytest.mark.parametrize("asks", [True, False])
def test_whoever_is_not_idle_any_more_waits_no_longer(town: Town, why: str, asks: bool) -> None:  # noqa: FBT001
    """Whatever it does instead, and whether the planner asks anybody or not."""
    ask(town)
    NOT_IDLE[why](town)
    said = len(town.events("crew"))
    assert look(town, asks=asks) == ["A"]
    assert standbys(town) == {}
    assert told(town)[said:] == ["A"]


@pytest.mark.parametrize("asks", [True, False])
def test_a_persons_word_holds_while_a_crew_is_silent(town: Town, asks: bool) -> None:  # noqa: FBT001
    """Trackers of parked vehicles sleep: what was said before stays, and more may be said by radio."""
    ask(town)
    _fall_silent(town)
    assert look(town, asks=asks) == ()
    word = ask(town, (-500.0, 0.0))
    assert look(town, asks=asks) == ()
    assert standbys(town) == {A: word}


def test_a_persons_word_ends_with_the_shift(town: Town) -> None:
    """It was for those who have gone home, though the next shift began in the same minute."""
    ask(town)
    with town.store.transaction() as tx:
        tx.save_shift(a_shift("A", (4, 12)))
    town.wait(4 * 60)
    assert look(town, asks=False) == ["A"]
    assert standbys(town) == {}


def test_what_the_planner_asked_ends_when_the_crew_is_silent(town: Town) -> None:
    """It does not count on a crew that it does not see."""
    expect(town, hours_ago=1)
    [asked] = look(town)
    town.give_trackers(asked)
    assert asked in look(town)
    assert asked not in standbys(town)


def test_where_the_planner_asks_nobody_only_a_persons_word_holds(town: Town) -> None:
    """What it asked before is over."""
    expect(town, hours_ago=1)
    [asked] = look(town)
    other = next(crew_id for crew_id in (A, B) if crew_id != asked)
    word = ask(town, (-500.0, 0.0), other)
    assert look(town, asks=False) == [asked]
    assert standbys(town) == {other: word}


class Interrupted(TownRoads):
    """Roads that something happens on while the planner looks at them."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self.happens: Callable[[], object] | None = happens

    def matrix(self, origins: npt.ArrayLike, destinations: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Let it happen, once, and return the seconds."""
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return super().matrix(origins, destinations)


def test_a_crew_that_is_given_something_meanwhile_is_not_asked(town: Town) -> None:
    """Between the planner's look and its word; the next look asks another."""
    expect(town, hours_ago=1)
    report = town.file()
    town.router = Interrupted(lambda: town.assign(report, "A"))
    assert look(town) == []
    assert standbys(town) == {}
    assert look(town) == ["B"]


def test_a_person_who_speaks_meanwhile_is_heard(town: Town) -> None:
    """Between the planner's look and its word."""
    expect(town, hours_ago=1)
    town.router = Interrupted(lambda: ask(town, None, A))
    assert look(town) == []
    assert standbys(town)[A].actor == ACTOR
