"""Whatever people, crews and the planner do in whatever order, what must always hold does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from equipage.data.store import SqlStore, open_store
from equipage.dispatch.errors import (
    AlreadyAssignedError,
    ConflictError,
    IllegalStepError,
    InvalidInputError,
)
from equipage.dispatch.lifecycle import FOLLOWS
from equipage.dispatch.model import Assignment, CrewId, Report, ReportId, Stop
from equipage.dispatch.planning.planner import Decision, decide
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.services.assignments import release, set_pin
from equipage.dispatch.services.etas import refresh_promises
from equipage.dispatch.services.fleet import pause_crew, resume_crew, set_absent
from equipage.dispatch.services.planning import save_decision
from equipage.dispatch.services.reports import (
    ReportChanges,
    acknowledge_report,
    amend_report,
    close_report,
    reopen_report,
)
from equipage.dispatch.services.tracking import record_fixes
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import (
    ASSIGNMENT_STEPS,
    CLOSED_REPORT_STATUSES,
    AssignmentStatus,
    ReportStatus,
)
from tests.dispatch.services.town import ACTOR, Town, build_town
from tests.stores import FreshDatabase

T = TypeVar("T")
PLACES = st.tuples(
    st.sampled_from([-4000.0, -500.0, 0.0, 800.0, 6000.0]), st.sampled_from([-900.0, 0.0, 3000.0])
)
WHICH = st.integers(0, 30)
CREW = st.sampled_from("ABC")
DAYS = 20


@dataclass(frozen=True)
class Look:
    """What the planner saw and decided, not saved yet."""

    situation: Situation
    decision: Decision


class Dispatching(RuleBasedStateMachine):
    """A town at work, and beside it the little that must be remembered to judge it."""

    def __init__(self, database: AbstractContextManager[str]) -> None:
        super().__init__()
        self.database = database
        self.store: SqlStore = open_store(database.__enter__())
        self.town: Town = build_town(self.store)
        self.closed: dict[ReportId, ReportStatus] = {}
        self.last_event_id = 0
        self.look: Look | None = None

    def teardown(self) -> None:
        """Close the store."""
        self.store.close()
        self.database.__exit__(None, None, None)

    @initialize(places=st.lists(PLACES, min_size=1, max_size=3))
    def begin(self, places: list[tuple[float, float]]) -> None:
        """Let there be some reports, and a tracker in one van, which is silent until it drives."""
        self.town.give_trackers("A")
        for place in places:
            self.town.file(place)

    @rule(
        place=PLACES,
        service=st.sampled_from(["pothole", "pothole", "lamp", "manual"]),
        hold_s=st.sampled_from([0, 0, 300]),
    )
    def file(self, place: tuple[float, float], service: str, hold_s: int) -> None:
        """File a report."""
        self.town.file(place, service, hold_s=hold_s)

    @rule(which=WHICH, crew=CREW, pin=st.booleans(), override=st.booleans())
    def assign_any(self, which: int, crew: str, pin: bool, override: bool) -> None:  # noqa: FBT001
        """Give any report to a crew, or be told why not."""
        self.assign(pick(self.town.reports(), which), crew, pin=pin, override=override)

    @precondition(lambda self: len(self.closed) < len(self.town.reports()))
    @rule(which=WHICH, crew=CREW, pin=st.booleans(), position=st.sampled_from([None, 1, 2, 9]))
    def assign_open(self, which: int, crew: str, pin: bool, position: int | None) -> None:  # noqa: FBT001
        """Give an open report to a crew, whatever keeps the crew from it, next or somewhere in its route."""
        reports = [report for report in self.town.reports() if report.id not in self.closed]
        self.assign(pick(reports, which), crew, pin=pin, override=True, position=position)

    @precondition(lambda self: self.holdings())
    @rule(which=WHICH, status=st.sampled_from(sorted(AssignmentStatus)))
    def advance(self, which: int, status: AssignmentStatus) -> None:
        """Have a crew say how far it is."""
        before = pick(self.holdings(), which)
        try:
            after = self.town.advance(before, status, reason="flat tyre")
        except AlreadyAssignedError as error:
            running = [each for each in self.holdings() if each.status.is_running]
            check_holder(error.holder, running, None, before.crew_id)
        except IllegalStepError:
            sayable = ASSIGNMENT_STEPS[before.status] - {AssignmentStatus.RELEASED}
            assert status not in sayable | {before.status}
        else:
            assert after.status is status
            if status is AssignmentStatus.DONE and after.report_id is not None:
                self.closed[after.report_id] = ReportStatus.DONE

    @precondition(lambda self: self.holdings())
    @rule(which=WHICH, hold_s=st.sampled_from([0, 0, 300]))
    def release(self, which: int, hold_s: int) -> None:
        """Take a job from a crew."""
        held = pick(self.holdings(), which)
        with self.store.transaction() as tx:
            release(tx, held.id, reason="", hold_s=hold_s, now=self.town.now, actor=ACTOR)

    @precondition(lambda self: self.holdings())
    @rule(which=WHICH, pinned=st.booleans())
    def pin(self, which: int, pinned: bool) -> None:  # noqa: FBT001
        """Pin an assignment, or unpin it."""
        held = pick(self.holdings(), which)
        with self.store.transaction() as tx:
            set_pin(tx, held.id, pinned=pinned, now=self.town.now, actor=ACTOR)

    @rule(which=WHICH, status=st.sampled_from(sorted(CLOSED_REPORT_STATUSES)))
    def close(self, which: int, status: ReportStatus) -> None:
        """Close a report; one that is closed otherwise stays so."""
        report = pick(self.town.reports(), which)
        try:
            with self.store.transaction() as tx:
                close_report(tx, report.id, status, note="", now=self.town.now, actor=ACTOR)
        except IllegalStepError:
            assert self.closed[report.id] is not status
        else:
            assert self.closed.setdefault(report.id, status) is status

    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        """Reopen a report, if it is closed."""
        report = pick(self.town.reports(), which)
        try:
            with self.store.transaction() as tx:
                reopen_report(tx, report.id, note="", now=self.town.now, actor=ACTOR)
        except IllegalStepError:
            assert report.id not in self.closed
        else:
            del self.closed[report.id]

    @rule(
        which=WHICH,
        crew=CREW,
        place=PLACES,
        what=st.sampled_from(["amend", "hold", "pause", "resume", "absent", "present", "drive", "wait"]),
    )
    def meanwhile(self, which: int, crew: str, place: tuple[float, float], what: str) -> None:
        """Let something happen that changes what the planner sees."""
        if what in {"amend", "hold"}:
            self.amend(pick(self.town.reports(), which), priority=which % 4 + 1, hold=what == "hold")
        elif what == "drive":
            with self.store.transaction() as tx:
                fix = self.town.fix("A", place)
                record_fixes(tx, [fix], router=self.town.router, now=self.town.now)
        elif what == "wait":
            self.town.wait(which)
        else:
            self.manage(CrewId(crew), what)

    @rule()
    def tick(self) -> None:
        """Let the planner look and save: then nobody waits without knowing why."""
        self.town.tick()
        held = {assignment.report_id for assignment in self.holdings()}
        for report in self.town.reports():
            if report.status.is_open and report.id not in held:
                assert report.unassigned_reason is not None

    @rule()
    def look_only(self) -> None:
        """Let a slow planner look and decide, and save only later."""
        with self.store.reading() as reading:
            situation = load_situation(reading, self.town.now)
        self.look = Look(situation, decide(situation, self.town.router))

    @precondition(lambda self: self.look is not None)
    @rule()
    def save_late(self) -> None:
        """Let the slow planner save what may be outdated: all of it, or nothing."""
        assert self.look is not None
        look, self.look = self.look, None
        before = self.holdings()
        try:
            with self.store.transaction() as tx:
                save_decision(tx, look.situation, look.decision, network_id="plain")
        except ConflictError:
            assert self.holdings() == before
        else:
            held = {(each.job_id, each.crew_id) for each in self.holdings()}
            assert held.issuperset((each.job_id, each.crew_id) for each in look.decision.assign)
            with self.store.reading() as reading:
                paused = {crew.id for crew in reading.crews() if crew.paused_since is not None}
            assert paused.isdisjoint(each.crew_id for each in look.decision.assign)

    @rule()
    def promise(self) -> None:
        """Bring promises up to date; at once again there is nothing to do."""
        refresh_promises(self.store, router=self.town.router, now=self.town.now)
        assert refresh_promises(self.store, router=self.town.router, now=self.town.now) == 0

    @invariant()
    def what_must_hold(self) -> None:
        """Check everything, in one look."""
        with self.store.reading() as reading:
            held = list(reading.live_assignments())
            reports = list(reading.reports(ReportQuery()).items)
            open_jobs = {job.report_id for job in reading.open_jobs()}
            stops = reading.plan().stops
            events = reading.events_after(self.last_event_id, limit=1000)
        check_nothing_is_given_twice(held)
        check_reports_follow_their_crews(reports, held)
        check_the_plan_is_what_crews_have(stops, held)
        # Only reopening leads out of a final state; a job is open exactly as long as its report.
        assert {report.id: report.status for report in reports if not report.status.is_open} == self.closed
        assert open_jobs == {report.id for report in reports if report.status.is_open}
        ids = [self.last_event_id, *(event.id for event in events)]
        assert all(one < following for one, following in pairwise(ids))
        self.last_event_id = ids[-1]

    def assign(
        self, report: Report, crew: str, *, pin: bool, override: bool, position: int | None = None
    ) -> None:
        """Give a report to a crew, or be told who has what, or what is in the way."""
        before = self.holdings()
        try:
            given = self.town.assign(report, crew, pin=pin, override=override, position=position)
        except AlreadyAssignedError as error:
            check_holder(error.holder, before, report.id, crew)
        except (IllegalStepError, InvalidInputError):
            assert self.holdings() == before
        else:
            assert (given.report_id, given.crew_id, given.pinned) == (report.id, crew, pin)
            others = [each for each in before if each.report_id != report.id and each.crew_id == crew]
            assert not any(each.status.is_running for each in before if each.report_id == report.id)
            assert pin or position or not any(each.status.is_running for each in others)
            # What a crew has comes later, and only what no longer fits its shift is sent back.
            pins = [each for each in others if each.pinned]
            assert all(each in self.holdings() for each in pins)

    def amend(self, report: Report, *, priority: int, hold: bool) -> None:
        """Change a report, and have it read."""
        now = self.town.now
        try:
            with self.store.transaction() as tx:
                changes = ReportChanges(priority=priority, hold_s=300 if hold else None)
                amend_report(tx, report.id, changes, now=now, actor=ACTOR)
                acknowledge_report(tx, report.id, now=now, actor=ACTOR)
        except (IllegalStepError, InvalidInputError):
            assert report.id in self.closed

    def manage(self, crew_id: CrewId, what: str) -> None:
        """Let a crew pause or miss its shift, or come back."""
        now = self.town.now
        with self.store.transaction() as tx:
            if what in {"pause", "resume"}:
                (pause_crew if what == "pause" else resume_crew)(tx, crew_id, now=now, actor=ACTOR)
            elif any(shift.crew_id == crew_id for shift in load_situation(tx, now).shifts.values()):
                set_absent(tx, crew_id, absent=what == "absent", now=now, actor=ACTOR)

    def holdings(self) -> list[Assignment]:
        """Return what crews have."""
        with self.store.reading() as reading:
            return list(reading.live_assignments())


def check_nothing_is_given_twice(held: Sequence[Assignment]) -> None:
    """One live assignment a job, and of each crew one running at most."""
    assert max(Counter(each.job_id for each in held).values(), default=0) <= 1
    running = Counter(each.crew_id for each in held if each.status.is_running)
    assert max(running.values(), default=0) <= 1


def check_reports_follow_their_crews(reports: Sequence[Report], held: Sequence[Assignment]) -> None:
    """A report's status is its live assignment's; without one it waits, promised nothing, or is closed."""
    status = {each.report_id: FOLLOWS[each.status] for each in held}
    for report in reports:
        assert (report.closed_at is None) is report.status.is_open
        if report.id in status:
            assert report.status is status[report.id]
            assert report.unassigned_reason is None
        else:
            assert report.status.is_waiting or not report.status.is_open
            assert report.expected_at is None or report.status is ReportStatus.DONE


def check_the_plan_is_what_crews_have(stops: Sequence[Stop], held: Sequence[Assignment]) -> None:
    """Every live assignment has its one stop, numbered along its crew's route, the running one first."""
    running = {each.id for each in held if each.status.is_running}
    assert sorted((stop.assignment_id, stop.crew_id) for stop in stops) == sorted(
        (each.id, each.crew_id) for each in held
    )
    for _, route in groupby(stops, key=lambda stop: stop.crew_id):
        along = list(route)
        assert [stop.position for stop in along] == list(range(1, len(along) + 1))
        assert running.isdisjoint(stop.assignment_id for stop in along[1:])


def check_holder(
    holder: Assignment, held: Sequence[Assignment], report_id: ReportId | None, crew_id: str
) -> None:
    """Check that a refusal names somebody who has the report, or what the crew has."""
    assert holder in held
    assert holder.report_id == report_id or holder.crew_id == crew_id


def pick(things: Sequence[T], which: int) -> T:
    """Return one of some things, for any number."""
    return things[which % len(things)]


def test_what_must_always_hold_does(
    fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Days of sixty random steps each, every invariant checked after every step."""

    class InTown(Dispatching):
        """The same, each time in a new town."""

        def __init__(self) -> None:
            super().__init__(fresh_database(tmp_path_factory.mktemp("town")))

    steps = settings(
        max_examples=DAYS, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(InTown, settings=steps)
