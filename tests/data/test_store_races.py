"""Many at once: nobody wins twice, nobody fails for lack of patience, and what was acknowledged stays."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from equipage.data.store import SqlStore, open_store
from equipage.dispatch.errors import AlreadyAssignedError, ConflictError
from equipage.dispatch.model import AssignmentId, JobId, Plan, ReportId
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.status import AssignmentStatus
from tests.data.examples import (
    VEHICLES,
    new_assignment,
    new_fix,
    new_report,
    save_city,
    save_jobs,
)

THREADS = 16


def _at_once(work: Callable[[int], object], count: int = THREADS) -> list[object]:
    """Run the work in that many threads, all starting together; return the results by thread."""
    start = threading.Barrier(count)

    def run(number: int) -> object:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_sixteen_threads_never_assign_a_job_twice(store: SqlStore, database_url: str) -> None:
    """Of 16 threads in 4 stores that all want each of 10 jobs one gets it, and the others are told who."""
    jobs = save_jobs(store, 10)
    # As many processes would: stores share nothing but the database.
    stores = [open_store(database_url) for _ in range(4)]

    def grab(thread: int) -> list[tuple[JobId, AssignmentId]]:
        order = random.Random(thread).sample(jobs, len(jobs))
        told = []
        for job_id in order:
            mine = new_assignment(f"A{thread}-{job_id}", job_id, crew=thread % 3)
            try:
                with stores[thread % 4].transaction() as tx:
                    tx.add_assignment(mine)
                told.append((job_id, mine.id))
            except AlreadyAssignedError as refusal:
                told.append((job_id, refusal.holder.id))
        return told

    told = {pair for result in _at_once(grab) for pair in result}  # type: ignore[attr-defined]
    with store.reading() as reading:
        live = {(assignment.job_id, assignment.id) for assignment in reading.live_assignments()}
    assert told == live
    assert sorted(job_id for job_id, _ in live) == sorted(jobs)
    for one in stores:
        one.close()


def test_sixteen_threads_never_send_a_crew_to_two_places(store: SqlStore) -> None:
    """Of 16 planned jobs of one crew that are started at the same moment, one is; the others name it."""
    jobs = save_jobs(store, THREADS)
    planned = [new_assignment(f"A{number}", job_id) for number, job_id in enumerate(jobs)]
    with store.transaction() as tx:
        for assignment in planned:
            tx.add_assignment(assignment)

    def set_off(thread: int) -> AssignmentId:
        try:
            with store.transaction() as tx:
                tx.save_assignment(replace(planned[thread], status=AssignmentStatus.EN_ROUTE))
        except AlreadyAssignedError as refusal:
            return refusal.holder.id
        return planned[thread].id

    named = set(_at_once(set_off))
    with store.reading() as reading:
        running = {one.id for one in reading.live_assignments() if one.status.is_running}
    assert named == running
    assert len(running) == 1


def test_every_version_of_a_report_is_written_once(store: SqlStore) -> None:
    """Eight threads that change a report, each loading again after a conflict, lose no change."""
    with store.transaction() as tx:
        save_city(tx)
        tx.add_report(new_report("1"))

    def change(thread: int) -> None:
        while True:
            with store.reading() as reading:
                loaded = reading.report(ReportId("1"))
            try:
                with store.transaction() as tx:
                    tx.save_report(replace(loaded, description=f"{loaded.description}{thread} "))
            except ConflictError:
                continue
            return

    _at_once(change, 8)
    with store.reading() as reading:
        report = reading.report(ReportId("1"))
    assert sorted(report.description.split()) == [str(thread) for thread in range(8)]
    assert report.version == 9


def test_one_of_many_planners_saves_the_plan(store: SqlStore) -> None:
    """Of eight that planned over version 0, one saves version 1; the others are told to plan again."""

    def save(thread: int) -> str:
        try:
            with store.transaction() as tx:
                tx.save_plan(Plan(version=1, engine=str(thread)))
        except ConflictError:
            return "again"
        return str(thread)

    results = _at_once(save, 8)
    with store.reading() as reading:
        winner = reading.plan().engine
    assert Counter(results) == {"again": 7, winner: 1}


def test_numbers_come_once_however_many_ask(store: SqlStore) -> None:
    """Sixteen threads that take five numbers each get 80 different ones."""

    def take(_thread: int) -> list[str]:
        ids = []
        for _ in range(5):
            with store.transaction() as tx:
                ids.append(tx.next_id("report"))
        return ids

    taken = [identifier for result in _at_once(take) for identifier in result]  # type: ignore[attr-defined]
    assert len(set(taken)) == 5 * THREADS


def test_a_look_stays_the_same_while_others_write(store: SqlStore) -> None:
    """Within one reading nothing changes; the next reading sees what was committed in between."""
    with store.transaction() as tx:
        save_city(tx)
    with store.reading() as reading:
        assert reading.open_jobs() == []
        before = reading.plan()
        with store.transaction() as tx:
            tx.save_plan(Plan(version=1))
            tx.add_report(new_report("1"))
        assert reading.plan() == before
    with store.reading() as reading:
        assert reading.plan().version == 1


def test_counts_add_up_however_many_write(store: SqlStore) -> None:
    """Verdicts that eight threads count for the same vehicles at once are all counted."""
    with store.transaction() as tx:
        save_city(tx)

    def send(thread: int) -> None:
        for number in range(5):
            with store.transaction() as tx:
                tx.add_fixes([new_fix(100 * thread + number, vehicle=vehicle) for vehicle in (2, 0, 1)])

    _at_once(send, 8)
    with store.reading() as reading:
        assert [sum(reading.verdict_counts().get(van, {}).values()) for van in VEHICLES] == [40, 40, 40]


WRITER = """
import sys
from equipage.data.store import open_store
from tests.data.examples import new_event, new_report
store = open_store(sys.argv[1])
while True:
    with store.transaction() as tx:
        number = tx.next_id("report")
        tx.add_report(new_report(number))
        tx.announce(new_event(int(number)))
    print(number, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(store: SqlStore, database_url: str) -> None:
    """A process is killed while it writes: all it told is there, with its event, and nothing by half."""
    with store.transaction() as tx:
        save_city(tx)
    root = Path(__file__).resolve().parents[2]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert writer.stdout is not None
    told = [writer.stdout.readline().strip() for _ in range(30)]
    os.kill(writer.pid, signal.SIGKILL)
    told += writer.stdout.read().split()
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()
    with closing(open_store(database_url)) as reopened, reopened.reading() as reading:
        for number in told:
            assert reading.report(ReportId(number)) == new_report(number)
        announced = [event.data["number"] for event in reading.events_after(0, limit=10**6)]
        stored = reading.reports(ReportQuery(limit=10**6)).items
    assert sorted(int(report.id) for report in stored) == announced
    assert set(map(int, told)) <= set(announced)
