"""Where a job fits best into a plan, at the least further cost.

References
----------
Christiaens, Vanden Berghe: Slack Induction by String Removals for Vehicle Routing Problems. Transportation
Science 54 (2020), doi:10.1287/trsc.2019.0914, section 5.2: greedy insertion with blinks.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.plan import (
    NO_WAY_S,
    Bench,
    Plan,
    Records,
    price,
    put,
    rest,
    rest_at_end,
    retime,
)
from equipage.geo.kernels.compiling import kernel

Bools = npt.NDArray[np.bool_]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

NEVER = np.inf
"""What an insertion costs that would break something."""


class Insertion(NamedTuple):
    """Where to insert a job, and what that costs; `shift` is -1 where it cannot be."""

    cost: float
    shift: int
    position: int


@kernel
def blinks(rate: float) -> int:
    """Return how many places are looked at before one is overlooked, each with that probability."""
    if rate <= 0.0:
        return 1 << 60
    return int(math.log(1.0 - np.random.random()) / math.log(1.0 - rate))


@kernel
def best_insertion(bench: Bench, plan: Plan, job: int, limit: float, blink: float) -> Insertion:
    """Return where a job costs least, less than a limit.

    Parameters
    ----------
    bench : Bench
        The problem.
    plan : Plan
        The plan.
    job : int
        Which job.
    limit : float
        What must not be reached.
    blink : float
        The share of places that are overlooked.
    """
    jobs, shifts, breaks, allowed, near, near_shift = (
        bench.jobs,
        bench.shifts,
        bench.breaks,
        bench.allowed,
        bench.near,
        bench.near_shift,
    )
    travel_s, demand, capacity = bench.travel_s, bench.demand, bench.capacity
    stops, days, load, shift_of, place_of = plan
    best, best_shift, best_position = limit, -1, -1
    skip = blinks(blink)
    candidate, neighbours = 0, near.shape[1]
    everywhere = neighbours + near_shift.shape[1]
    while True:
        if candidate < neighbours:
            neighbour = near[job, candidate]
            shift = shift_of[neighbour]
            # Behind it; what is before it is behind another, or the first place of all.
            first, end = place_of[neighbour] + 1, place_of[neighbour] + 2
            if first == 1:
                first = 0
        elif candidate < everywhere:
            shift = near_shift[job, candidate - neighbours]
            first, end = 0, shifts[shift].fixed + 1
        elif best_shift < 0 and candidate < everywhere + len(days):
            shift = candidate - everywhere
            first, end = 0, days[shift].count + 1
        else:
            return Insertion(best, best_shift, best_position)
        candidate += 1
        if shift < 0 or not allowed[job, shift] or days[shift].count == stops.shape[1]:
            continue
        if not _has_room(demand, capacity, load, job, shift):
            continue
        change = 0.0
        if jobs[job].held_by >= 0 and jobs[job].held_by != shifts[shift].crew:
            change = jobs[job].change_cost
        for position in range(max(first, shifts[shift].fixed), end):
            skip -= 1
            if skip < 0:
                skip = blinks(blink)
                continue
            count = days[shift].count
            drive, onward, spared = _detour(travel_s, jobs, shifts, stops, count, job, shift, position)
            cost = change + drive + onward - spared
            if position == 0:
                cost += _first_change(shifts, stops, count, job, shift)
            if cost < best and drive + onward < NO_WAY_S:
                cost += _in_time(
                    jobs,
                    shifts,
                    breaks,
                    travel_s,
                    stops,
                    count,
                    job,
                    shift,
                    position,
                    drive,
                    onward,
                    best - cost,
                )
                if cost < best:
                    best, best_shift, best_position = cost, shift, position


@kernel
def keep(bench: Bench, plan: Plan, shift: int, stops: Ints) -> None:
    """Append jobs to a shift in order, those left out that would break something there."""
    for job in stops:
        if plan.shift_of[job] >= 0 or not bench.allowed[job, shift]:
            continue
        if not _has_room(bench.demand, bench.capacity, plan.load, job, shift):
            continue
        count = plan.days[shift].count
        drive, onward, _ = _detour(
            bench.travel_s, bench.jobs, bench.shifts, plan.stops, count, job, shift, count
        )
        cost = _in_time(
            bench.jobs,
            bench.shifts,
            bench.breaks,
            bench.travel_s,
            plan.stops,
            count,
            job,
            shift,
            count,
            drive,
            onward,
            NEVER,
        )
        if cost < NEVER and drive + onward < NO_WAY_S:
            put(bench, plan, job, shift, count)
            retime(bench, plan, shift)


@kernel
def _has_room(demand: Ints, capacity: Ints, load: Ints, job: int, shift: int) -> bool:
    """Tell whether a shift's vehicle has room for what a job takes."""
    for thing in range(load.shape[1]):
        if load[shift, thing] + demand[job, thing] > capacity[shift, thing]:
            return False
    return True


@kernel
def _first_change(shifts: Records, stops: Records, count: int, job: int, shift: int) -> float:
    """Return what it costs, or saves, that the crew is told another first job."""
    told = shifts[shift].next_job
    if told < 0:
        return 0.0
    if job == told:
        return float(-shifts[shift].next_change_cost)
    if count > 0 and stops[shift, 0].job == told:
        return float(shifts[shift].next_change_cost)
    return 0.0


@kernel
def _detour(
    travel_s: Int32s,
    jobs: Records,
    shifts: Records,
    stops: Records,
    count: int,
    new: int,
    shift: int,
    position: int,
) -> tuple[int, int, int]:
    """Return the seconds to a job at a position, those from there, and those that need not be driven."""
    kind, place, after = shifts[shift].travel, jobs[new].place, shifts[shift].end_place
    before = shifts[shift].start_place if position == 0 else stops[shift, position - 1].place
    drive = travel_s[kind, before, place]
    if position < count:
        return drive, travel_s[kind, place, stops[shift, position].place], stops[shift, position].drive
    if after < 0:
        return drive, 0, 0
    return drive, travel_s[kind, place, after], travel_s[kind, before, after] if count > 0 else 0


@kernel
def _in_time(
    jobs: Records,
    shifts: Records,
    breaks: Records,
    travel_s: Int32s,
    stops: Records,
    count: int,
    new: int,
    shift: int,
    position: int,
    drive: int,
    onward: int,
    limit: float,
) -> float:
    """Return the further cost of times with a job at a position; `NEVER` where it is not below the limit, or
    something breaks.
    """
    job, duty = jobs[new], shifts[shift]
    before, now, taken = _departure(shifts, stops, shift, position)
    if now + drive > job.latest or job.wait_cost * (now + drive) >= limit:
        return NEVER
    if taken < duty.last_break or _other_setup(jobs, stops, count, shift, position, before, job.place):
        return _through(jobs, shifts, breaks, travel_s, stops, count, new, shift, position, limit)
    length = job.service
    if position == 0 or job.place != before:
        length += job.setup
    begin = max(now + drive, job.earliest)
    if begin > job.latest:
        return NEVER
    cost = price(job, begin)
    arrival = begin + length + onward
    if position == count:
        return cost if arrival <= duty.end else NEVER
    if arrival > stops[shift, position].latest:
        return NEVER
    if arrival > stops[shift, position].begin:
        cost += _delayed(jobs, stops, count, shift, position, arrival, limit - cost)
    return cost


@kernel
def _departure(shifts: Records, stops: Records, shift: int, position: int) -> tuple[int, int, int]:
    """Return where a crew is before a position, when it leaves, and its next break then."""
    if position == 0:
        return shifts[shift].start_place, shifts[shift].start, shifts[shift].first_break
    stop = stops[shift, position - 1]
    return stop.place, stop.leave, stop.rested


@kernel
def _other_setup(
    jobs: Records, stops: Records, count: int, shift: int, position: int, before: int, place: int
) -> bool:
    """Tell whether the stop that would follow gets or loses its setup time."""
    if position == count:
        return False
    follower = jobs[stops[shift, position].job]
    moved = position == 0 or follower.place != before
    return bool(follower.setup > 0 and moved != (follower.place != place))


@kernel
def _delayed(
    jobs: Records,
    stops: Records,
    count: int,
    shift: int,
    position: int,
    arrival: int,
    limit: float,
) -> float:
    """Return the further cost of times from a stop on when the crew arrives then; no break is in between."""
    cost = 0.0
    while True:
        stop = stops[shift, position]
        at_least = cost + stop.slope * (arrival - stop.begin)
        if arrival <= stop.steady:
            return float(max(at_least, cost))
        if at_least >= limit:
            return NEVER
        job = jobs[stop.job]
        begin = max(arrival, job.earliest)
        cost += price(job, begin) - price(job, stop.begin)
        position += 1
        if position == count:
            return cost
        arrival = stop.leave + begin - stop.begin + stops[shift, position].drive


@kernel
def _through(
    jobs: Records,
    shifts: Records,
    breaks: Records,
    travel_s: Int32s,
    stops: Records,
    count: int,
    new: int,
    shift: int,
    position: int,
    limit: float,
) -> float:
    """Return the further cost of times with a job at a position, by going through all that follows."""
    before, now, taken = _departure(shifts, stops, shift, position)
    cost, last, kind = 0.0, shifts[shift].last_break, shifts[shift].travel
    for place in range(position - 1, count):
        job = jobs[new] if place < position else jobs[stops[shift, place].job]
        length = job.service
        if (position == 0 and place < position) or job.place != before:
            length += job.setup
        ready = now + travel_s[kind, before, job.place]
        taken, ready, late = rest(breaks, taken, last, ready, job.earliest, length)
        begin = max(ready, job.earliest)
        if late or begin > job.latest:
            return NEVER
        cost += price(job, begin)
        if place >= position:
            cost -= price(job, stops[shift, place].begin)
        now, before = begin + length, job.place
    now, late = rest_at_end(breaks, taken, last, now)
    if shifts[shift].end_place >= 0:
        now += travel_s[kind, before, shifts[shift].end_place]
    return NEVER if late or now > shifts[shift].end or cost >= limit else cost
