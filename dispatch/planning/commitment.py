"""What of the plan in force must stay as it is, and what may still be decided anew."""

from __future__ import annotations

from equipage.dispatch.eligibility import break_obstacle, duty_obstacle
from equipage.dispatch.model import Assignment, CrewId
from equipage.dispatch.planning.waiting import put_off
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, Policy

ACTOR = "planner"
"""Who decided an assignment that no person did."""

ABOUT_TO_GO_S = 120.0
"""A crew whose usual work on site ends within this is taken to set off for its next job at any moment; of one
that should have finished before, nobody can tell, and it must not hold up what another could do."""


def can_be_sent(situation: Situation, crew_id: CrewId) -> bool:
    """Tell whether the planner may send the crew: on duty and heard of. A person may send it unheard.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Who.
    """
    return duty_obstacle(situation, crew_id) is None and not situation.is_silent(crew_id)


def committed_of(situation: Situation, crew_id: CrewId) -> Assignment | None:
    """Return the planned assignment that the crew was told and is about to set off for, if any.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        One that can be sent.
    """
    planned = situation.planned_of(crew_id)
    if not planned:
        return None
    running = situation.running_of(crew_id)
    if running is None:
        shift = situation.shifts.get(crew_id)
        goes = shift is None or break_obstacle(situation, shift) is None
    else:
        goes = _is_almost_done(situation, running)
    return planned[0] if goes else None


def stays_with_its_crew(situation: Situation, assignment: Assignment) -> bool:
    """Tell whether no plan may give a planned assignment to another crew, whatever that would save.

    Parameters
    ----------
    situation : Situation
        The moment.
    assignment : Assignment
        A planned one.

    Returns
    -------
    bool
        For what a person pinned, or decides alone; for jobs of a service whose policy is the nearest crew;
        and for what a person gave to a crew that cannot be sent now.
    """
    job = situation.jobs[assignment.job_id]
    if assignment.pinned or put_off(situation, job) is not None:
        return True
    if situation.services[job.service_code].policy is Policy.NEAREST:
        return can_be_sent(situation, assignment.crew_id)
    return assignment.actor != ACTOR and not can_be_sent(situation, assignment.crew_id)


def _is_almost_done(situation: Situation, running: Assignment) -> bool:
    if running.status is not AssignmentStatus.ON_SITE:
        return False
    worked_s = (situation.now - (running.arrived_at or running.since)).total_seconds()
    return 0.0 <= situation.jobs[running.job_id].duration_s - worked_s <= ABOUT_TO_GO_S
