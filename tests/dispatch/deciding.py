"""What the tests of decisions have in common: small worlds, and how a decision is read."""

from __future__ import annotations

from equipage.dispatch.model import JobId
from equipage.dispatch.planning.planner import Decision, decide
from equipage.dispatch.status import Mode, Policy
from equipage.dispatch.travel import TravelTimes
from tests.dispatch.worlds import (
    EDGE_OF_THE_PLAIN_M,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_service,
    an_assignment,
    at,
)

NEAREST = a_service(policy=Policy.NEAREST)
SUGGEST = a_service("tree", mode=Mode.SUGGEST)
FAR = 2 * EDGE_OF_THE_PLAIN_M


def decided(world: World, roads: TravelTimes | None = None) -> Decision:
    """Return the decision on the world."""
    return decide(world.situation(), roads or StraightRoads())


def who(decision: Decision) -> dict[str, str]:
    """Return the crew that each job is newly given to."""
    return {choice.job_id: choice.crew_id for choice in decision.assign}


def why(decision: Decision) -> dict[str, str]:
    """Return the code for which each job waits."""
    return {job_id: reason.code for job_id, reason in decision.unassigned.items()}


def the_reason(world: World, roads: TravelTimes | None = None) -> tuple[str, str]:
    """Return code and text for which job j1 waits."""
    reason = decided(world, roads).unassigned[JobId("j1")]
    return reason.code, reason.text


def busy_world(status: str, *, since: float, place: tuple[float, float] = (0.0, 0.0)) -> World:
    """Return A busy with j0, and j1 waiting a kilometre from j0."""
    return World(
        crews=[a_crew()],
        jobs=[a_job("j0", place, earliest=at(-60)), a_job("j1", (place[0] + 1000.0, 0.0))],
        assignments=[an_assignment("j0", status=status, since=since)],
        where={"A": (0.0, 0.0)},
    )
