"""Why planned work finds no place in the coming days: what would have to change for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equipage.dispatch.explanation.effects import Scene
from equipage.dispatch.explanation.explained import Help
from equipage.dispatch.explanation.helping import help_of
from equipage.dispatch.model import JobId
from equipage.dispatch.planning.ahead import Ahead
from equipage.dispatch.solver.explanation import explain
from equipage.dispatch.travel import TravelTimes

MOST_HELPED = 20
"""For how many pieces of work it is told what would help: each takes longer the more shifts there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Planned work that no shift has time for, and the least that would help.

    Parameters
    ----------
    job_id : JobId
        Which.
    help : Help or None
        What would have to change; None where nothing would do, and beyond the first `MOST_HELPED`.
    """

    job_id: JobId
    help: Help | None


def left_out(ahead: Ahead, times: TravelTimes) -> Iterator[LeftOut]:
    """Yield the work for which there is no place, and what would have to change for it.

    Parameters
    ----------
    ahead : Ahead
        The coming days.
    times : TravelTimes
        The router; asked from which depot a further crew would be there first.
    """
    posed = ahead.posed
    left = ahead.left_out()
    for row in left[:MOST_HELPED]:
        told = explain(posed.problem, ahead.routes, row)
        scene = Scene(
            posed=posed,
            problem=posed.problem,
            bare=ahead.routes,
            row=row,
            leaving=np.zeros(len(ahead.shifts)),
        )
        yield LeftOut(
            job_id=posed.jobs[row].id,
            help=None if told.remedy is None else help_of(times, scene, told.remedy),
        )
    yield from (LeftOut(job_id=posed.jobs[row].id, help=None) for row in left[MOST_HELPED:])
