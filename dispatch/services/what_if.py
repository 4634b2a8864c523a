"""Try out changes by hand, and carry out exactly what was shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from equipage.dispatch.announcements import crew_changed, report_changed
from equipage.dispatch.errors import (
    InvalidInputError,
    NotFoundError,
    NotKeptError,
    PlanChangedError,
    StaleRoute,
)
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import LONGEST_HOLD_S
from equipage.dispatch.model import AuditEntry, ConditionId, JobId, ReportId
from equipage.dispatch.planning.gate import faults_of
from equipage.dispatch.ports import Reading, Store, Transaction
from equipage.dispatch.reasons import because
from equipage.dispatch.roads import Roads, RoadsUnder
from equipage.dispatch.services.conditions import (
    NewCondition,
    add_condition,
    entered,
    faults_of_condition,
)
from equipage.dispatch.services.progress import record_report
from equipage.dispatch.services.rerouting import Rerouting, reroute
from equipage.dispatch.services.undoing import remembered
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import ReportStatus
from equipage.dispatch.what_if.changes import AddCrew, Change, LeaveOut, Move, Pin, added_crew
from equipage.dispatch.what_if.faults import faults_of_changes
from equipage.dispatch.what_if.rerouting import (
    RouteChange,
    caught_up,
    decided,
    faults_of_routes,
    stale_routes,
)
from equipage.dispatch.what_if.trial import Replan, WhatIf, what_if
from equipage.routing.network import RoadNetwork

ACTION = "what_if"
"""What the histories call a change that was tried out before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is carried out: the routes that were shown, and what goes with them.

    Parameters
    ----------
    plan_version : int
        The plan that it was tried out on.
    routes : tuple of RouteChange
        As they were, and as they are to be.
    also_pinned : frozenset of JobId
        What is pinned for something is to come right behind it.
    """

    plan_version: int
    routes: tuple[RouteChange, ...]
    also_pinned: frozenset[JobId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Changes by hand, several at once.

    Parameters
    ----------
    changes : tuple of Change
        To reports and crews.
    closures : tuple of NewCondition
        Roads that would be closed.
    """

    changes: tuple[Change, ...] = ()
    closures: tuple[NewCondition, ...] = field(default=())


def try_out(
    store: Store,
    asked: Asked,
    *,
    router: Roads,
    network: RoadNetwork,
    roads: RoadsUnder,
    replan: Replan,
    now: datetime,
) -> WhatIf:
    """Return what would be if changes were made; nothing is saved.

    Parameters
    ----------
    store : Store
        Read in one look.
    asked : Asked
        The changes.
    router : Roads
        The present one.
    network : RoadNetwork
        The roads that closures are meant for.
    roads : RoadsUnder
        Makes the router under the closures.
    replan : callable
        The planner.
    now : datetime
        The moment.

    Raises
    ------
    InvalidInputError
        Naming every fault.
    """
    with store.reading() as reading:
        situation, conditions = load_situation(reading, now), reading.conditions()
        _refuse_faulty(reading, situation, asked, network=network)
    closed = [
        entered(new, ConditionId(f"tried-{n}"), now=now, actor=ACTION) for n, new in enumerate(asked.closures)
    ]
    after = roads.under([*conditions, *closed], now) if closed else router
    return what_if(situation, asked.changes, replan=replan, times=router, times_after=after)


def carry_out(
    tx: Transaction,
    asked: Asked,
    shown: Shown,
    *,
    router: Roads,
    network: RoadNetwork,
    roads: RoadsUnder,
    now: datetime,
    actor: str,
) -> None:
    """Make changes, and have crews take exactly the routes that were shown.

    Parameters
    ----------
    tx : Transaction
        All of it, or nothing.
    asked : Asked
        The changes; none for a plan that the planner offered.
    shown : Shown
        What was shown.
    router : Roads
        Tells when crews are where.
    network : RoadNetwork
        The roads that closures are meant for.
    roads : RoadsUnder
        Tells it where the changes close roads.
    now : datetime
        When.
    actor : str
        Who decides.

    Raises
    ------
    InvalidInputError
        Naming every fault.
    NotKeptError
        If what follows from the changes would break something by now; it is named.
    PlanChangedError
        If crews whose routes would change have other jobs than was shown, what is done aside; each is told.
    """
    situation = load_situation(tx, now)
    shown = replace(shown, routes=caught_up(situation, shown.routes))
    _refuse_stale(tx, situation, shown)
    if asked.changes or asked.closures or not shown.routes:
        _refuse_faulty(tx, situation, asked, network=network)
    with remembered(tx, ACTION, now=now, actor=actor):
        for new in asked.closures:
            add_condition(tx, new, network=network, now=now, actor=actor)
        _call_in(tx, situation, asked, actor=actor)
        _keep(tx, situation, asked)
        staffed = load_situation(tx, now)
        faults = list(faults_of_routes(staffed, shown.routes))
        if faults:
            raise InvalidInputError(faults)
        wanted = _rerouting(staffed, asked, shown)
        after = roads.under(tx.conditions(), now) if asked.closures else router
        _refuse_unsound(staffed, after, wanted)
        reroute(tx, staffed, wanted, router=after, actor=actor, network_id=after.network.network_id)
    for report_id in sorted(_reports_in(asked)):
        record_report(tx, tx.report(report_id), ACTION, now=now, actor=actor)


def _refuse_stale(reading: Reading, situation: Situation, shown: Shown) -> None:
    stale = stale_routes(situation, shown.routes)
    if not stale:
        return
    named = [
        StaleRoute(crew_id=each.crew_id, seen=_named(reading, each.seen), now=_named(reading, each.now))
        for each in stale
    ]
    told = "; ".join(
        f"crew {each.crew_id} had {', '.join(each.seen) or 'nothing'}, now {', '.join(each.now) or 'nothing'}"
        for each in named
    )
    raise PlanChangedError(
        f"this was tried out on plan {shown.plan_version}, which has changed: {told}", stale=named
    )


def _refuse_unsound(situation: Situation, router: Roads, wanted: Rerouting) -> None:
    """Refuse what follows from a person's changes where it breaks anything; the changes are theirs."""
    decision = decided(situation, wanted.routes)
    broken = next(faults_of(situation, router, decision, by_hand=wanted.by_hand), None)
    if broken is not None:
        raise NotKeptError(broken)


def _named(reading: Reading, job_ids: Sequence[str]) -> tuple[str, ...]:
    """Return what people know jobs by: their reports' numbers."""
    return tuple(reading.job(JobId(job_id)).report_id or job_id for job_id in job_ids)


def _refuse_faulty(reading: Reading, situation: Situation, asked: Asked, *, network: RoadNetwork) -> None:
    faults = list(_faults(reading, situation, asked, network))
    if faults:
        raise InvalidInputError(faults)


def _faults(reading: Reading, situation: Situation, asked: Asked, network: RoadNetwork) -> Iterator[str]:
    if not asked.changes and not asked.closures:
        yield Fault("no_changes")
    yield from faults_of_changes(situation, asked.changes, _closed(reading, situation, asked))
    for new in asked.closures:
        yield from faults_of_condition(new, network=network, now=situation.now)


def _closed(reading: Reading, situation: Situation, asked: Asked) -> Mapping[ReportId, ReportStatus]:
    """Return the reports that are named and closed."""
    found = {}
    for report_id in _reports_in(asked) - situation.reports.keys():
        try:
            found[report_id] = reading.report(report_id).status
        except NotFoundError:
            continue  # `faults_of_changes` says so
    return found


def _reports_in(asked: Asked) -> set[ReportId]:
    return {each.report_id for each in asked.changes if not isinstance(each, AddCrew)}


def _call_in(tx: Transaction, situation: Situation, asked: Asked, *, actor: str) -> None:
    """Save, announce and record the crews that are called in."""
    for added in (each for each in asked.changes if isinstance(each, AddCrew)):
        crew, vehicle, shift, position = added_crew(situation, added)
        tx.save_vehicle(vehicle)
        tx.save_crew(crew)
        tx.save_shift(shift)
        if position is not None:
            tx.save_positions([position])
        tx.announce(crew_changed(crew.id, at=situation.now))
        details = {"hours": added.hours, "skills": sorted(added.skills)}
        tx.record(
            AuditEntry(
                at=situation.now,
                actor=actor,
                action="called_in",
                subject="crew",
                subject_id=crew.id,
                details=details,
            )
        )


def _keep(tx: Transaction, situation: Situation, asked: Asked) -> None:
    """Have the planner leave alone what waits and is left out; what has a crew is kept as it loses it."""
    for change in (each for each in asked.changes if isinstance(each, LeaveOut)):
        if situation.holder_of(situation.job_of(change.report_id).id) is None:
            report = replace(tx.report(change.report_id), held_until=_held_until(situation.now))
            tx.announce(report_changed(tx.save_report(report), None, at=situation.now))


def _held_until(now: datetime) -> datetime:
    return now + timedelta(seconds=LONGEST_HOLD_S)


def _rerouting(situation: Situation, asked: Asked, shown: Shown) -> Rerouting:
    pins = dict.fromkeys(shown.also_pinned, True)
    by_hand, left_out = set(), set()
    for change in asked.changes:
        if isinstance(change, AddCrew):
            continue
        job_id = situation.job_of(change.report_id).id
        by_hand.add(job_id)
        if isinstance(change, LeaveOut):
            left_out.add(job_id)
        else:
            pins[job_id] = isinstance(change, Move | Pin)
    return Rerouting(
        routes={each.crew_id: each.after for each in shown.routes},
        pins=pins,
        by_hand=frozenset(by_hand),
        reasons={job_id: because("released") for job_id in left_out},
        held=dict.fromkeys(left_out, _held_until(situation.now)),
    )
