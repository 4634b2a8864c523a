"""Queries on jobs, planned work, assignments, the plan, and where idle crews wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from equipage.data.database import rows
from equipage.data.database.session import Session, chunks
from equipage.data.database.tables.work import (
    LIVE,
    RUNNING,
    assignments,
    jobs,
    planned_work,
    plans,
    standbys,
    stops,
)
from equipage.dispatch.errors import AlreadyAssignedError, ConflictError, NotFoundError
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    CrewId,
    Job,
    JobId,
    Plan,
    PlannedWork,
    PlannedWorkId,
    ReportId,
    Standby,
    Stop,
    TimeSpan,
)
from equipage.dispatch.status import AssignmentStatus

# Numbers without leading zeros: of two ids of the same moment the shorter is the older.
_OLDEST_FIRST = (assignments.c.created_at, func.length(assignments.c.id), assignments.c.id)


class AssignmentReading(Session):
    """Jobs, who has them, the plan, and where those wait who have none."""

    def planned_work(self, work_id: PlannedWorkId) -> PlannedWork:
        """Return the planned work of that id."""
        return rows.planned_work_of(self._by_id(planned_work, "planned work", work_id))

    def planned_works(self, span: TimeSpan) -> Sequence[PlannedWork]:
        """Return the planned work whose window overlaps the span, by its start; cancelled work too."""
        work = planned_work.c
        overlapping = planned_work.select().where(work.earliest < span.end, work.latest > span.start)
        found = self._rows(overlapping.order_by(work.earliest, work.id))
        return [rows.planned_work_of(stored) for stored in found]

    def job(self, job_id: JobId) -> Job:
        """Return the job of that id."""
        return Job(**self._by_id(jobs, "job", job_id))

    def job_of_report(self, report_id: ReportId) -> Job:
        """Return the job of a report, closed or not."""
        stored = self._row(jobs.select().where(jobs.c.report_id == report_id))
        if stored is None:
            raise NotFoundError(f"there is no job of report {report_id!r}")
        return Job(**stored)

    def open_jobs(self) -> Sequence[Job]:
        """Return the jobs that are not closed, oldest first."""
        still_open = jobs.select().where(jobs.c.closed_at.is_(None))
        oldest_first = (jobs.c.created_at, func.length(jobs.c.id), jobs.c.id)
        return [Job(**stored) for stored in self._rows(still_open.order_by(*oldest_first))]

    def assignment(self, assignment_id: AssignmentId) -> Assignment:
        """Return the assignment of that id."""
        return Assignment(**self._by_id(assignments, "assignment", assignment_id))

    def live_assignments(self) -> Sequence[Assignment]:
        """Return the assignments that a crew still has, oldest first."""
        return self._assignments(assignments.select().where(LIVE))

    def assignments_of(self, report_ids: Sequence[ReportId]) -> Mapping[ReportId, Sequence[Assignment]]:
        """Return all assignments of each report, oldest first; every id given is a key."""
        found: dict[ReportId, list[Assignment]] = defaultdict(list, {key: [] for key in report_ids})
        for some in chunks(report_ids):
            for assignment in self._assignments(
                assignments.select().where(assignments.c.report_id.in_(some))
            ):
                if assignment.report_id is not None:
                    found[assignment.report_id].append(assignment)
        return dict(found)

    def ended_assignments(self, span: TimeSpan) -> Sequence[Assignment]:
        """Return the assignments that ended within the span, oldest first."""
        ended_at = assignments.c.ended_at
        return self._assignments(assignments.select().where(ended_at >= span.start, ended_at < span.end))

    def refusals(self) -> frozenset[tuple[JobId, CrewId]]:
        """Return which crew refused which job that is not closed."""
        still_open = select(jobs.c.id).where(jobs.c.closed_at.is_(None))
        refused = assignments.c.status == AssignmentStatus.REFUSED
        pairs = select(assignments.c.job_id, assignments.c.crew_id).where(
            assignments.c.job_id.in_(still_open), refused
        )
        return frozenset((stored["job_id"], stored["crew_id"]) for stored in self._rows(pairs))

    def plan(self) -> Plan:
        """Return the present plan; version 0 before the first."""
        stored = self._row(plans.select())
        if stored is None:
            return Plan(version=0)
        found = self._rows(stops.select().order_by(stops.c.crew_id, stops.c.position))
        return rows.plan_of(stored, tuple(Stop(**stop) for stop in found))

    def standbys(self) -> Sequence[Standby]:
        """Return where crews were asked to wait, by crew."""
        return [Standby(**stored) for stored in self._rows(standbys.select().order_by(standbys.c.crew_id))]

    def _assignments(self, statement: Select[tuple[object, ...]]) -> Sequence[Assignment]:
        return [Assignment(**stored) for stored in self._rows(statement.order_by(*_OLDEST_FIRST))]


class AssignmentWriting(AssignmentReading):
    """Adding and replacing jobs, assignments, the plan, and where crews wait."""

    def save_planned_work(self, work: PlannedWork) -> None:
        """Add or replace the planned work of that id."""
        self._upsert(planned_work, rows.planned_work_row(work))

    def save_job(self, job: Job) -> None:
        """Add or replace the job of that id."""
        self._upsert(jobs, rows.row_of(job))

    def add_assignment(self, assignment: Assignment) -> None:
        """Add an assignment, if job and crew are free for it.

        Parameters
        ----------
        assignment : Assignment
            With an id of its own.

        Raises
        ------
        AlreadyAssignedError
            If another live assignment has the job, or, for one that is running, another running one the
            crew; it names the holder.
        ConflictError
            If there is an assignment of that id.
        """
        if not self._insert_if_free(assignments, rows.row_of(assignment)):
            raise self._taken(assignment)

    def save_assignment(self, assignment: Assignment) -> None:
        """Add or replace the assignment of that id.

        Parameters
        ----------
        assignment : Assignment
            As it is to be.

        Raises
        ------
        AlreadyAssignedError
            If its crew is already running for another, or another crew has the job; it names the holder.
        """
        try:
            # The savepoint keeps the transaction usable on PostgreSQL after the refusal.
            with self._connection.begin_nested():
                self._upsert(assignments, rows.row_of(assignment))
        except IntegrityError as error:
            if not assignment.status.is_live:
                raise
            raise self._taken(assignment) from error

    def _taken(self, wanted: Assignment) -> ConflictError:
        """Return the error that says who has the job or the crew of an assignment that was refused."""
        conflicts = [and_(LIVE, assignments.c.job_id == wanted.job_id)]
        if wanted.status.is_running:
            conflicts.append(and_(RUNNING, assignments.c.crew_id == wanted.crew_id))
        others = assignments.select().where(assignments.c.id != wanted.id, or_(*conflicts))
        found = self._assignments(others)
        if not found:
            return ConflictError(
                f"assignment {wanted.id!r} of job {wanted.job_id!r} to crew {wanted.crew_id!r} was refused:"
                " its id is taken, or what held the job or the crew has just ended; load again"
            )
        holder = next((other for other in found if other.job_id == wanted.job_id), found[0])
        taken = f"job {wanted.job_id!r}" if holder.job_id == wanted.job_id else f"crew {wanted.crew_id!r}"
        return AlreadyAssignedError(
            f"{taken} is taken: assignment {holder.id!r} gives job {holder.job_id!r} to crew"
            f" {holder.crew_id!r} ({holder.status})",
            holder,
        )

    def save_plan(self, plan: Plan) -> None:
        """Replace the plan and all its stops.

        Parameters
        ----------
        plan : Plan
            Of the version after the stored one.

        Raises
        ------
        ConflictError
            If the stored version is not `plan.version - 1`; nothing is changed then.
        """
        row = rows.plan_row(plan)
        if plan.version == 1:
            replaced = self._insert_if_free(plans, row)
        else:
            before = plans.c.version == plan.version - 1
            replaced = self._connection.execute(plans.update().where(before).values(row)).rowcount > 0
        if not replaced:
            stored = self.plan().version
            raise ConflictError(f"plan {plan.version} cannot follow the stored plan {stored}; plan again")
        self._connection.execute(stops.delete())
        if plan.stops:
            self._connection.execute(stops.insert(), [rows.row_of(stop) for stop in plan.stops])

    def save_standby(self, standby: Standby) -> None:
        """Add or replace where that crew waits."""
        self._upsert(standbys, rows.row_of(standby))

    def drop_standby(self, crew_id: CrewId) -> bool:
        """Forget where a crew was asked to wait; return whether it was."""
        dropped = self._connection.execute(standbys.delete().where(standbys.c.crew_id == crew_id))
        return dropped.rowcount > 0
