"""Which crew gets which job: who may have what, and who chooses when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from equipage.dispatch.cost import arrival_cost, weights
from equipage.dispatch.eligibility import PairMasks, break_obstacle
from equipage.dispatch.eta import Itinerary
from equipage.dispatch.model import HIGHEST_PRIORITY, LOWEST_PRIORITY, Job
from equipage.dispatch.planning.assignment import NOBODY, nearest, optimal
from equipage.dispatch.planning.caution import caution_s, drive_cost, idle_share
from equipage.dispatch.planning.commitment import is_by_hand
from equipage.dispatch.prospects import Prospects
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, Policy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SOON_DONE_S = 20 * 60
"""A crew on site counts as soon free within this: the rest of usual work (25 min) is a fair guess."""

SOON_THERE_S = 30 * 60
"""A crew on its way counts as soon free when drive and work together take no longer than this."""

STABILITY_S = 120.0
"""A planned job changes its crew only where it arrives this much sooner: drives are not known better."""

HOLDERS_SHARE = 0.5
"""Which share of the caution about crews at work counts for what they have already: without any, who takes
longer than was thought keeps its next job from whoever is free meanwhile."""

LEFT_S = 7200.0
"""When a job left without a crew is taken to be reached, for comparing which one to leave."""


def choose(
    situation: Situation,
    outlook: Prospects,
    pairs: PairMasks,
    holder: Ints,
    told: Ints,
    leaving: Floats,
) -> Ints:
    """Return the column of the crew that each job gets, (n,), `NOBODY` where it gets none.

    Parameters
    ----------
    situation : Situation
        The moment.
    outlook : Prospects
        The jobs that seek a crew, and the crews on duty.
    pairs : PairMasks
        What holds for which pair.
    holder : (n,) int64
        The column of the crew that a job is planned for until now, or `NOBODY`.
    told : (n,) int64
        The same where the job is what that crew was told to do next, else `NOBODY`: it stays unless another
        arrives `STABILITY_S` sooner or a more urgent job needs the crew.
    leaving : (m,) float64
        What it costs besides that a crew goes, in weighted seconds; only the best for all together ask it.
    """
    possible = _possible(situation, outlook, pairs, holder)
    idle, ranks = idle_share(situation), _rank(outlook.jobs, told)
    second_cost, doubt_s = drive_cost(idle), caution_s(idle)
    weight = weights(outlook.jobs)
    due_s = np.array([(job.due_at - situation.now).total_seconds() for job in outlook.jobs])
    crew_of = np.full(len(outlook.jobs), NOBODY, dtype=np.int64)
    columns = np.flatnonzero(possible.any(axis=0))  # where most crews are busy, few are left

    def counted_s(rows: Ints) -> Floats:
        return _counted_arrivals(outlook, possible, told, rows, columns, doubt_s=doubt_s)

    def cost_of(chosen: Ints, *, among: Ints) -> Floats:
        rows = among[chosen]
        cost = arrival_cost(weight[rows, None], counted_s(rows), due_s[rows, None])
        cost += leaving[columns]
        if second_cost > 0.0:  # no way at all would else be no number
            cost += second_cost * outlook.drive_s[np.ix_(rows, columns)]
        return cost

    for policy, rows in _rounds(situation, outlook.jobs):
        if policy is Policy.NEAREST:
            chosen = nearest(counted_s(rows), _by_urgency(outlook.jobs, rows, told))
        else:
            chosen = optimal(
                partial(cost_of, among=rows),
                leave_cost=arrival_cost(weight[rows], LEFT_S, due_s[rows]),
                rank=ranks[rows],
                crews=len(columns),
            )
        crew_of[rows] = np.append(columns, NOBODY)[chosen]  # -1, which is `NOBODY`, picks the last
        columns = np.setdiff1d(columns, crew_of[rows])
    return crew_of


def _counted_arrivals(
    outlook: Prospects, possible: Bools, told: Ints, rows: Ints, columns: Ints, *, doubt_s: float
) -> Floats:
    """Return the arrivals by which crews are chosen, (k, c) of some pairs: inf where it must not be.

    A crew with something to finish counts as arriving later by the doubt about that; the one that was told to
    do the job next by `HOLDERS_SHARE` of the doubt, and `STABILITY_S` sooner.
    """
    counted_s = outlook.arrival_s[np.ix_(rows, columns)]
    at_work = [outlook.itineraries[outlook.crew_ids[c]].after is not None for c in columns.tolist()]
    doubts_s = doubt_s * np.array(at_work, dtype=np.float64)
    counted_s += doubts_s
    held = np.flatnonzero(np.isin(told[rows], columns))
    row, at = rows[held], np.searchsorted(columns, told[rows[held]])
    expected_s = outlook.arrival_s[row, columns[at]] + HOLDERS_SHARE * doubts_s[at]
    counted_s[held, at] = np.maximum(expected_s - STABILITY_S, 0.0)
    np.copyto(counted_s, np.inf, where=~possible[np.ix_(rows, columns)])
    return counted_s


def _possible(situation: Situation, outlook: Prospects, pairs: PairMasks, holder: Ints) -> Bools:
    """Return which crew may be given which job, (n, m): who may have it soon, or has it by hand."""
    movable = np.bincount(holder[holder != NOBODY], minlength=len(outlook.crew_ids)).tolist()
    soon = [
        _takes_another(situation, outlook.itineraries[crew_id], movable=movable[column])
        for column, crew_id in enumerate(outlook.crew_ids)
    ]
    possible = pairs.finished & np.array(soon, dtype=np.bool_)
    for row in np.flatnonzero(holder != NOBODY).tolist():
        if is_by_hand(situation, outlook.jobs[row].id):
            possible[row, holder[row]] = np.isfinite(outlook.arrival_s[row, holder[row]])
    return possible


def _takes_another(situation: Situation, itinerary: Itinerary, *, movable: int) -> bool:
    """Tell whether the crew is idle or soon free, with nothing planned but so many jobs that may move."""
    crew_id = itinerary.crew_id
    if len(situation.planned_of(crew_id)) > movable:
        return False
    running = situation.running_of(crew_id)
    if running is None:
        return break_obstacle(situation, situation.shifts[crew_id]) is None
    on_site = running.status is AssignmentStatus.ON_SITE
    return itinerary.free.mid <= (SOON_DONE_S if on_site else SOON_THERE_S)


def _rounds(situation: Situation, jobs: Sequence[Job]) -> Iterator[tuple[Policy, Ints]]:
    """Yield the jobs that choose together, ascending, the most urgent first.

    Jobs that go to the nearest crew choose before the others of their priority; the others choose together,
    several priorities at once as long as nobody comes between.
    """
    together: list[int] = []
    for priority in range(HIGHEST_PRIORITY, LOWEST_PRIORITY + 1):
        rows = [row for row, job in enumerate(jobs) if job.priority == priority]
        policies = {row: situation.services[jobs[row].service_code].policy for row in rows}
        one_by_one = [row for row in rows if policies[row] is Policy.NEAREST]
        if one_by_one and together:
            yield Policy.OPTIMAL, np.sort(together)
            together = []
        if one_by_one:
            yield Policy.NEAREST, np.array(one_by_one, dtype=np.int64)
        together += [row for row in rows if policies[row] is Policy.OPTIMAL]
    if together:
        yield Policy.OPTIMAL, np.sort(together)


def _by_urgency(jobs: Sequence[Job], rows: Ints, told: Ints) -> Ints:
    """Return the order in which the rows choose: planned ones before their equals, then the oldest first."""
    keys = [(told[row] == NOBODY, jobs[row].created_at, jobs[row].id) for row in rows]
    return np.array(sorted(range(len(rows)), key=keys.__getitem__), dtype=np.int64)


def _rank(jobs: Sequence[Job], told: Ints) -> Ints:
    """Return the order by priority, those told before their equals: only higher ones take their crew."""
    rank = 2 * np.array([job.priority for job in jobs], dtype=np.int64)
    rank[told != NOBODY] -= 1
    return rank
