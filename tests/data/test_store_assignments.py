"""Jobs, assignments and the plan: round trips, and that nothing is ever assigned twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipage.data.errors import RefusedRowError
from equipage.data.store import SqlStore
from equipage.dispatch.errors import AlreadyAssignedError, ConflictError, NotFoundError
from equipage.dispatch.model import (
    AssignmentId,
    JobId,
    Plan,
    PlannedWork,
    PlannedWorkId,
    ReportId,
    Stop,
    TimeSpan,
)
from equipage.dispatch.status import AssignmentStatus
from tests.data.examples import (
    CREWS,
    LAT,
    LON,
    MINUTE,
    NOW,
    SERVICE,
    new_assignment,
    new_job,
    new_report,
    save_city,
    save_jobs,
)

HOUR = TimeSpan(start=NOW, end=NOW + 60 * MINUTE)
EN_ROUTE, ON_SITE = AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SITE


def new_planned_work(work_id: str, **changes: object) -> PlannedWork:
    """Return planned work with a window of an hour from `NOW`."""
    work = PlannedWork(
        id=PlannedWorkId(work_id),
        service_code=SERVICE,
        name="Ronde",
        lon=LON,
        lat=LAT,
        window=HOUR,
        duration_s=600,
        priority=4,
        public=False,
        created_at=NOW,
    )
    return replace(work, **changes)  # type: ignore[arg-type]


def test_planned_work_comes_back_as_it_was_saved(store: SqlStore) -> None:
    """With every field set or only the required ones it is the same value later."""
    plain = new_planned_work("W1")
    full = new_planned_work("W2", commune="Dijon", description="Chaque lundi", cancelled_at=NOW)
    with store.transaction() as tx:
        save_city(tx)
        tx.save_planned_work(plain)
        tx.save_planned_work(full)
    with store.reading() as reading:
        assert reading.planned_work(plain.id) == plain
        assert reading.planned_work(full.id) == full


def test_planned_work_is_found_by_its_window(store: SqlStore) -> None:
    """Work is found when its window and the span overlap, and by the start of the window."""
    windows = {"before": (-60, 0), "within": (10, 20), "around": (-10, 90), "after": (60, 70)}
    with store.transaction() as tx:
        save_city(tx)
        for name, (start, end) in windows.items():
            window = TimeSpan(start=NOW + start * MINUTE, end=NOW + end * MINUTE)
            tx.save_planned_work(new_planned_work(name, window=window))
        assert [work.id for work in tx.planned_works(HOUR)] == ["around", "within"]


def test_jobs_come_back_as_they_were_saved(store: SqlStore) -> None:
    """A job of a report and one of planned work are the same values, however they are looked for."""
    with store.transaction() as tx:
        save_city(tx)
        tx.add_report(new_report("1"))
        tx.save_planned_work(new_planned_work("W1"))
        of_report = new_job("J1", "1", commune="Dijon")
        of_work = new_job("J2", None, planned_work_id=PlannedWorkId("W1"), skills=frozenset())
        tx.save_job(of_report)
        tx.save_job(of_work)
    with store.reading() as reading:
        assert reading.job(of_report.id) == reading.job_of_report(ReportId("1")) == of_report
        assert reading.job(of_work.id) == of_work
        assert reading.open_jobs() == [of_report, of_work]


def test_a_closed_job_is_not_open_until_it_is_reopened(store: SqlStore) -> None:
    """Closing takes a job out of the open ones, saving it without the time puts it back."""
    (job_id,) = save_jobs(store, 1)
    with store.transaction() as tx:
        tx.save_job(replace(tx.job(job_id), closed_at=NOW))
        assert tx.open_jobs() == []
        tx.save_job(replace(tx.job(job_id), closed_at=None))
        assert [job.id for job in tx.open_jobs()] == [job_id]


def test_jobs_of_one_moment_are_open_in_the_order_of_their_numbers(store: SqlStore) -> None:
    """J2 comes before J10, though not in the alphabet."""
    job_ids = save_jobs(store, 11)
    with store.reading() as reading:
        assert [job.id for job in reading.open_jobs()] == job_ids


def test_a_report_has_one_job(store: SqlStore) -> None:
    """A second job of the same report is refused: it could get a second crew."""
    save_jobs(store, 1)
    with pytest.raises(RefusedRowError), store.transaction() as tx:
        tx.save_job(new_job("J2", "1"))


def test_what_is_not_there_is_named(store: SqlStore) -> None:
    """Each look by id says what kind of thing there is none of, and which."""
    with store.reading() as reading:
        with pytest.raises(NotFoundError, match="no planned work 'W9'"):
            reading.planned_work(PlannedWorkId("W9"))
        with pytest.raises(NotFoundError, match="no job 'J9'"):
            reading.job(JobId("J9"))
        with pytest.raises(NotFoundError, match="no job of report '9'"):
            reading.job_of_report(ReportId("9"))
        with pytest.raises(NotFoundError, match="no assignment 'A9'"):
            reading.assignment(AssignmentId("A9"))


def test_assignments_come_back_as_they_were_added(store: SqlStore) -> None:
    """With every field set or only the required ones an assignment is the same value later."""
    jobs = save_jobs(store, 2)
    plain = new_assignment("A1", jobs[0])
    full = new_assignment(
        "A2",
        jobs[1],
        crew=1,
        status=AssignmentStatus.DONE,
        report_id=ReportId("2"),
        pinned=True,
        promised_at=NOW + MINUTE,
        predicted_at=NOW + 2 * MINUTE,
        en_route_at=NOW + 3 * MINUTE,
        arrived_at=NOW + 4 * MINUTE,
        ended_at=NOW + 5 * MINUTE,
        reason="fini",
    )
    with store.transaction() as tx:
        tx.add_assignment(plain)
        tx.add_assignment(full)
    with store.reading() as reading:
        assert reading.assignment(plain.id) == plain
        assert reading.assignment(full.id) == full
        assert reading.live_assignments() == [plain]


def test_a_job_that_is_taken_names_its_holder(store: SqlStore) -> None:
    """A second live assignment of one job is refused with the first one, and the transaction can go on."""
    jobs = save_jobs(store, 2)
    first = new_assignment("A1", jobs[0])
    with store.transaction() as tx:
        tx.add_assignment(first)
        with pytest.raises(AlreadyAssignedError, match="job 'J1' is taken") as refusal:
            tx.add_assignment(new_assignment("A2", jobs[0], crew=1))
        tx.add_assignment(new_assignment("A3", jobs[1], crew=1))
    assert refusal.value.holder == first
    with store.reading() as reading:
        assert [assignment.id for assignment in reading.live_assignments()] == ["A1", "A3"]


def test_a_job_is_free_again_after_its_release(store: SqlStore) -> None:
    """Ended assignments of a job, any number of them, hold it no more."""
    (job_id,) = save_jobs(store, 1)
    with store.transaction() as tx:
        for number in range(3):
            assignment = new_assignment(f"A{number}", job_id)
            tx.add_assignment(assignment)
            tx.save_assignment(replace(assignment, status=AssignmentStatus.RELEASED, ended_at=NOW))
        tx.add_assignment(new_assignment("A9", job_id, crew=1))
        assert [assignment.id for assignment in tx.live_assignments()] == ["A9"]


def test_a_crew_may_have_many_planned_but_one_running(store: SqlStore) -> None:
    """A running crew takes further planned jobs, but setting off for a second names the first."""
    jobs = save_jobs(store, 3)
    running = new_assignment("A1", jobs[0], status=ON_SITE)
    planned = new_assignment("A2", jobs[1])
    with store.transaction() as tx:
        tx.add_assignment(running)
        tx.add_assignment(planned)
        with pytest.raises(AlreadyAssignedError, match="crew 'crew-1' is taken") as by_saving:
            tx.save_assignment(replace(planned, status=EN_ROUTE))
        with pytest.raises(AlreadyAssignedError, match="crew 'crew-1' is taken") as by_adding:
            tx.add_assignment(new_assignment("A3", jobs[2], status=EN_ROUTE))
    assert by_saving.value.holder == by_adding.value.holder == running
    with store.reading() as reading:
        assert reading.assignment(planned.id) == planned


def test_a_job_cannot_be_given_back_to_life_while_another_has_it(store: SqlStore) -> None:
    """Saving an ended assignment as live again names who has the job now."""
    (job_id,) = save_jobs(store, 1)
    released = new_assignment("A1", job_id, status=AssignmentStatus.RELEASED, ended_at=NOW)
    holder = new_assignment("A2", job_id, crew=1)
    with store.transaction() as tx:
        tx.add_assignment(released)
        tx.add_assignment(holder)
        with pytest.raises(AlreadyAssignedError, match="job 'J1' is taken") as refusal:
            tx.save_assignment(replace(released, status=AssignmentStatus.PLANNED, ended_at=None))
    assert refusal.value.holder == holder


def test_the_same_assignment_can_run_on(store: SqlStore) -> None:
    """From en route to on site it is not in its own way."""
    (job_id,) = save_jobs(store, 1)
    assignment = new_assignment("A1", job_id, status=EN_ROUTE)
    arrived = replace(assignment, status=ON_SITE, arrived_at=NOW)
    with store.transaction() as tx:
        tx.add_assignment(assignment)
        tx.save_assignment(arrived)
    with store.reading() as reading:
        assert reading.assignment(assignment.id) == arrived


def test_a_second_assignment_of_one_id_is_a_conflict(store: SqlStore) -> None:
    """Where nobody holds the job nor the crew, it is said that the id is taken."""
    jobs = save_jobs(store, 2)
    with store.transaction() as tx:
        tx.add_assignment(new_assignment("A1", jobs[0]))
        with pytest.raises(ConflictError, match="id is taken") as refusal:
            tx.add_assignment(new_assignment("A1", jobs[1], crew=1))
    assert not isinstance(refusal.value, AlreadyAssignedError)


def test_an_assignment_of_nothing_is_refused(store: SqlStore) -> None:
    """An unknown job is a contradiction, not a conflict."""
    save_jobs(store, 1)
    with pytest.raises(RefusedRowError), store.transaction() as tx:
        tx.save_assignment(new_assignment("A1", "J9", status=AssignmentStatus.DONE))


def test_assignments_of_reports_are_all_of_them_oldest_first(store: SqlStore) -> None:
    """Ended ones too, A2 before A10 at one moment; a report without any has an empty list."""
    (job_id, _other) = save_jobs(store, 2)
    report_id, bare = ReportId("1"), ReportId("2")
    with store.transaction() as tx:
        for number in (10, 2):
            tx.add_assignment(
                new_assignment(
                    f"A{number}", job_id, report_id=report_id, status=AssignmentStatus.REFUSED, ended_at=NOW
                )
            )
        live = new_assignment("A1", job_id, report_id=report_id, created_at=NOW + MINUTE)
        tx.add_assignment(live)
        found = tx.assignments_of([bare, report_id])
    assert [assignment.id for assignment in found[report_id]] == ["A2", "A10", "A1"]
    assert found[bare] == []


def test_assignments_of_more_reports_than_fit_into_one_query(store: SqlStore) -> None:
    """40,000 ids are more than SQLite takes parameters; all are answered."""
    (job_id,) = save_jobs(store, 1)
    with store.transaction() as tx:
        tx.add_assignment(new_assignment("A1", job_id, report_id=ReportId("1")))
        found = tx.assignments_of([ReportId(str(number)) for number in range(40_000)])
    assert len(found) == 40_000
    assert [assignment.id for assignment in found[ReportId("1")]] == ["A1"]


def test_ended_assignments_are_those_of_the_span(store: SqlStore) -> None:
    """The start of the span is within it, its end is not, and what goes on has not ended."""
    jobs = save_jobs(store, 4)
    done = AssignmentStatus.DONE
    with store.transaction() as tx:
        tx.add_assignment(new_assignment("A1", jobs[0], status=done, ended_at=HOUR.start - MINUTE))
        tx.add_assignment(new_assignment("A2", jobs[1], status=done, ended_at=HOUR.start))
        tx.add_assignment(new_assignment("A3", jobs[2], status=done, ended_at=HOUR.end))
        tx.add_assignment(new_assignment("A4", jobs[3]))
        assert [assignment.id for assignment in tx.ended_assignments(HOUR)] == ["A2"]


def test_refusals_are_remembered_while_the_job_is_open(store: SqlStore) -> None:
    """However long ago, of reports and of planned work; a release is none, and a closed job needs no crew."""
    refused_job, released_job, closed_job = save_jobs(store, 3)
    refused, long_ago = AssignmentStatus.REFUSED, NOW - 1440 * MINUTE
    work = new_planned_work("W1")
    job = new_job("J-W1", None, planned_work_id=work.id)
    with store.transaction() as tx:
        tx.save_planned_work(work)
        tx.save_job(job)
        tx.save_job(replace(tx.job(closed_job), closed_at=NOW))
        tx.add_assignment(new_assignment("A1", refused_job, status=refused, ended_at=long_ago))
        tx.add_assignment(new_assignment("A2", job.id, crew=1, status=refused, ended_at=long_ago))
        tx.add_assignment(new_assignment("A3", released_job, status=AssignmentStatus.RELEASED, ended_at=NOW))
        tx.add_assignment(new_assignment("A4", closed_job, status=refused, ended_at=NOW))
        assert tx.refusals() == {(refused_job, CREWS[0]), (job.id, CREWS[1])}


def _stop(crew: int, position: int, job_id: str, assignment_id: str) -> Stop:
    return Stop(
        crew_id=CREWS[crew],
        position=position,
        job_id=JobId(job_id),
        assignment_id=AssignmentId(assignment_id),
        arrival=NOW + position * MINUTE,
        departure=NOW + (position + 1) * MINUTE,
    )


def _save_planned(store: SqlStore, count: int) -> None:
    with store.transaction() as tx:
        for number, job_id in enumerate([job.id for job in tx.open_jobs()][:count], start=1):
            tx.add_assignment(new_assignment(f"A{number}", job_id))


def test_before_the_first_plan_there_is_version_0(store: SqlStore) -> None:
    """A database without a plan has the plan of version 0, without stops."""
    with store.reading() as reading:
        assert reading.plan() == Plan(version=0)


def test_a_plan_replaces_the_one_before(store: SqlStore) -> None:
    """The stored plan is the last one saved, with its stops alone, by crew and position."""
    save_jobs(store, 3)
    _save_planned(store, 3)
    stops = (_stop(0, 1, "J1", "A1"), _stop(0, 2, "J2", "A2"), _stop(1, 1, "J3", "A3"))
    first = Plan(version=1, as_of=NOW, network_id="n1", engine="optimal", stops=stops)
    second = Plan(version=2, as_of=NOW + MINUTE, stops=(_stop(1, 1, "J1", "A1"),))
    with store.transaction() as tx:
        tx.save_plan(replace(first, stops=stops[::-1]))
        assert tx.plan() == first
        tx.save_plan(second)
    with store.reading() as reading:
        assert reading.plan() == second


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_plan_that_does_not_follow_the_stored_one_is_refused(store: SqlStore, version: int) -> None:
    """Over plan 2 only plan 3 can be saved; after the refusal plan 2 and its stops are there."""
    save_jobs(store, 1)
    _save_planned(store, 1)
    stored = Plan(version=2, stops=(_stop(0, 1, "J1", "A1"),))
    with store.transaction() as tx:
        tx.save_plan(Plan(version=1))
        tx.save_plan(stored)
    with pytest.raises(ConflictError, match="stored plan 2"), store.transaction() as tx:
        tx.save_plan(Plan(version=version))
    with store.reading() as reading:
        assert reading.plan() == stored


@pytest.mark.parametrize(
    "stops",
    [
        (_stop(0, 1, "J1", "A1"), _stop(0, 1, "J2", "A2")),
        (_stop(0, 1, "J1", "A1"), _stop(1, 1, "J1", "A2")),
        (_stop(0, 1, "J1", "A1"), _stop(1, 1, "J2", "A1")),
        (_stop(0, 0, "J1", "A1"),),
    ],
    ids=["one place of a crew twice", "one job twice", "one assignment twice", "position 0"],
)
def test_a_plan_that_contradicts_itself_is_refused(store: SqlStore, stops: tuple[Stop, ...]) -> None:
    """No place of a crew, no job and no assignment comes twice, and positions count from 1."""
    save_jobs(store, 2)
    _save_planned(store, 2)
    with pytest.raises(RefusedRowError), store.transaction() as tx:
        tx.save_plan(Plan(version=1, stops=stops))
    with store.reading() as reading:
        assert reading.plan() == Plan(version=0)
