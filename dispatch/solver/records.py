"""A problem's jobs, shifts and breaks as the kernels take them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.plan import BREAK, JOB, SHIFT
from equipage.dispatch.solver.problem import Problem

Ints = npt.NDArray[np.int64]
Records = npt.NDArray[np.void]


def job_records(problem: Problem) -> Records:
    """Return the jobs, (n,) JOB."""
    return _records(JOB, problem.jobs, len(problem.jobs))


def shift_records(problem: Problem) -> Records:
    """Return the shifts, (r,) SHIFT."""
    shifts = problem.shifts
    return _records(
        SHIFT,
        shifts,
        len(shifts),
        fixed=np.array([len(stops) for stops in shifts.fixed], dtype=np.int64),
        first_break=shifts.break_first[:-1],
        last_break=shifts.break_first[1:],
    )


def break_records(problem: Problem) -> Records:
    """Return the breaks, (b,) BREAK."""
    shifts = problem.shifts
    return _records(
        BREAK,
        shifts,
        len(shifts.break_s),
        earliest=shifts.break_earliest_s,
        latest=shifts.break_latest_s,
        length=shifts.break_s,
    )


def _records(kind: np.dtype[np.void], owner: object, count: int, **given: Ints) -> Records:
    """Return records of the values that an owner has under the fields' names, or under these with `_s`."""
    records = np.zeros(count, dtype=kind)
    for name in kind.names or ():
        values = given.get(name)
        if values is None:
            values = getattr(owner, name) if hasattr(owner, name) else getattr(owner, f"{name}_s")
        records[name] = values
    return records
