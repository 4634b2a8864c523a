"""What a decision looks at: routes, holders, places, and how it is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from equipage.dispatch.model import (
    AssignmentId,
    CrewId,
    Device,
    DeviceId,
    JobId,
    Plan,
    Report,
    ReportId,
    Shift,
    Stop,
    TimeSpan,
    VehicleId,
)
from equipage.dispatch.ports import ReportPage, ReportQuery
from equipage.dispatch.situation import MOST_RECENT, Situation, load_situation
from equipage.dispatch.status import CrewStatus, EtaBasis
from tests.dispatch.worlds import (
    NOW,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_position,
    a_report,
    a_shift,
    a_standby,
    an_assignment,
    at,
    lonlat,
)

A, B = CrewId("A"), CrewId("B")


def place_of(situation: Situation) -> tuple[float, float, EtaBasis]:
    """Return where crew A is taken to be and why."""
    place = situation.position_of(A)
    return place.lon, place.lat, place.basis


def test_a_route_starts_with_what_runs_and_follows_the_plan() -> None:
    """The running assignment first, then by position in the plan, then the rest, the oldest first."""
    jobs = [a_job(job_id) for job_id in ("j1", "j2", "j3", "j4", "j5")]
    planned = [an_assignment(job_id, since=-since) for job_id, since in [("j2", 9), ("j3", 8), ("j4", 3)]]
    running = an_assignment("j1", status="en_route", since=-1)
    unplanned = an_assignment("j5", since=-2)
    stops = tuple(
        Stop(
            crew_id=A,
            position=position,
            job_id=JobId(job_id),
            assignment_id=AssignmentId(f"a-{job_id}-A"),
            arrival=at(position),
            departure=at(position + 1),
        )
        for position, job_id in [(2, "j3"), (3, "j2")]
    )
    world = World(
        crews=[a_crew()],
        jobs=jobs,
        assignments=[unplanned, *planned, running],
        plan=Plan(version=1, stops=stops),
    )
    situation = world.situation()
    assert [a.job_id for a in situation.live_of(A)] == ["j1", "j3", "j2", "j4", "j5"]
    assert situation.running_of(A) == running
    assert [a.job_id for a in situation.planned_of(A)] == ["j3", "j2", "j4", "j5"]


def test_everybody_without_work_has_an_empty_route() -> None:
    """No assignment, no holder, nothing running."""
    situation = World(crews=[a_crew()], jobs=[a_job()]).situation()
    assert (situation.live_of(A), situation.running_of(A)) == ((), None)
    assert situation.holder_of(JobId("j1")) is None
    assert situation.status_of(A) is CrewStatus.AVAILABLE


def test_the_holder_of_a_job_is_its_live_assignment() -> None:
    """Found by the job, for whichever crew."""
    held = an_assignment("j1", "B")
    situation = World(crews=[a_crew(), a_crew("B")], jobs=[a_job()], assignments=[held]).situation()
    assert situation.holder_of(JobId("j1")) == held


def test_a_fresh_position_is_live_for_ten_minutes() -> None:
    """A second before ten minutes it is live, then stale, and its age is told."""
    live = World(crews=[a_crew()], positions=[a_position("A", (500.0, 0.0), age_s=599)]).situation()
    stale = World(crews=[a_crew()], positions=[a_position("A", (500.0, 0.0), age_s=600)]).situation()
    assert place_of(live) == (*lonlat((500.0, 0.0)), EtaBasis.LIVE)
    assert place_of(stale) == (*lonlat((500.0, 0.0)), EtaBasis.STALE_POSITION)
    assert stale.position_of(A).age_s == 600


def test_a_position_from_a_clock_ahead_is_not_older_than_now() -> None:
    """A device whose clock is a minute ahead has a position of age 0."""
    situation = World(crews=[a_crew()], positions=[a_position("A", (500.0, 0.0), age_s=-60)]).situation()
    assert situation.position_of(A).age_s == 0


def test_a_crew_on_site_is_where_its_job_is_unless_it_is_followed() -> None:
    """The job's place beats an old position; a live one beats the job's place."""
    job = a_job(place=(900.0, 0.0))
    world = World(crews=[a_crew()], jobs=[job], assignments=[an_assignment(status="on_site")])
    assert place_of(world.situation()) == (job.lon, job.lat, EtaBasis.PLAN)
    world.positions = [a_position("A", (100.0, 0.0), age_s=3600)]
    assert place_of(world.situation()) == (job.lon, job.lat, EtaBasis.PLAN)
    world.positions = [a_position("A", (100.0, 0.0), age_s=60)]
    assert place_of(world.situation()) == (*lonlat((100.0, 0.0)), EtaBasis.LIVE)


def test_a_crew_never_seen_is_at_its_depot() -> None:
    """Even when it says it is on its way: nobody knows how far it has come."""
    world = World(crews=[a_crew()], jobs=[a_job()], assignments=[an_assignment(status="en_route")])
    place = world.situation().position_of(A)
    assert ((place.lon, place.lat), place.basis) == (lonlat((0.0, 0.0)), EtaBasis.DEPOT)
    assert place.age_s is None


def test_the_vehicle_of_the_shift_is_followed_not_the_crews_usual_one() -> None:
    """On a day with a borrowed van its position counts."""
    borrowed = replace(a_shift(), vehicle_id=a_crew("B").vehicle_id)
    world = World(crews=[a_crew()], shifts=[borrowed], where={"A": (1.0, 0.0), "B": (700.0, 0.0)})
    assert place_of(world.situation()) == (*lonlat((700.0, 0.0)), EtaBasis.LIVE)


def _device(vehicle_id: VehicleId) -> Device:
    return Device(id=DeviceId(f"d-{vehicle_id}"), vehicle_id=vehicle_id, token_hash="", created_at=NOW)


class Stored:
    """The part of a `Reading` that a situation needs, over lists."""

    def __init__(self, world: World, *, shifts: Sequence[Shift] = (), archive: Sequence[Report] = ()) -> None:
        self.seen, self.all_shifts, self.archive = world.situation(), shifts, archive

    def __getattr__(self, name: str) -> Any:
        values = {
            "services": self.seen.services,
            "crews": list(self.seen.crews.values()),
            "vehicles": list(self.seen.vehicles.values()),
            "depots": list(self.seen.depots.values()),
            "open_jobs": list(self.seen.jobs.values()),
            "live_assignments": list(self.seen.assignments.values()),
            "positions": self.seen.positions,
            "plan": self.seen.plan,
            "refusals": self.seen.refusals,
            "standbys": list(self.seen.standbys.values()),
            "devices": [_device(vehicle_id) for vehicle_id in self.seen.tracked],
        }
        return lambda: values[name]

    def shifts(self, span: TimeSpan) -> list[Shift]:
        """Return the shifts that overlap the span."""
        return [s for s in self.all_shifts if s.span.start < span.end and s.span.end > span.start]

    def reports(self, query: ReportQuery) -> ReportPage:
        """Return the reports with these ids; without ids the whole archive, as the real store does."""
        assert query.ids or query.requested, "without either every report would be loaded"
        if query.requested is not None:
            found = [each for each in self.archive if each.requested_at in query.requested]
        else:
            found = [self.seen.reports[ReportId(report_id)] for report_id in query.ids]
        return ReportPage(items=found[: query.limit])


def loaded(world: World, **stored: Any) -> Situation:
    """Return the situation loaded from a store that holds the world."""
    return load_situation(Stored(world, **stored), NOW)


def test_what_is_stored_is_loaded() -> None:
    """Everything that the planner looks at comes back by its id."""
    world = World(
        crews=[a_crew(), a_crew("B", "gas")],
        jobs=[a_job(), a_planned_job()],
        where={"A": (10.0, 10.0)},
        assignments=[an_assignment()],
        refusals={("j1", "B")},
        standbys=[a_standby("B")],
        tracked={"A"},
    )
    assert loaded(world, shifts=[a_shift("A"), a_shift("B")]) == world.situation()


def test_an_empty_city_is_loaded_without_asking_for_all_reports() -> None:
    """No crews, no jobs: an empty situation, and no query that would return the whole archive."""
    assert loaded(World()) == World(shifts=[]).situation()


@pytest.mark.parametrize("count", [1, 501])
def test_the_reports_of_all_open_jobs_are_loaded(count: int) -> None:
    """More than one page of them, too."""
    world = World(jobs=[a_job(f"j{i}") for i in range(count)])
    reports: Mapping[ReportId, Report] = loaded(world).reports
    assert len(reports) == count


def test_the_shift_that_is_on_comes_before_the_next_one() -> None:
    """Of several shifts the current one counts, absent or not; else the next to which the crew comes."""
    world = World(crews=[a_crew(), a_crew("B"), a_crew("C")])
    absent, later = a_shift("A", (-1, 3), absent=True), a_shift("A", (5, 9))
    skipped, coming = a_shift("B", (2, 4), absent=True), a_shift("B", (6, 8))
    found = loaded(world, shifts=[later, absent, skipped, coming]).shifts
    assert found == {A: absent, B: coming}


def test_a_report_keeps_what_holds_it() -> None:
    """The time until which a dispatcher is taking the call reaches the planner."""
    job = a_job()
    world = World(jobs=[job], reports=[a_report(job, held_until=at(2))])
    assert loaded(world).reports[ReportId("r-j1")].held_until == at(2)


def test_what_was_reported_at_some_hours_is_looked_at() -> None:
    """Each span's, those of the first first; nothing without a span, nor what lies between two."""
    archive = [a_report(a_job(f"{age}"), requested_at=at(-age)) for age in (5, 90, 150)]
    spans = [TimeSpan(start=at(-200), end=at(-100)), TimeSpan(start=at(-60), end=NOW)]
    stored = Stored(World(), archive=archive)
    assert load_situation(stored, NOW).recent == ()
    assert [each.id for each in load_situation(stored, NOW, recent=spans).recent] == ["r-150", "r-5"]


@pytest.mark.parametrize("first", [MOST_RECENT - 1, MOST_RECENT])
def test_so_many_reports_are_looked_at_and_no_more(first: int) -> None:
    """What the first span leaves room for comes from the second."""
    archive = [a_report(a_job(f"{n}"), requested_at=at(-5 if n < first else -150)) for n in range(first + 9)]
    spans = [TimeSpan(start=at(-60), end=NOW), TimeSpan(start=at(-200), end=at(-100))]
    found = load_situation(Stored(World(), archive=archive), NOW, recent=spans).recent
    assert found == tuple(archive[:MOST_RECENT])
