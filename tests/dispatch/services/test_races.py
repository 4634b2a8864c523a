"""Sixteen at once, as dispatchers, crews, citizens and trackers: no double, and nobody sees a deadlock."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from equipage.data.store import open_store
from equipage.dispatch.errors import (
    AlreadyAssignedError,
    ConflictError,
    IllegalStepError,
    InvalidInputError,
    NotEligibleError,
)
from equipage.dispatch.model import CrewId, Report
from equipage.dispatch.services.assignments import release
from equipage.dispatch.services.fleet import pause_crew, resume_crew
from equipage.dispatch.services.reports import close_report, reopen_report
from equipage.dispatch.services.tracking import record_fixes
from equipage.dispatch.status import ReportStatus
from tests.dispatch.services.town import ACTOR, CREWS, Town

THREADS = 16
Result = TypeVar("Result")


@pytest.fixture
def offices(town: Town, database_url: str) -> Iterator[list[Town]]:
    """The town as sixteen callers see it, four to a store: like processes, stores share the database only."""
    stores = [open_store(database_url) for _ in range(4)]
    yield [replace(town, store=stores[number % 4]) for number in range(THREADS)]
    for store in stores:
        store.close()


def at_once(offices: list[Town], work: Callable[[int, Town], Result]) -> list[Result]:
    """Do the work in a thread for each caller, all starting together; return the results."""
    start = threading.Barrier(len(offices))

    def run(number: int) -> Result:
        start.wait()
        return work(number, offices[number])

    with ThreadPoolExecutor(len(offices)) as pool:
        return list(pool.map(run, range(len(offices))))


def test_a_crew_sets_off_for_one_report_only(town: Town, offices: list[Town]) -> None:
    """Sixteen send the same crew to 16 reports at once and set off: it goes to one, and its day is finite."""
    reports = [town.file((100.0 * number, 0.0)) for number in range(THREADS)]

    def send(number: int, office: Town) -> str | None:
        try:
            office.advance(office.assign(reports[number], "B", pin=True), "en_route")
        except AlreadyAssignedError as refusal:
            return refusal.holder.id
        except NotEligibleError:
            # With what others gave it, its shift is full.
            return None
        return None

    told = {holder for holder in at_once(offices, send) if holder}
    with town.store.reading() as reading:
        live = reading.live_assignments()
    assert len({each.job_id for each in live}) == len(live)
    assert [each.crew_id for each in live if each.status.is_running] == [CrewId("B")]
    assert told <= {each.id for each in live}


def test_calls_about_different_things_disturb_nobody(town: Town, offices: list[Town]) -> None:
    """Sixteen file a report each and three of them have a crew each: all of it is done, nothing conflicts."""
    filed: list[Report] = at_once(offices, lambda number, office: office.file((50.0 * number, 0.0)))
    assert len({report.id for report in filed}) == THREADS
    three = offices[: len(CREWS)]
    at_once(three, lambda number, office: office.assign(filed[number], CREWS[number]))
    assert town.live() == {filed[number].id: crew for number, crew in enumerate(CREWS)}
    with town.store.reading() as reading:
        assert reading.plan().version == len(CREWS)


def test_one_report_wanted_by_all_ends_with_one_crew(town: Town, offices: list[Town]) -> None:
    """All sixteen give it to a crew of their choice: the last has it, and every other one was released."""
    report = town.file()
    made = at_once(offices, lambda number, office: office.assign(report, CREWS[number % 3]))
    with town.store.reading() as reading:
        (live,) = reading.live_assignments()
        every = reading.assignments_of([report.id])[report.id]
        assert [stop.assignment_id for stop in reading.plan().stops] == [live.id]
    assert {each.id for each in made} == {each.id for each in every}
    assert Counter(each.status.value for each in every) == {"released": len(every) - 1, "planned": 1}


def test_everything_at_once_keeps_the_rules(town: Town, offices: list[Town]) -> None:
    """Sixteen callers do what comes to them, the planner ticks: refusals are the domain's, and all holds."""
    town.give_trackers("ABC")
    reports = [town.file((200.0 * number, 0.0)) for number in range(6)]

    def act(number: int, office: Town) -> None:
        chance = random.Random(number)
        for step in range(12):
            with suppress(AlreadyAssignedError, IllegalStepError, InvalidInputError):
                _one_call(office, reports, chance, step)

    at_once(offices, act)
    every = town.reports()
    with town.store.reading() as reading:
        live, plan, jobs = reading.live_assignments(), reading.plan(), reading.open_jobs()
        held = reading.assignments_of([report.id for report in every])
    assert len({each.job_id for each in live}) == len(live)
    assert max(Counter(each.crew_id for each in live if each.status.is_running).values(), default=0) <= 1
    assert {stop.assignment_id for stop in plan.stops} <= {each.id for each in live}
    assert {each.job_id for each in live} <= {job.id for job in jobs}
    for report in every:
        holders = [each for each in held[report.id] if each.status.is_live]
        in_hand = report.status in {ReportStatus.ASSIGNED, ReportStatus.EN_ROUTE, ReportStatus.IN_PROGRESS}
        assert in_hand == bool(holders), report


def _one_call(office: Town, reports: list[Report], chance: random.Random, step: int) -> None:
    """Do one of the things that people and trackers do."""
    report, crew_id = chance.choice(reports), chance.choice(CREWS)
    told: dict[str, Any] = {"now": office.now, "actor": ACTOR}
    kind = chance.randrange(8)
    if kind == 0:
        office.file((10.0 * step, 10.0))
    elif kind == 1:
        office.assign(report, crew_id, pin=chance.random() < 0.3)
    elif kind == 2:
        # The planner decides outside its transaction, and looks again where that was overtaken.
        with suppress(ConflictError):
            office.tick()
    elif kind == 3:
        _advance_or_release(office, chance)
    with office.store.transaction() as tx:
        if kind == 4:
            close_report(tx, report.id, ReportStatus.CANCELLED, note="", **told)
        elif kind == 5:
            reopen_report(tx, report.id, note="", **told)
        elif kind == 6:
            (pause_crew if chance.random() < 0.5 else resume_crew)(tx, CrewId(crew_id), **told)
        elif kind == 7:
            fixes = [office.fix(each, (float(step), 0.0), step / 60) for each in chance.sample(CREWS, 3)]
            record_fixes(tx, fixes, router=office.router, now=office.now)


def _advance_or_release(office: Town, chance: random.Random) -> None:
    with office.store.reading() as reading:
        live = reading.live_assignments()
    if not live:
        return
    chosen = chance.choice(live)
    if chance.random() < 0.3:
        with office.store.transaction() as tx:
            release(tx, chosen.id, reason="", now=office.now, actor=ACTOR)
    else:
        office.advance(chosen, "en_route" if chosen.status.value == "planned" else "done")
