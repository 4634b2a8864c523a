"""Every place of a plan that a job could have: what it costs there, and what it would break."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.survey import FIT, LEG, survey
from equipage.dispatch.solver.obstacles import EFFORT, Hindrance, Obstacle
from equipage.dispatch.solver.problem import NOBODY, Problem
from equipage.dispatch.solver.records import Records, break_records, job_records, shift_records
from equipage.dispatch.solver.schedule import Routes
from equipage.geo.kernels.compiling import fixed

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Insertions:
    """What one job would cost and break at each of up to w places of each of r shifts.

    Parameters
    ----------
    job : int
        Which.
    fits : (r, w) FIT
        What the times break.
    cost : (r, w) float64
        What the plan would cost more, without what is saved by not leaving it out; infinite where a shift has
        no such place.
    lacks : (r, s) bool
        The skills that the crew lacks.
    elsewhere : (r,) bool
        Whether it is pinned to another crew.
    barred : (r,) bool
        Whether it must not be there.
    excess : (r, q) int64
        What would be carried too much.
    ahead : (r, w) int64
        How many fixed stops it would come before.
    fixed : tuple of tuples of int
        These stops.
    """

    job: int
    fits: Records
    cost: Floats
    lacks: Bools
    elsewhere: Bools
    barred: Bools
    excess: Ints
    ahead: Ints
    fixed: tuple[tuple[int, ...], ...]

    def broken(self) -> Ints:
        """Return how many things would be broken at each place, (r, w)."""
        of_shift = self.lacks.sum(axis=1) + self.elsewhere + self.barred + (self.excess > 0).sum(axis=1)
        broken: Ints = of_shift[:, None] + (self.ahead > 0) + self.fits["broken"]
        return np.where(np.isfinite(self.cost), broken, np.iinfo(np.int64).max)

    def sound_cost(self) -> Floats:
        """Return the cost where nothing would be broken, (r, w); infinite elsewhere."""
        return np.where(self.broken() == 0, self.cost, np.inf)

    def effort(self) -> Floats:
        """Return how hard it is to remove what is in the way, (r, w); see `EFFORT`."""
        of_shift = (
            EFFORT[Hindrance.SKILL] * self.lacks.sum(axis=1)
            + EFFORT[Hindrance.PIN] * self.elsewhere
            + EFFORT[Hindrance.BARRED] * self.barred
            + EFFORT[Hindrance.CAPACITY] * self.excess.sum(axis=1)
        )
        late_s = sum(self.fits[name] for name in ("own_late", "others_late", "break_late", "end_late"))
        ahead, no_way = EFFORT[Hindrance.FIXED] * self.ahead, EFFORT[Hindrance.NO_WAY] * self.fits["no_way"]
        of_place = ahead + no_way + late_s
        return np.where(np.isfinite(self.cost), of_shift[:, None] + of_place, np.inf)

    def obstacle(self, shift: int, position: int) -> Obstacle:
        """Return the one thing that matters most of what would be broken at a place.

        Parameters
        ----------
        shift, position : int
            A place where something would be.
        """
        if self.lacks[shift].any():
            return Obstacle(
                what=Hindrance.SKILL, shift=shift, job=self.job, thing=int(self.lacks[shift].argmax())
            )
        if self.elsewhere[shift]:
            return Obstacle(what=Hindrance.PIN, shift=shift, job=self.job)
        if self.barred[shift]:
            return Obstacle(what=Hindrance.BARRED, shift=shift, job=self.job)
        if (self.excess[shift] > 0).any():
            thing = int(self.excess[shift].argmax())
            excess = int(self.excess[shift, thing])
            return Obstacle(what=Hindrance.CAPACITY, shift=shift, excess=excess, thing=thing)
        return self._of_times(shift, position)

    def _of_times(self, shift: int, position: int) -> Obstacle:
        fit = self.fits[shift, position]
        if fit["no_way"]:
            return Obstacle(what=Hindrance.NO_WAY, shift=shift, job=self.job)
        if self.ahead[shift, position]:
            ahead, job = int(self.ahead[shift, position]), self.fixed[shift][position]
            return Obstacle(what=Hindrance.FIXED, shift=shift, job=job, excess=ahead)
        window_s, break_s, end_s = (int(fit[name]) for name in ("worst_late", "worst_break", "end_late"))
        if window_s >= max(break_s, end_s):
            return Obstacle(what=Hindrance.WINDOW, shift=shift, job=int(fit["whose"]), excess=window_s)
        if break_s >= end_s:
            return Obstacle(what=Hindrance.BREAK, shift=shift, excess=break_s, thing=int(fit["which"]))
        return Obstacle(what=Hindrance.SHIFT_END, shift=shift, excess=end_s)


def insertions(problem: Problem, routes: Routes, job: int) -> Insertions:
    """Return what a job would cost and break everywhere, all other stops unchanged.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : sequence of sequences of int
        The jobs of every shift, without this one.
    job : int
        Which.

    Notes
    -----
    Each place is gone through to the shift's end: 500 shifts of 20 stops take a few milliseconds.
    """
    jobs, shifts = problem.jobs, problem.shifts
    counts = np.array([len(stops) for stops in routes], dtype=np.int64)
    stops = np.fromiter(chain.from_iterable(routes), dtype=np.int64, count=int(counts.sum()))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    width = int(counts.max(initial=0)) + 1
    fits = _surveyed(problem, stops, first, job, width)
    places = np.arange(width)
    fixed = np.array([len(stops) for stops in shifts.fixed], dtype=np.int64)
    loads = _loads(jobs.demand, stops, counts)
    excess = np.maximum(loads + jobs.demand[job] - shifts.capacity, 0) * (jobs.demand[job] > 0)
    pinned_to = jobs.pinned_to[job]
    return Insertions(
        job=job,
        fits=fits,
        cost=np.where(
            places <= counts[:, None], fits["cost"] + _of_changes(problem, stops, first, job, width), np.inf
        ),
        lacks=jobs.needs[job] & ~shifts.has,
        elsewhere=(pinned_to != NOBODY) & (shifts.crew != pinned_to),
        barred=problem.barred[job],
        excess=excess,
        ahead=np.maximum(np.minimum(fixed, counts)[:, None] - places, 0),
        fixed=shifts.fixed,
    )


def _surveyed(problem: Problem, stops: Ints, first: Ints, job: int, width: int) -> Records:
    fits = np.zeros((len(problem.shifts), width), dtype=FIT)
    survey(
        job_records(problem),
        shift_records(problem),
        break_records(problem),
        fixed(problem.travel_s, np.int32),
        stops,
        first,
        job,
        np.zeros(width, dtype=LEG),
        np.zeros((2, len(problem.shifts.break_s)), dtype=np.int64),
        fits,
    )
    return fits


def _loads(demand: Ints, stops: Ints, counts: Ints) -> Ints:
    """Return what the stops of every shift take, (r, q)."""
    loads = np.zeros((len(counts), demand.shape[1]), dtype=np.int64)
    np.add.at(loads, np.repeat(np.arange(len(counts)), counts), demand[stops])
    return loads


def _of_changes(problem: Problem, stops: Ints, first: Ints, job: int, width: int) -> Floats:
    """Return what changes of crew and of next stops would cost, (r, w)."""
    jobs, shifts = problem.jobs, problem.shifts
    held_by, told = jobs.held_by[job], shifts.next_job
    change = np.where((held_by != NOBODY) & (shifts.crew != held_by), jobs.change_cost[job], 0.0)
    costs = np.repeat(change[:, None], width, axis=1)
    begun = np.full(len(shifts), NOBODY, dtype=np.int64)
    some = np.diff(first) > 0
    begun[some] = stops[first[:-1][some]]
    otherwise = (told != job).astype(np.int64) - (begun != told)
    costs[:, 0] += np.where(told != NOBODY, shifts.next_change_cost * otherwise, 0.0)
    return costs
