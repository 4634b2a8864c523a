"""What becomes of planned work in the coming days, from the store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from equipage.dispatch.model import PlannedWork, ServiceCode, TimeSpan
from equipage.dispatch.planning.replanning import Effort
from equipage.dispatch.services.coming import ComingDays, Prospect, coming_days, taken_by_reports
from equipage.dispatch.services.plannedwork import NewPlannedWork, add_planned_work, cancel_planned_work
from equipage.dispatch.solver.budget import looks
from tests.dispatch.services.town import ACTOR, Town
from tests.dispatch.worlds import a_shift, lonlat

EFFORT = Effort(engine="own", budget=lambda: looks(60))
HOUR_S = 3600


@pytest.fixture
def week(town: Town) -> Town:
    """Crew A, the only one with the skill for lamps, works eight hours on the next two days, too."""
    with town.store.transaction() as tx:
        for day in (1, 2):
            tx.save_shift(a_shift("A", (24 * day - 4, 24 * day + 4)))
    return town


def plan(
    town: Town, name: str, *, service: str = "lamp", hours: float, begins_in: float = -0.5
) -> PlannedWork:
    """Plan so many hours of work for the coming days, from so many hours from now on."""
    lon, lat = lonlat((1000.0, 0.0))
    start = town.now + timedelta(hours=begins_in)
    new = NewPlannedWork(
        service_code=ServiceCode(service),
        name=name,
        lon=lon,
        lat=lat,
        window=TimeSpan(start=start, end=town.now + timedelta(hours=max(begins_in, 0.0) + 24)),
        duration_s=round(hours * HOUR_S),
    )
    with town.store.transaction() as tx:
        return add_planned_work(tx, new, now=town.now, actor=ACTOR)


def coming(town: Town, days: int = 5) -> ComingDays:
    """Return the coming days as they stand."""
    until = town.now + timedelta(days=days)
    return coming_days(town.store, router=town.router, now=town.now, until=until, effort=EFFORT)


def said(found: ComingDays) -> list[tuple[str, str, str | None, int | None]]:
    """Return name, prospect, crew and in how many days of each work, in order."""
    return [
        (
            each.work.name,
            each.prospect.value,
            each.crew_id,
            None if each.arrival is None else (each.arrival.date() - found.as_of.date()).days,
        )
        for each in found.works
    ]


def test_a_round_is_spread_over_the_days(week: Town) -> None:
    """One lamp takes the crew's day: the first is given now, the others come, the last has no place."""
    for name in ("first", "second", "third"):
        plan(week, name, hours=3.5)
    week.tick()
    plan(week, "endless", hours=10)
    found = coming(week)
    ((first, *rest), *others) = said(found)
    assert rest == ["given", "A", 0]
    assert {first} | {name for name, *_ in others[:2]} == {"first", "second", "third"}
    assert [tuple(prospect) for _, *prospect in others[:2]] == [("coming", "A", 1), ("coming", "A", 1)]
    assert others[2:] == [("endless", "no_place", None, None)]
    told = found.works[-1].help
    assert told is not None
    assert [reason.code for reason in told.reasons] == ["help_overtime"]


def test_what_is_late_says_by_how_much(week: Town) -> None:
    """Due tomorrow at this hour; the crew comes to it behind seven hours of other work."""
    plan(week, "first", hours=7)
    plan(week, "second", hours=7)
    found = coming(week)
    assert [each.late_s > 0 for each in found.works] == [False, True]
    assert found.works[0].arrival is not None
    due_at = found.works[1].work.window.end
    assert found.works[1].arrival == due_at + timedelta(seconds=found.works[1].late_s)


def test_nothing_is_decided_by_looking(week: Town) -> None:
    """Neither plan nor history changes; what is cancelled is gone, what begins after these days is named."""
    gone = plan(week, "gone", hours=1)
    with week.store.transaction() as tx:
        cancel_planned_work(tx, gone.id, now=week.now, actor=ACTOR)
    plan(week, "later", hours=1, begins_in=6 * 24)
    plan(week, "soon", hours=1, begins_in=20)
    before = week.events()
    assert said(coming(week)) == [("soon", "coming", "A", 1), ("later", "later", None, None)]
    assert week.events() == before
    assert week.live() == {}


def test_what_reports_took_is_kept_free(week: Town) -> None:
    """Three crews have worked for six hours by then; a report took one of them an hour and a half."""
    with week.store.reading() as reading:
        assert taken_by_reports(reading, week.now) == 0.0
    report = week.file()
    week.tick()
    with week.store.reading() as reading:
        (assignment,) = reading.live_assignments()
    week.advance(assignment, "en_route")
    week.wait(30)
    week.advance(assignment, "on_site")
    week.wait(60)
    week.advance(assignment, "done")
    week.wait(30)
    assert week.report(report).closed_at is not None
    assert coming(week).kept_free == pytest.approx(1.5 / (3 * 6))


def test_a_day_without_shifts_has_no_place(town: Town) -> None:
    """Nobody with the skill works tomorrow: a further crew would help."""
    plan(town, "lamp", hours=1, begins_in=20)
    (left,) = coming(town).works
    assert left.prospect is Prospect.NO_PLACE
    assert left.help is not None
    assert left.help.reasons != ()
