"""One day under one policy: an event-driven simulation in which crews drive, work and are sent on.

Crews drive as long as the router says and work as long as the call says, which nobody knows before. Whoever
decides is asked whenever something happens: a call, an arrival, an end of work, a turn of a shift or break;
and every few minutes while something is open, because work that takes longer is no event.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import numpy as np

from equipage.dispatch.model import Assignment, AssignmentId, CrewId, JobId, ReportId, Standby
from equipage.dispatch.pauses import has_break_first
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.replay.checking import Breach, breaches
from equipage.dispatch.replay.day import Call, Day
from equipage.dispatch.replay.field import BadDecisionError, Drive, Field
from equipage.dispatch.replay.travel import DayTimes, LonLat
from equipage.dispatch.situation import Situation
from equipage.dispatch.travel import TravelTimes

Policy = Callable[[Situation, TravelTimes], Decision]
"""Whoever decides: a pure function of the moment and the roads, like `planning.planner.decide`."""


@dataclass(frozen=True, slots=True)
class WithStandby:
    """A policy that says where idle crews wait, too.

    Parameters
    ----------
    decide : Policy
        Which crew goes where.
    standbys : callable
        Where idle crews wait, like `planning.standby.standbys`: asked after every decision, and told what
        was reported in the days before.
    """

    decide: Policy
    standbys: Callable[[Situation, TravelTimes], Mapping[CrewId, Standby]]

    def __call__(self, situation: Situation, times: TravelTimes) -> Decision:
        """Return what `decide` does."""
        return self.decide(situation, times)


LOOK_EVERY = timedelta(minutes=2)
"""How often to ask anyway; the server's planner does every few seconds, at no gain that was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What became of a call; times are None for what has not happened by the end.

    Parameters
    ----------
    crew_id : CrewId or None
        Who set off for it.
    first_given_at : datetime or None
        When it first got a crew.
    promised_at : datetime or None
        The arrival that was predicted then.
    crews_had : int
        How many crews it was given to, one after the other.
    drive_s : float
        Seconds of driving to it, those of crews that were turned around included; nan where nobody set off.
    """

    call: Call
    due_at: datetime
    crew_id: CrewId | None = None
    first_given_at: datetime | None = None
    promised_at: datetime | None = None
    crews_had: int = 0
    set_off_at: datetime | None = None
    arrived_at: datetime | None = None
    done_at: datetime | None = None
    drive_s: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A day as it went under a policy.

    Parameters
    ----------
    served : tuple of Served
        By call, in order of time.
    until : datetime
        When the last thing happened.
    plans : int
        How many plans were saved.
    standby_s : float
        Seconds of driving to where idle crews were to wait.
    breaches : tuple of Breach
        What the plans break; always empty where they were not to be checked.
    """

    policy: str
    day: Day
    served: tuple[Served, ...]
    until: datetime
    plans: int
    standby_s: float = 0.0
    breaches: tuple[Breach, ...] = ()

    @property
    def vehicle_minutes(self) -> float:
        """Minutes that crews were on shift, all together."""
        ends = ((shift.span.start, min(shift.span.end, self.until)) for shift in self.day.shifts)
        first = self.day.span.start
        return sum(max((end - max(start, first)).total_seconds(), 0.0) for start, end in ends) / 60.0


def replay(
    day: Day,
    policy: Policy,
    times: DayTimes,
    *,
    name: str = "",
    look_every: timedelta = LOOK_EVERY,
    check: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Replayed:
    """Return how a day goes under a policy.

    Parameters
    ----------
    day : Day
        The same for all policies that are to be compared.
    policy : Policy
        Who decides.
    times : DayTimes
        From `day_times`, for the day's places.
    name : str
        What results and plans call the policy; its own name if empty.
    look_every : timedelta
        How often to ask the policy while something is open, whatever happens.
    check : bool
        Whether to have every plan that the policy saves checked.
    progress : callable, optional
        Told the share of the calls that are done, 0 to 1; at the end 1, whoever was not reached.

    Raises
    ------
    BadDecisionError
        Where the policy decides what cannot be.

    Notes
    -----
    A crew under way is taken to be on the straight line between the ends of its drive; how long it still
    drives is exact. It leaves as soon as it has something to do, is on shift and not on a break, unless there
    is no time for that before its break; and it ends what it has begun even after its shift. Its way back to
    the depot is not counted.
    """
    told = name or getattr(policy, "__name__", type(policy).__name__)
    simulation = _Simulation(
        day=day, policy=policy, times=times, name=told, look_every=look_every, check=check, city=Field(day)
    )
    return simulation.run(progress or _nobody)


def _nobody(_: object) -> None:
    """Be told, and do nothing."""


@dataclass(kw_only=True)
class _Simulation:
    """The events still to come, soonest first."""

    day: Day
    policy: Policy
    times: DayTimes
    name: str
    look_every: timedelta
    check: bool
    city: Field
    events: list[tuple[datetime, int, str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    served: dict[ReportId, Served] = field(default_factory=dict)
    work_s: dict[JobId, int] = field(default_factory=dict)
    plans: int = 0
    standby_s: float = 0.0
    breaches: list[Breach] = field(default_factory=list)
    look_is_due: bool = False

    def run(self, progress: Callable[[float], None]) -> Replayed:
        for call in self.day.calls:
            self._later(call.at, "call", call)
        for moment in self.day.turns():
            self._later(moment, "turn")
        done = 0
        while self.events and done < len(self.day.calls):
            now = self.city.now = self.events[0][0]
            while self.events and self.events[0][0] == now:
                _, _, kind, about = heapq.heappop(self.events)
                getattr(self, f"_{kind}")(about)
                done += kind == "finish"
            self._decide()
            if isinstance(self.policy, WithStandby):
                self._stand_by(self.policy)
            progress(done / len(self.day.calls))
        progress(1.0)
        served = tuple(self.served[call.id] for call in self.day.calls)
        return Replayed(
            policy=self.name,
            day=self.day,
            served=served,
            until=self.city.now,
            plans=self.plans,
            standby_s=self.standby_s,
            breaches=tuple(self.breaches),
        )

    def _later(self, at: datetime, kind: str, about: object = None) -> None:
        heapq.heappush(self.events, (at, next(self.numbers), kind, about))

    def _call(self, call: Call) -> None:
        job = self.city.report(call)
        self.work_s[job.id] = call.work_s
        self.served[call.id] = Served(call=call, due_at=job.due_at)

    def _turn(self, _: None) -> None:
        self.city.turn()

    def _look(self, _: None) -> None:
        self.look_is_due = False

    def _arrive(self, assignment_id: AssignmentId) -> None:
        if assignment_id not in self.city.live:  # its crew has turned around
            return
        assignment = self.city.arrive(assignment_id)
        self._note(assignment, arrived_at=self.city.now)
        work = timedelta(seconds=self.work_s[assignment.job_id])
        self._later(self.city.now + work, "finish", assignment_id)

    def _finish(self, assignment_id: AssignmentId) -> None:
        self._note(self.city.finish(assignment_id), done_at=self.city.now)

    def _wait(self, at: tuple[CrewId, Drive]) -> None:
        crew_id, drive = at
        if self.city.drives.get(crew_id) is drive:  # else it was given something on the way, or another place
            self.standby_s += (drive.there - drive.begun).total_seconds()
            self.city.end_drive(crew_id)

    def _stand_by(self, policy: WithStandby) -> None:
        """Have idle crews leave for where they are to wait."""
        before, times = self.city.situation(lately=True), self.times.with_moving(self.city.moving())
        self.city.standbys = policy.standbys(before, times)
        for crew_id, told in self.city.standbys.items():
            if told == before.standbys.get(crew_id):
                continue
            self._stop_waiting(crew_id)
            drive_s = self.times.between(self.city.place[crew_id], (told.lon, told.lat))
            if 0.0 < drive_s < math.inf:
                drive = self.city.drive(crew_id, (told.lon, told.lat), drive_s)
                self._later(drive.there, "wait", (crew_id, drive))

    def _stop_waiting(self, crew_id: CrewId) -> None:
        """Have an idle crew on its way to where it was to wait stop there on the road."""
        if crew_id in self.city.drives:
            way = self.city.way_of(crew_id)
            self.standby_s += way.whole_s - way.left_s
            self._break_off(crew_id)

    def _break_off(self, crew_id: CrewId) -> LonLat:
        """Have a crew under way stop, and return where that is."""
        point, self.times = self.times.broken_off(self.city.way_of(crew_id))
        self.city.stop(crew_id, point)
        return point

    def _decide(self) -> None:
        """Ask the policy, and let idle crews set off for what they have now."""
        if not self.city.has_open_question():
            return
        before, times = self.city.situation(), self.times.with_moving(self.city.moving())
        decision = self.policy(before, times)
        turned = self._turn_around(before, decision)
        for given in self.city.obey(decision, self.name):
            self._note_given(given)
        self.plans += 1
        after = self.city.situation()
        if self.check:
            # Who decided knew no better how long it takes from where crews turn around.
            seen = self.times.with_moving(self.city.moving()).as_seen(turned, times)
            self.breaches.extend(breaches(before, after, seen))
        for assignment in self.city.ready_to_go(after):
            self._set_off(assignment, after)
        if self.events and not self.look_is_due and self.city.has_open_question():
            self.look_is_due = True
            self._later(self.city.now + self.look_every, "look")

    def _turn_around(self, before: Situation, decision: Decision) -> Mapping[LonLat, LonLat]:
        """Have crews under way break off their drives to what they are to leave.

        Return where they are, and where they had been taken to be.
        """
        turned = {}
        for assignment_id in decision.release:
            assignment = before.assignments.get(assignment_id)
            if (
                assignment is not None
                and assignment.crew_id in self.city.drives
                and assignment.status.is_running
            ):
                place, left_s = (
                    before.position_of(assignment.crew_id),
                    self.city.way_of(assignment.crew_id).left_s,
                )
                turned[self._break_off(assignment.crew_id)] = (place.lon, place.lat)
                driven_s = self.served[_report_of(assignment)].drive_s - left_s
                self._note(assignment, crew_id=None, set_off_at=None, drive_s=driven_s)
        return turned

    def _set_off(self, assignment: Assignment, situation: Situation) -> None:
        job = self.city.jobs[assignment.job_id]
        self._stop_waiting(assignment.crew_id)
        drive_s = self.times.between(self.city.place[assignment.crew_id], (job.lon, job.lat))
        if not math.isfinite(drive_s):
            raise BadDecisionError(f"{self.name} sends {assignment.crew_id} to {job.id}: there is no way")
        if has_break_first(situation, assignment.crew_id, job, drive_s):
            return
        drive = self.city.set_off(assignment, drive_s)
        driven_s = np.nansum([self.served[_report_of(assignment)].drive_s, drive_s])
        self._note(assignment, crew_id=assignment.crew_id, set_off_at=self.city.now, drive_s=float(driven_s))
        self._later(drive.there, "arrive", assignment.id)

    def _note_given(self, assignment: Assignment) -> None:
        before = self.served[_report_of(assignment)]
        self._note(
            assignment,
            first_given_at=before.first_given_at or assignment.created_at,
            promised_at=before.promised_at or assignment.promised_at,
            crews_had=before.crews_had + 1,
        )

    def _note(self, assignment: Assignment, **news: Any) -> None:
        report_id = _report_of(assignment)
        self.served[report_id] = replace(self.served[report_id], **news)


def _report_of(assignment: Assignment) -> ReportId:
    return ReportId(assignment.job_id)
