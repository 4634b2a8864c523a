"""What one job would break and cost at every place of a plan: for reasons, where a search wants the best."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.plan import NO_WAY_S, Records, price, record
from equipage.geo.kernels.compiling import kernel

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

FIT = record(
    "broken no_way own_late others_late worst_late whose break_late worst_break which end_late", "cost"
)
"""One place: how many things get worse, how many ways lack, by how many seconds the job's own window, the
windows of others, breaks and the shift's end are missed; whose window and which break by most, and by how
much; the further travel, waiting and lateness."""

LEG = record("place now taken drive late", "cost")
"""Before a stop: where the crew is, when it leaves, its next break; the drive to the stop, by how much its
window is missed, and what the shift costs from there on."""


@kernel
def survey(
    jobs: Records,
    shifts: Records,
    breaks: Records,
    travel_s: Int32s,
    stops: Ints,
    first: Ints,
    new: int,
    legs: Records,
    rests: Ints,
    fits: Records,
) -> None:
    """Find what a job would break and cost before each stop of each shift, and at its end.

    Parameters
    ----------
    jobs, shifts, breaks : records
        As in `Bench`.
    travel_s : (v, p, p) int32
        Seconds of driving.
    stops, first : (m,) and (r + 1,) int64
        The stops of shift k are those from `first[k]` to `first[k + 1]`.
    new : int
        The job, in none of the shifts.
    legs : (w,) LEG
        Room to work in; w is more than any shift has stops.
    rests : (2, b) int64
        Room to work in: by how much each break comes too late, without and with the job.
    fits : (r, w) FIT
        Filled as far as shifts have places; the rest stays.
    """
    for shift in range(len(shifts)):
        begin, end = first[shift], first[shift + 1]
        times = travel_s[shifts[shift].travel]
        end_late = _as_it_is(jobs, shifts, breaks, times, stops, begin, end, shift, legs, rests)
        for position in range(end - begin + 1):
            _with_it(
                jobs,
                shifts,
                breaks,
                times,
                stops,
                begin,
                end,
                shift,
                position,
                new,
                end_late,
                legs,
                rests,
                fits,
            )


@kernel
def _as_it_is(
    jobs: Records,
    shifts: Records,
    breaks: Records,
    times: Int32s,
    stops: Ints,
    begin: int,
    end: int,
    shift: int,
    legs: Records,
    rests: Ints,
) -> int:
    """Fill the legs of a shift, and return how long after its end it is over."""
    duty, count = shifts[shift], end - begin
    place, now, taken = duty.start_place, duty.start, duty.first_break
    for number in range(duty.first_break, duty.last_break):
        rests[0, number] = 0
    for position in range(count):
        job, leg = jobs[stops[begin + position]], legs[position]
        leg.place, leg.now, leg.taken = place, now, taken
        leg.drive = times[place, job.place]
        work = job.service
        if position == 0 or job.place != place:
            work += job.setup
        taken, ready = _rested(breaks, taken, duty.last_break, now + leg.drive, job.earliest, work, rests, 0)
        start = max(ready, job.earliest)
        leg.late = max(start - job.latest, 0)
        leg.cost = leg.drive + price(job, start)
        now, place = start + work, job.place
    last = legs[count]
    last.place, last.now, last.taken, last.drive, last.cost = place, now, taken, 0, 0.0
    if count == 0:
        return 0
    now = _rested_at_end(breaks, taken, duty.last_break, now, rests, 0)
    if duty.end_place >= 0:
        last.drive = times[place, duty.end_place]
    last.cost = last.drive
    for position in range(count - 1, -1, -1):
        legs[position].cost += legs[position + 1].cost
    return int(max(now + last.drive - duty.end, 0))


@kernel
def _with_it(
    jobs: Records,
    shifts: Records,
    breaks: Records,
    times: Int32s,
    stops: Ints,
    begin: int,
    end: int,
    shift: int,
    position: int,
    new: int,
    end_late: int,
    legs: Records,
    rests: Ints,
    fits: Records,
) -> None:
    """Fill one fit by going through all that follows the job."""
    duty, count, fit = shifts[shift], end - begin, fits[shift, position]
    place, now, taken = legs[position].place, legs[position].now, legs[position].taken
    fit.cost = -legs[position].cost
    before = taken
    for index in range(position - 1, count):
        number = new if index < position else stops[begin + index]
        job = jobs[number]
        drive = times[place, job.place]
        work = job.service
        if (position == 0 and index < position) or job.place != place:
            work += job.setup
        taken, ready = _rested(breaks, taken, duty.last_break, now + drive, job.earliest, work, rests, 1)
        start = max(ready, job.earliest)
        fit.cost += drive + price(job, start)
        late = start - job.latest
        if late > (0 if index < position else legs[index].late):
            fit.broken += 1
            if index < position:
                fit.own_late = late
            else:
                fit.others_late += late
            if late > fit.worst_late:
                fit.worst_late, fit.whose = late, number
        if drive >= NO_WAY_S and (index < position or legs[index].drive < NO_WAY_S):
            fit.broken += 1
            fit.no_way += 1
        now, place = start + work, job.place
    now = _rested_at_end(breaks, taken, duty.last_break, now, rests, 1)
    if duty.end_place >= 0:
        drive = times[place, duty.end_place]
        fit.cost += drive
        if drive >= NO_WAY_S and legs[count].drive < NO_WAY_S:
            fit.broken += 1
            fit.no_way += 1
        now += drive
    if now - duty.end > end_late:
        fit.broken += 1
        fit.end_late = now - duty.end
    for number in range(before, duty.last_break):
        late = rests[1, number]
        if late > rests[0, number]:
            fit.broken += 1
            fit.break_late += late
            if late > fit.worst_break:
                fit.worst_break, fit.which = late, number


@kernel
def _rested(
    breaks: Records,
    taken: int,
    last: int,
    ready: int,
    earliest: int,
    work: int,
    rests: Ints,
    row: int,
) -> tuple[int, int]:
    """Return the next break and when the crew is ready after those that it takes before some work."""
    while taken < last:
        start = max(ready, breaks[taken].earliest)
        free = start + breaks[taken].length <= earliest
        if not free and max(ready, earliest) + work <= breaks[taken].latest:
            break
        rests[row, taken] = max(start - breaks[taken].latest, 0)
        ready = start + breaks[taken].length
        taken += 1
    return taken, ready


@kernel
def _rested_at_end(breaks: Records, taken: int, last: int, now: int, rests: Ints, row: int) -> int:
    """Return when the breaks that are left after the last work have been taken."""
    while taken < last:
        start = max(now, breaks[taken].earliest)
        rests[row, taken] = max(start - breaks[taken].latest, 0)
        now = start + breaks[taken].length
        taken += 1
    return now
