"""The last gate before a plan is saved: a decision may break nothing that was not broken before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from equipage.dispatch.errors import UnsoundPlanError
from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.commitment import can_be_sent, is_sent_by_hand
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.planning.posing import Posed, pose
from equipage.dispatch.planning.turning import turned_for
from equipage.dispatch.reasons import Fact, Reason, because, named
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.violations import Broken, Violation, sound_part, violations_of
from equipage.dispatch.travel import TravelTimes

ROUNDING_S = 10
"""What rounding may add up to along a route: a problem has whole seconds, an itinerary parts of them."""


def require_sound(situation: Situation, times: TravelTimes, decision: Decision) -> None:
    """Refuse a decision that breaks anything.

    Parameters
    ----------
    situation : Situation
        What the decision rests on.
    times : TravelTimes
        The router; asked about the crews whose routes change.
    decision : Decision
        Of the planner.

    Raises
    ------
    UnsoundPlanError
        Naming everything that would be broken.
    """
    faults = list(faults_of(situation, times, decision))
    if faults:
        raise UnsoundPlanError(faults)


def faults_of(
    situation: Situation,
    times: TravelTimes,
    decision: Decision,
    *,
    by_hand: Collection[JobId] = (),
    taken_by_hand: Collection[JobId] = (),
) -> Iterator[Reason]:
    """Yield everything that a decision breaks.

    Parameters
    ----------
    situation : Situation
        What the decision rests on.
    times : TravelTimes
        The router; asked about the crews whose routes change.
    decision : Decision
        Of the planner.
    by_hand : collection of JobId
        What a person has decided: it may be taken from where it is, and whoever is given it is left to them.
    taken_by_hand : collection of JobId
        What a person takes from where it is, though whoever is given it is to be judged.

    Notes
    -----
    What crews have and keep may be broken by what has happened since: the delay of a crew, a street that was
    closed. That is no fault of the decision, unless it makes it worse.
    """
    may_be_taken = {*by_hand, *taken_by_hand}
    yield from _taken_away(situation, decision, may_be_taken)
    routes = _routes(situation, decision)
    left_to_them = {choice.crew_id for choice in decision.assign if choice.job_id in by_hand}
    changed = {c for c, route in routes.items() if not _is_part(route, _kept(situation, decision, c))}
    changed -= left_to_them
    for crew_id in sorted(c for c in changed if not can_be_sent(situation, c)):
        yield because("unsound_crew", crew_id=crew_id)
    able = [crew_id for crew_id in sorted(changed) if can_be_sent(situation, crew_id)]
    if not able:
        return
    posed = _posed(situation, times, decision, able)
    for crew_id in able:
        settled = _settled(situation, crew_id) - may_be_taken
        yield from _broken(posed, crew_id, routes[crew_id], settled)


def _taken_away(situation: Situation, decision: Decision, by_hand: Collection[JobId]) -> Iterator[Reason]:
    instead = turned_for(situation, decision)
    for assignment_id in decision.release:
        assignment = situation.assignments[assignment_id]
        crew_id, job = assignment.crew_id, situation.jobs[assignment.job_id]
        if job.id in by_hand:
            continue
        if assignment.pinned:
            yield because("unsound_pinned", crew_id=crew_id, **named(job))
        elif instead.get(assignment_id, job.id) is None:
            yield because("unsound_under_way", crew_id=crew_id, **named(job))
        elif can_be_sent(situation, crew_id) and is_sent_by_hand(situation, assignment):
            yield because("unsound_sent", crew_id=crew_id, **named(job))


def _routes(situation: Situation, decision: Decision) -> Mapping[CrewId, tuple[JobId, ...]]:
    """Return what each crew would have planned, in order."""
    left = set(decision.release)
    running = {a.job_id for a in situation.assignments.values() if a.status.is_running and a.id not in left}
    routes: dict[CrewId, tuple[JobId, ...]] = {}
    for visit in sorted(decision.visits, key=lambda visit: (visit.crew_id, visit.position)):
        stop = () if visit.job_id in running else (visit.job_id,)
        routes[visit.crew_id] = routes.get(visit.crew_id, ()) + stop
    return routes


def _kept(situation: Situation, decision: Decision, crew_id: CrewId) -> tuple[JobId, ...]:
    """Return what a crew has planned and is not to lose, in order."""
    released = set(decision.release)
    return tuple(a.job_id for a in situation.planned_of(crew_id) if a.id not in released)


def _is_part(route: Sequence[JobId], kept: Sequence[JobId]) -> bool:
    """Tell whether a route is what was there, perhaps without some stops: those have no way or were lost."""
    coming = iter(kept)
    return all(job_id in coming for job_id in route)


def _posed(situation: Situation, times: TravelTimes, decision: Decision, crew_ids: Sequence[CrewId]) -> Posed:
    """Return these crews with what they keep and what they are given."""
    crews = set(crew_ids)
    kept = {
        a.id: a
        for a in situation.assignments.values()
        if a.crew_id in crews and a.id not in set(decision.release)
    }
    narrow = replace(situation, crews={c: situation.crews[c] for c in crew_ids}, assignments=kept)
    given = [choice.job_id for choice in decision.assign if choice.crew_id in crews]
    return pose(narrow, times, jobs=given)


def _settled(situation: Situation, crew_id: CrewId) -> set[JobId]:
    """Return what a crew has pinned at the head of its route; a pin farther back binds to the crew alone."""
    return {a.job_id for a in takewhile(lambda each: each.pinned, situation.planned_of(crew_id))}


def _broken(
    posed: Posed, crew_id: CrewId, route: Sequence[JobId], settled: Collection[JobId]
) -> Iterator[Reason]:
    shift = posed.shifts[crew_id]
    always = {posed.rows[job_id] for job_id in settled if job_id in posed.rows}
    sound = sound_part(posed.problem, shift, posed.routes[shift], always=always)
    before = _excesses(posed, shift, sound)
    whole = [posed.rows[job_id] for job_id in route]
    broken_before = set(posed.routes[shift]) - set(sound)
    without = [row for row in whole if row not in broken_before]
    # What was broken before may fit in now, and others may need it: a stop just before a break.
    found = (list(_worse(posed, shift, stops, before, settled)) for stops in (whole, without))
    for violation in min(found, key=len):
        yield because(f"unsound_{violation.what}", crew_id=crew_id, **_facts(posed, violation))


def _worse(
    posed: Posed,
    shift: int,
    stops: Sequence[int],
    before: Mapping[tuple[Broken, int, int], int],
    settled: Collection[JobId],
) -> Iterator[Violation]:
    """Yield what a route breaks that was not broken before, or by more than rounding adds up to."""
    for violation in violations_of(posed.problem, shift, stops):
        if violation.what is Broken.FIXED and posed.jobs[violation.job].id not in settled:
            continue
        known_s = before.get((violation.what, violation.job, violation.thing))
        if violation.excess > ROUNDING_S + (known_s or 0) or (known_s is None and not violation.excess):
            yield violation


def _excesses(posed: Posed, shift: int, stops: Sequence[int]) -> Mapping[tuple[Broken, int, int], int]:
    found = violations_of(posed.problem, shift, stops)
    return {(each.what, each.job, each.thing): each.excess for each in found}


def _facts(posed: Posed, violation: Violation) -> dict[str, Fact]:
    """Return what is told of a violation besides its crew: the job, what lacks, by how much."""
    facts: dict[str, Fact] = named(posed.jobs[violation.job]) if violation.what in _OF_A_JOB else {}
    if violation.what is Broken.SKILL:
        crew = posed.situation.crews[posed.crew_ids[violation.shift]]
        facts["skills"] = tuple(sorted(posed.jobs[violation.job].skills - crew.skills))
    if violation.what in _LATE:
        facts["late_s"] = violation.excess
    return facts


_LATE = frozenset({Broken.WINDOW, Broken.BREAK, Broken.SHIFT_END})
_OF_A_JOB = frozenset(Broken) - {Broken.CAPACITY, Broken.BREAK, Broken.SHIFT_END}
