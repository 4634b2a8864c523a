"""A plan under construction as arrays, and the times that follow from the order of its stops.

A shift's slack is kept beside its times, so that an insertion is judged without going through what follows:
`latest` is the last moment at which work at a stop may begin for all from it on to be in time. What a delay
costs, there and behind, is convex in its length: `slope` is what each second costs at first, `steady` the
last moment at which work may begin for that to hold. Before a break that is still to be taken there are no
such moments, and what follows is gone through.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Records = Any
"""An array of records, whose fields numba takes as attributes."""

NO_WAY_S = 2**28
FOREVER_S = 2**29

BROKEN = 1e12
"""What it costs to break something that the fixed stops do not break by themselves: more than all else."""


def record(whole: str, costs: str = "") -> np.dtype[np.void]:
    """Return the type of records with these fields of whole numbers and of costs."""
    fields = [(name, np.int64) for name in whole.split()] + [(name, np.float64) for name in costs.split()]
    return np.dtype(fields, align=True)


JOB = record("place service setup earliest latest due held_by", "wait_cost late_cost drop_cost change_cost")
SHIFT = record(
    "crew start_place end_place start end travel next_job fixed first_break last_break", "next_change_cost"
)
BREAK = record("earliest latest length")
STOP = record("job place drive begin leave rested latest steady", "slope")
DAY = record("count", "cost")


class Bench(NamedTuple):
    """A problem, as in `equipage.dispatch.solver.problem`.

    Parameters
    ----------
    jobs : (n,) JOB
        Seconds, indices and costs.
    shifts : (r,) SHIFT
        The same; `fixed` is how many stops at the beginning stay, the shift's breaks are those from
        `first_break` to `last_break`.
    breaks : (b,) BREAK
        Seconds.
    demand : (n, q) int64
        What each job takes of what is carried.
    capacity : (r, q) int64
        What is carried.
    allowed : (n, r) bool
        Whether a job may be in a shift.
    near : (n, k) int64
        The jobs nearest to each by road and in time, itself first.
    near_shift : (n, l) int64
        The shifts that begin nearest to each.
    travel_s : (v, p, p) int32
        Seconds of driving.
    """

    jobs: Records
    shifts: Records
    breaks: Records
    demand: Ints
    capacity: Ints
    allowed: Bools
    near: Ints
    near_shift: Ints
    travel_s: Int32s


class Plan(NamedTuple):
    """Who does what, and when: changed in place.

    Parameters
    ----------
    stops : (r, w) STOP
        Every shift's stops in order: the job, where it is, the drive there, when work begins, when the crew
        leaves, the next break then, and the slack.
    days : (r,) DAY
        How many stops each shift has, and what it costs.
    load : (r, q) int64
        What its jobs take of what is carried.
    shift_of : (n,) int64
        The shift of each job, or -1.
    place_of : (n,) int64
        Its place among the stops there.
    """

    stops: Records
    days: Records
    load: Ints
    shift_of: Ints
    place_of: Ints


@kernel
def price(job: Records, begin: int) -> float:
    """Return what it costs that work at a job begins then: waiting, and lateness."""
    cost = float(job.wait_cost * begin)
    if begin > job.due:
        cost += job.late_cost * (begin - job.due)
    return cost


@kernel
def rest(
    breaks: Records, taken: int, last: int, ready: int, earliest: int, work: int
) -> tuple[int, int, bool]:
    """Return the next break after those taken before some work, when it can begin, and if one was too late.

    Parameters
    ----------
    breaks : (b,) BREAK
        All there are.
    taken, last : int
        The next break, and the end of the shift's.
    ready, earliest, work : int
        When the crew is there, when work may begin, and how long it takes.
    """
    late = False
    while taken < last:
        length, latest = breaks[taken].length, breaks[taken].latest
        start = max(ready, breaks[taken].earliest)
        if start + length > earliest and max(ready, earliest) + work <= latest:
            break
        late |= start > latest
        ready = start + length
        taken += 1
    return taken, ready, late


@kernel
def rest_at_end(breaks: Records, taken: int, last: int, now: int) -> tuple[int, bool]:
    """Return when the breaks that are left after the last work have been taken, and if one was too late."""
    late = False
    while taken < last:
        now = max(now, breaks[taken].earliest)
        late |= now > breaks[taken].latest
        now += breaks[taken].length
        taken += 1
    return now, late


@kernel
def retime(bench: Bench, plan: Plan, shift: int) -> None:
    """Find times, slack and cost of a shift anew after its stops have changed."""
    jobs, shifts = bench.jobs, bench.shifts
    stops, days, _, _, place_of = plan
    times, count = bench.travel_s[shifts[shift].travel], days[shift].count
    cost = _forward(jobs, shifts, bench.breaks, times, stops, count, shift)
    for position in range(count):
        place_of[stops[shift, position].job] = position
    told = shifts[shift].next_job
    if told >= 0 and (count == 0 or stops[shift, 0].job != told):
        cost += shifts[shift].next_change_cost
    days[shift].cost = cost
    _backward(jobs, shifts, times, stops, count, shift)


@kernel
def _forward(
    jobs: Records, shifts: Records, breaks: Records, times: Int32s, stops: Records, count: int, shift: int
) -> float:
    cost, broken = 0.0, False
    duty = shifts[shift]
    place, now, taken = duty.start_place, duty.start, duty.first_break
    for position in range(count):
        job = jobs[stops[shift, position].job]
        length = job.service
        if position == 0 or job.place != place:
            length += job.setup
        drive = times[place, job.place]
        cost += drive
        ready = now + drive
        if taken < duty.last_break:
            taken, ready, late = rest(breaks, taken, duty.last_break, ready, job.earliest, length)
            broken |= late and position >= duty.fixed
        begin = max(ready, job.earliest)
        if begin > job.latest or drive >= NO_WAY_S:
            broken |= position >= duty.fixed
        cost += price(job, begin)
        if job.held_by >= 0 and job.held_by != duty.crew:
            cost += job.change_cost
        now, place = begin + length, job.place
        stop = stops[shift, position]
        stop.place, stop.drive, stop.begin, stop.leave, stop.rested = place, drive, begin, now, taken
    if count > 0:
        now, late = rest_at_end(breaks, taken, duty.last_break, now)
        home = times[place, duty.end_place] if duty.end_place >= 0 else 0
        cost += home
        broken |= count > duty.fixed and (late or home >= NO_WAY_S or now + home > duty.end)
    return cost + BROKEN if broken else cost


@kernel
def _backward(jobs: Records, shifts: Records, times: Int32s, stops: Records, count: int, shift: int) -> None:
    latest, after = shifts[shift].end, shifts[shift].end_place
    steady, slope, begin = 2 * FOREVER_S, 0.0, 2 * FOREVER_S
    for position in range(count - 1, -1, -1):
        stop = stops[shift, position]
        if stop.rested < shifts[shift].last_break:
            stops[shift, position].latest = stop.begin
            stops[shift, position].steady = stop.begin
            continue
        job = jobs[stop.job]
        onward = stop.leave - stop.begin
        if after >= 0:
            onward += times[job.place, after]
        latest = min(latest - onward, job.latest)
        if slope > 0.0 and stop.begin + onward < begin:
            steady, slope = begin, 0.0  # a delay is made up for by less waiting before the next stop
        steady, begin = steady - onward, stop.begin
        slope += job.wait_cost
        if job.late_cost > 0.0 and begin < job.due:
            steady = min(steady, job.due)
        elif begin >= job.due:
            slope += job.late_cost
        stops[shift, position].latest = latest
        stops[shift, position].steady = steady
        stops[shift, position].slope = slope
        after = job.place


@kernel
def put(bench: Bench, plan: Plan, job: int, shift: int, position: int) -> None:
    """Insert a job before a position of a shift; times are found by `retime`."""
    stops, days, load, shift_of, _ = plan
    for place in range(days[shift].count, position, -1):
        stops[shift, place].job = stops[shift, place - 1].job
    stops[shift, position].job = job
    days[shift].count += 1
    shift_of[job] = shift
    demand = bench.demand
    for thing in range(load.shape[1]):
        load[shift, thing] += demand[job, thing]


@kernel
def copy_shift(source: Plan, target: Plan, shift: int) -> None:
    """Make a shift of one plan as it is in another; jobs' own entries are left to the caller."""
    stops, days, load, _, _ = source
    target_stops, target_days, target_load, _, target_place_of = target
    target_days[shift] = days[shift]
    for thing in range(load.shape[1]):
        target_load[shift, thing] = load[shift, thing]
    for position in range(days[shift].count):
        target_stops[shift, position] = stops[shift, position]
        target_place_of[stops[shift, position].job] = position
