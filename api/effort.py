"""How long an engine may search, by the settings and the machine's clock."""

from __future__ import annotations

import time
from collections.abc import Callable

from equipage.api.settings import Settings
from equipage.dispatch.planning.planner import ENGINE as INSTANT
from equipage.dispatch.planning.replanning import Effort
from equipage.dispatch.solver.budget import timed

_OWN = "own"


def effort_of_plans(
    settings: Settings, seconds: float, *, is_rung: Callable[[], bool] = lambda: False
) -> Effort | None:
    """Return what the plan layer may use; None where the settings leave everything to the instant layer.

    Parameters
    ----------
    settings : Settings
        With the engine.
    seconds : float
        How long.
    is_rung : callable
        Whether something has happened for which the search is to stop.
    """
    if settings.planner_engine == INSTANT:
        return None
    return Effort(engine=settings.planner_engine, budget=lambda: timed(seconds, time.monotonic, told=is_rung))


def effort_of_questions(settings: Settings, seconds: float) -> Effort:
    """Return what a question may use that only an engine can answer: our own where plans have none.

    Parameters
    ----------
    settings : Settings
        With the engine of plans.
    seconds : float
        How long.
    """
    return effort_of_plans(settings, seconds) or Effort(
        engine=_OWN, budget=lambda: timed(seconds, time.monotonic)
    )
