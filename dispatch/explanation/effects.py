"""What it does that a job is at a place of the plan: to its crew's drive, its own arrival, and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from equipage.dispatch.explanation.explained import Alternative, Part, Share
from equipage.dispatch.planning.posing import Posed
from equipage.dispatch.planning.suggest import Because
from equipage.dispatch.plans import NOTICEABLE
from equipage.dispatch.reasons import Reason, because, named
from equipage.dispatch.solver.explanation import Option
from equipage.dispatch.solver.problem import NOBODY, Problem
from equipage.dispatch.solver.schedule import Routes, timetable

Floats = npt.NDArray[np.float64]

NOTICED_S = NOTICEABLE.total_seconds()

NAMED = 3
"""How many jobs that become late, or less late, are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A plan without one job, and the job.

    Parameters
    ----------
    posed : Posed
        The situation as a problem.
    problem : Problem
        The same where nothing holds the job where it is.
    bare : sequence of sequences of int
        The plan in force, without the job.
    row : int
        The job.
    leaving : (r,) float64
        What it costs the area that each crew leaves, as the crew was chosen by.
    """

    posed: Posed
    problem: Problem
    bare: Routes
    row: int
    leaving: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """When another job begins before and after a change, and by how many seconds each is late."""

    row: int
    begin_s: tuple[int, int]
    late_s: tuple[int, int]

    @property
    def later_s(self) -> int:
        return self.begin_s[1] - self.begin_s[0]

    @property
    def more_late_s(self) -> int:
        return self.late_s[1] - self.late_s[0]


def shares_of(scene: Scene, option: Option) -> Iterator[Share]:
    """Yield what a job costs at a place, part by part, without what is nothing.

    Parameters
    ----------
    scene : Scene
        The plan.
    option : Option
        The place.
    """
    problem, row, costs = scene.problem, scene.row, option.split
    moves = _moves(scene, option)
    own_wait = float(problem.jobs.wait_cost[row]) * option.begin_s
    own_late = sum(delay.cost for delay in costs.delays if delay.job == row)
    parts = (
        (Part.TRAVEL, costs.travel, _of_drive(costs.travel, "adds_drive", "saves_drive")),
        (Part.WAITING, own_wait, (because("reached_in", arrives_in_s=max(option.begin_s, 0)),)),
        (Part.LATENESS, own_late, _own_lateness(problem, row, option.begin_s)),
        (Part.OTHERS_WAITING, costs.waiting - own_wait, _of_others_time(moves)),
        (Part.OTHERS_LATENESS, costs.lateness - own_late, _of_others_lateness(scene, moves)),
        (Part.STABILITY, costs.crew_change + costs.next_change, _of_changes(scene, option)),
        (Part.COVERAGE, float(scene.leaving[option.shift]), _of_leaving(scene, option)),
    )
    for part, cost, reasons in parts:
        if cost:
            yield Share(part=part, cost=cost, reasons=tuple(reasons))


def alternative(scene: Scene, option: Option, place: Option | None) -> Alternative:
    """Return what it would mean that another crew has a job.

    Parameters
    ----------
    scene : Scene
        The plan.
    option : Option
        Where the other crew would have it.
    place : Option or None
        Where it is; None where nobody has it.
    """
    return Alternative(
        crew_id=scene.posed.crew_ids[option.shift],
        begins_at=scene.posed.situation.now + timedelta(seconds=option.begin_s),
        more=option.more - (0.0 if place is not None else option.split.dropped),
        reasons=tuple(_compared(scene, option, place)),
    )


def _compared(scene: Scene, option: Option, place: Option | None) -> Iterator[Reason]:
    moves = _moves(scene, option)
    if place is None:
        yield because("reached_in", arrives_in_s=max(option.begin_s, 0))
        yield from _of_drive(option.split.travel, "adds_drive", "saves_drive")
    else:
        moves += [_undone(move) for move in _moves(scene, place)]
        yield _of_arrival(option.begin_s - place.begin_s)
        more_s = option.split.travel - place.split.travel
        yield from _of_drive(more_s, "more_drive", "less_drive") if abs(more_s) >= NOTICED_S else ()
    yield from _own_lateness(scene.problem, scene.row, option.begin_s)
    yield from _of_others_lateness(scene, moves)
    yield from _of_others_time(moves)
    if option.split.next_change > 0:
        yield because("told_otherwise")
    yield from _of_leaving(scene, option)


def _moves(scene: Scene, option: Option) -> list[_Move]:
    """Return what having the job at a place does to when the other jobs of that crew begin."""
    before = _begins(scene.problem, option.shift, scene.bare[option.shift])
    after = _begins(scene.problem, option.shift, with_job(scene, option.shift, option.position))
    due_s = scene.problem.jobs.due_s
    return [
        _Move(
            row=row,
            begin_s=(begin_s, after[row]),
            late_s=(max(begin_s - int(due_s[row]), 0), max(after[row] - int(due_s[row]), 0)),
        )
        for row, begin_s in before.items()
    ]


def with_job(scene: Scene, shift: int, position: int) -> Sequence[int]:
    """Return the stops of a shift with the job at a place."""
    stops = scene.bare[shift]
    return [*stops[:position], scene.row, *stops[position:]]


def _begins(problem: Problem, shift: int, stops: Sequence[int]) -> Mapping[int, int]:
    return {visit.job: visit.begin_s for visit in timetable(problem, shift, stops).visits}


def _undone(move: _Move) -> _Move:
    return _Move(row=move.row, begin_s=move.begin_s[::-1], late_s=move.late_s[::-1])


def _of_drive(drive_s: float, more: str, less: str) -> tuple[Reason, ...]:
    if abs(drive_s) < 1:
        return ()
    return (because(more if drive_s > 0 else less, drive_s=abs(drive_s)),)


def _of_arrival(later_s: int) -> Reason:
    if abs(later_s) < NOTICED_S:
        return because("there_alike")
    return (
        because("there_later", later_s=later_s) if later_s > 0 else because("there_sooner", sooner_s=-later_s)
    )


def _own_lateness(problem: Problem, row: int, begin_s: int) -> tuple[Reason, ...]:
    late_s = begin_s - int(problem.jobs.due_s[row])
    return (because(Because.LATE, late_s=late_s),) if late_s > 0 else ()


def _of_others_lateness(scene: Scene, moves: Sequence[_Move]) -> Iterator[Reason]:
    """Yield whose lateness changes by minutes, those first that it costs most."""
    late_cost = scene.problem.jobs.late_cost
    noticed = [move for move in moves if abs(move.more_late_s) >= NOTICED_S]
    in_order = sorted(noticed, key=lambda move: -abs(move.more_late_s) * float(late_cost[move.row]))
    for move in in_order[:NAMED]:
        whose = named(scene.posed.jobs[move.row])
        if move.more_late_s < 0:
            yield because("makes_less_late", sooner_s=-move.more_late_s, **whose)
        elif move.late_s[0] > 0:
            yield because("makes_later", later_s=move.more_late_s, **whose)
        else:
            yield because("makes_late", late_s=move.late_s[1], **whose)


def _of_others_time(moves: Sequence[_Move]) -> Iterator[Reason]:
    """Yield by how much others begin later or sooner, apart from what makes them late."""
    later_s = sum(move.later_s - move.more_late_s for move in moves)
    if later_s >= NOTICED_S:
        yield because("others_later", later_s=later_s)
    elif later_s <= -NOTICED_S:
        yield because("others_sooner", sooner_s=-later_s)


def _of_leaving(scene: Scene, option: Option) -> tuple[Reason, ...]:
    return (because("leaves_area"),) if scene.leaving[option.shift] > 0 else ()


def _of_changes(scene: Scene, option: Option) -> Iterator[Reason]:
    """Yield what changes of what crews were told, or stays because the job stays."""
    held_by = int(scene.problem.jobs.held_by[scene.row])
    if option.split.crew_change and held_by != NOBODY:
        yield because("takes_over", crew_id=scene.posed.crew_ids[held_by])
    if option.split.next_change > 0:
        yield because("told_otherwise")
    elif option.split.next_change < 0:
        yield because("told_next")
