"""What a plan rests on, and whether anything of it has changed that is worth planning anew for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from equipage.dispatch.model import AssignmentId, Crew, CrewId, Job, JobId, Shift
from equipage.dispatch.planning.commitment import ACTOR, can_be_sent
from equipage.dispatch.planning.posing import PlannedStop
from equipage.dispatch.planning.waiting import put_off
from equipage.dispatch.promise import SLIPPED
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus
from equipage.dispatch.travel import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a plan rests on, but for the hours at which crews come and go.

    Parameters
    ----------
    jobs : frozenset of Job
        The open ones, as they are.
    waiting : frozenset of JobId
        Those that seek a crew.
    settled : frozenset
        The assignments that are no choice of the planner's: running, pinned, or made by a person.
    crews : frozenset
        Who can be sent, with the hours of today.
    refusals : frozenset
        Who refused what.
    """

    jobs: frozenset[Job]
    waiting: frozenset[JobId]
    settled: frozenset[tuple[AssignmentId, AssignmentStatus, bool]]
    crews: frozenset[tuple[CrewId, frozenset[str], Shift]]
    refusals: frozenset[tuple[JobId, CrewId]]


@dataclass(slots=True)
class Watch:
    """Remember what the last plan was made of.

    A crew that is off its route, or late, or early, shows in its arrivals: these matter when one has moved by
    more than would be news to whoever waits.
    """

    _facts: Facts | None = field(default=None, init=False)
    _roads: TravelTimes | None = field(default=None, init=False)
    _arrivals: dict[JobId, datetime] = field(default_factory=dict, init=False)

    def has_news(self, situation: Situation, times: TravelTimes, visits: Sequence[PlannedStop]) -> bool:
        """Tell whether anything has changed that matters.

        Parameters
        ----------
        situation : Situation
            The moment.
        times : TravelTimes
            The router; another one means other conditions.
        visits : sequence of PlannedStop
            The plan in force, as crews are expected now.
        """
        if times is not self._roads or facts_of(situation, _waiting(situation)) != self._facts:
            return True
        told = self._arrivals
        return any(
            abs(visit.arrival - told[visit.job_id]) > SLIPPED for visit in visits if visit.job_id in told
        )

    def take_note(
        self,
        situation: Situation,
        times: TravelTimes,
        visits: Sequence[PlannedStop],
        unassigned: Collection[JobId],
    ) -> None:
        """Remember what a plan was made of.

        Parameters
        ----------
        situation : Situation
            What was looked at.
        times : TravelTimes
            The router.
        visits : sequence of PlannedStop
            The plan.
        unassigned : collection of JobId
            Which jobs it leaves out.
        """
        seeking = {job_id for job_id in unassigned if put_off(situation, situation.jobs[job_id]) is None}
        self._facts, self._roads = facts_of(situation, seeking), times
        self._arrivals = {visit.job_id: visit.arrival for visit in visits}


def facts_of(situation: Situation, waiting: Collection[JobId]) -> Facts:
    """Return what a plan of the situation rests on.

    Parameters
    ----------
    situation : Situation
        The moment.
    waiting : collection of JobId
        The jobs that seek a crew.
    """
    at_hand = [crew for crew in situation.crews.values() if can_be_sent(situation, crew.id)]
    return Facts(
        jobs=frozenset(situation.jobs.values()),
        waiting=frozenset(waiting),
        settled=frozenset(
            (a.id, a.status, a.pinned)
            for a in situation.assignments.values()
            if a.status.is_running or a.pinned or a.actor != ACTOR
        ),
        crews=frozenset(_at_hand(situation, crew) for crew in at_hand),
        refusals=situation.refusals,
    )


def _at_hand(situation: Situation, crew: Crew) -> tuple[CrewId, frozenset[str], Shift]:
    return crew.id, crew.skills, situation.shifts[crew.id]


def _waiting(situation: Situation) -> set[JobId]:
    return {
        job.id
        for job in situation.jobs.values()
        if situation.holder_of(job.id) is None and put_off(situation, job) is None
    }
