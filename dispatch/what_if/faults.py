"""What keeps changes by hand from being tried out: everything that is wrong with them, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from equipage.dispatch.eligibility import obstacle
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_text
from equipage.dispatch.model import ReportId
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import ReportStatus
from equipage.dispatch.what_if.changes import AddCrew, Change, Move, Pin, ReportChange, Unpin, after_changes

MOST_CHANGES = 50
"""In one question: what nobody could read through any more."""

MOST_HOURS = 24.0
"""How long a crew may be called in for."""


def faults_of_changes(
    situation: Situation, changes: Sequence[Change], closed: Mapping[ReportId, ReportStatus]
) -> Iterator[str]:
    """Yield everything that is wrong with changes.

    Parameters
    ----------
    situation : Situation
        The city as it is.
    changes : sequence of Change
        What is to be different; closing roads is no concern of this.
    closed : mapping of ReportId to ReportStatus
        Those of the reports named that are closed.

    Yields
    ------
    str
        A fault with its code and facts.
    """
    if len(changes) > MOST_CHANGES:
        yield Fault("many_changes", most=MOST_CHANGES)
        return
    added = [change for change in changes if isinstance(change, AddCrew)]
    wrong = [fault for change in added for fault in _faults_of_crew(situation, change)]
    taken = [each.crew_id for each in added]
    wrong += [Fault("crew_exists", crew_id=each) for each, n in Counter(taken).items() if n > 1]
    yield from wrong
    named = [change for change in changes if not isinstance(change, AddCrew)]
    times = Counter(change.report_id for change in named)
    yield from (Fault("named_twice", report_id=each) for each, n in times.items() if n > 1)
    staffed = situation if wrong else after_changes(situation, added)
    for change in named:
        yield from _faults_of_report(staffed, change, closed)


def _faults_of_report(
    situation: Situation, change: ReportChange, closed: Mapping[ReportId, ReportStatus]
) -> Iterator[str]:
    report_id = change.report_id
    if report_id in closed:
        yield Fault("report_closed", report_id=report_id, status=closed[report_id].value)
    elif report_id not in situation.reports:
        yield Fault("no_report", report_id=report_id)
    else:
        yield from _faults_of_holder(situation, change)
    if isinstance(change, Move):
        yield from _faults_of_move(situation, change)


def _faults_of_holder(situation: Situation, change: ReportChange) -> Iterator[str]:
    holder = situation.holder_of(situation.job_of(change.report_id).id)
    if holder is not None and holder.status.is_running:
        yield Fault("running", crew_id=holder.crew_id, report_id=change.report_id, status=holder.status.value)
    elif isinstance(change, Pin | Unpin) and holder is None:
        yield Fault("nobody_has_it", report_id=change.report_id)


def _faults_of_move(situation: Situation, change: Move) -> Iterator[str]:
    if change.position is not None and change.position < 1:
        yield Fault("position", given=change.position)
    if change.crew_id not in situation.crews:
        yield Fault("no_crew", crew_id=change.crew_id)
    elif change.report_id in situation.reports:
        # What else the crew has is no obstacle: this one comes between.
        idle = replace(situation, assignments={})
        why = obstacle(idle, change.crew_id, situation.job_of(change.report_id))
        if why is not None:
            yield Fault("unfit_crew", crew_id=change.crew_id, report_id=change.report_id, why=why)


def _faults_of_crew(situation: Situation, added: AddCrew) -> Iterator[str]:
    if added.crew_id in situation.crews or str(added.crew_id) in situation.vehicles:
        yield Fault("crew_exists", crew_id=added.crew_id)
    for name, text in (("crew_id", added.crew_id), ("name", added.name)):
        if not text.strip():
            yield Fault("empty", name=name)
        yield from faults_of_text(name, text)
    if added.depot_id not in situation.depots:
        yield Fault("no_depot", depot_id=added.depot_id, known=tuple(sorted(situation.depots)))
    known = {skill for crew in situation.crews.values() for skill in crew.skills}
    known |= {skill for service in situation.services.values() for skill in service.skills}
    if added.skills - known:
        unknown = tuple(sorted(added.skills - known))
        yield Fault("no_skills", unknown=unknown, known=tuple(sorted(known)))
    if not 0 < added.hours <= MOST_HOURS:
        yield Fault("crew_hours", most=MOST_HOURS, given=added.hours)
    if (added.lon is None) != (added.lat is None):
        yield Fault("half_place")
