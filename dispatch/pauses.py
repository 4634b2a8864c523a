"""When crews would have finished a job each, with the breaks that they have still to take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.approaches import approaches
from equipage.dispatch.kernels.plan import BREAK
from equipage.dispatch.model import CrewId, Job, Shift
from equipage.dispatch.situation import Situation

Floats = npt.NDArray[np.float64]

BREAK_MAY_SLIDE_S = 30 * 60
"""How much later than in the roster a break may begin, or half its length: work is not left unfinished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakLeft:
    """A break that a crew has still to take: seconds from now of its first and last start, its length."""

    earliest_s: int
    latest_s: int
    length_s: int


@dataclass(frozen=True, slots=True, eq=False)
class Finish:
    """What becomes of m crews' shifts with one of n jobs each.

    Parameters
    ----------
    begin_s : (n, m) float64
        Seconds from now until the work begins, the breaks that come first taken.
    end_s : (n, m) float64
        Seconds from now until the work is done, and the breaks before and during that are taken.
    break_late_s : (n, m) float64
        By how many seconds a break begins later than it may, at most; 0 where none does.
    """

    begin_s: Floats
    end_s: Floats
    break_late_s: Floats


def breaks_left(situation: Situation, crew_id: CrewId, free_s: float) -> Iterator[BreakLeft]:
    """Yield the breaks that a crew has still to take.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Whose; nobody without a shift has any.
    free_s : float
        Seconds from now until the crew has done what it has; what began before that is over.
    """
    shift = situation.shifts.get(crew_id)
    if shift is not None:
        yield from breaks_of(shift, situation.now, free_s)


def breaks_of(shift: Shift, now: datetime, free_s: float) -> Iterator[BreakLeft]:
    """Yield the breaks of a shift that begin from some time on.

    Parameters
    ----------
    shift : Shift
        With its breaks.
    now : datetime
        From when seconds count.
    free_s : float
        Seconds from now; what began before that is over.
    """
    for pause in shift.breaks:
        begins_s = round((pause.start - now).total_seconds())
        takes_s = round((pause.end - pause.start).total_seconds())
        if begins_s >= free_s:
            yield BreakLeft(
                earliest_s=begins_s,
                latest_s=begins_s + min(takes_s // 2, BREAK_MAY_SLIDE_S),
                length_s=takes_s,
            )


def rested(
    breaks: Sequence[BreakLeft], *, ready_s: float, earliest_s: float, work_s: float
) -> tuple[int, float]:
    """Return how many breaks a crew takes before some work, and when it is ready then, as `timetable` does.

    Parameters
    ----------
    breaks : sequence of BreakLeft
        Those still to be taken, in order of time.
    ready_s, earliest_s, work_s : float
        Seconds from now until the crew is there and until work may begin, and what it takes.
    """
    taken = 0
    for pause in breaks:
        after_s = max(ready_s, pause.earliest_s) + pause.length_s
        if after_s > earliest_s and max(ready_s, earliest_s) + work_s <= pause.latest_s:
            break
        taken, ready_s = taken + 1, after_s
    return taken, ready_s


def has_break_first(situation: Situation, crew_id: CrewId, job: Job, drive_s: float) -> bool:
    """Tell whether a crew that is free takes a break before a job, since there is no time for it before that.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Who would set off now.
    job : Job
        What for.
    drive_s : float
        Seconds to get there.
    """
    breaks = list(breaks_left(situation, crew_id, 0.0))
    earliest_s = (job.earliest - situation.now).total_seconds()
    return rested(breaks, ready_s=drive_s, earliest_s=earliest_s, work_s=job.duration_s)[0] > 0


def finish(
    breaks: Sequence[Sequence[BreakLeft]],
    *,
    drive_s: Floats,
    free_s: Floats,
    earliest_s: Floats,
    work_s: Floats,
) -> Finish:
    """Return when each crew would have done each job and taken its breaks, as `solver.schedule.timetable`.

    Parameters
    ----------
    breaks : sequence of sequences of BreakLeft
        Of each of the m crews, in order of time.
    drive_s : (m, n) float64
        Seconds by road from each crew to each job, inf where there is no way.
    free_s : (m,) float64
        Seconds from now until each crew can set off.
    earliest_s, work_s : (n,) float64
        Seconds from now to each job's earliest, and what it takes.

    Notes
    -----
    Crews drive at once. A break is taken where it costs no time, while waiting; else before work that would
    go on past the last moment at which it may begin; else behind the work.
    """
    first = np.cumsum([0, *map(len, breaks)]).astype(np.int64)
    left = np.array(
        [(each.earliest_s, each.latest_s, each.length_s) for own in breaks for each in own], dtype=BREAK
    )
    return Finish(*approaches(drive_s, free_s, earliest_s, work_s, left, first))
