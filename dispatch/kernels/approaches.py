"""When crews would begin and have finished jobs, for all pairs in one go."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.plan import Records
from equipage.geo.kernels.compiling import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ROWS = 64
"""So many jobs at a time: what is written stays near until its neighbours are."""


@kernel
def approaches(
    drive_s: Floats, free_s: Floats, earliest_s: Floats, work_s: Floats, breaks: Records, first_break: Ints
) -> tuple[Floats, Floats, Floats]:
    """Return what becomes of m crews with one of n jobs each, by the rule of `solver.schedule.timetable`.

    Parameters
    ----------
    drive_s : (m, n) float64
        Seconds by road, inf where there is no way.
    free_s : (m,) float64
        Seconds from now until each crew can set off.
    earliest_s, work_s : (n,) float64
        Seconds from now to each job's earliest, and what it takes.
    breaks : (b,) BREAK
        What the crews have still to take; crew k those from `first_break[k]` to `first_break[k + 1]`.
    first_break : (m + 1,) int64
        Indices of `breaks`.

    Returns
    -------
    begin_s, end_s, late_s : (n, m) float64
        Seconds from now until work begins and until all is done, with the breaks before and during that; by
        how many seconds a break begins later than it may.
    """
    crews, jobs = drive_s.shape
    begins, ends, lates = np.empty((jobs, crews)), np.empty((jobs, crews)), np.zeros((jobs, crews))
    for top in range(0, jobs, _ROWS):
        for crew in range(crews):
            own = breaks[first_break[crew] : first_break[crew + 1]]
            for job in range(top, min(top + _ROWS, jobs)):
                ready = free_s[crew] + drive_s[crew, job]
                begin, end, late = _finished(own, ready, earliest_s[job], work_s[job])
                begins[job, crew], ends[job, crew] = begin, end
                if late > 0.0:
                    lates[job, crew] = late
    return begins, ends, lates


@kernel
def _finished(breaks: Records, ready: float, earliest: float, work: float) -> tuple[float, float, float]:
    """Return when one job begins and ends, its breaks taken, and how late one of these begins."""
    begin, late = max(ready, earliest), 0.0
    if len(breaks) == 0 or breaks[0].earliest >= begin + work:
        return begin, begin + work, late
    now, begun = ready, False
    for pause in breaks:
        if not begun:
            begin = max(now, earliest)
            costs_nothing = max(now, pause.earliest) + pause.length <= earliest
            if not costs_nothing and begin + work <= pause.latest:
                begun, now = True, begin + work
        pausing = max(now, pause.earliest)
        late = max(late, pausing - pause.latest)
        now = pausing + pause.length
    if begun:
        return begin, now, late
    begin = max(now, earliest)
    return begin, begin + work, late
