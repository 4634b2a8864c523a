"""How long an engine may work, by a clock that its caller reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Spent = Callable[[], float]
"""Tells which share of the budget is spent, 1 or more when it is all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Seconds that an engine may take.

    Parameters
    ----------
    seconds : float
        How many in all.
    spent : callable
        Tells which share of them is spent: on the wall or by the processor, as the caller counts.

    Notes
    -----
    A library that is given a limit counts seconds on the wall. On one thread these pass no slower than the
    processor's: with a budget of the latter it stops too early on a busy machine, never too late.
    """

    seconds: float
    spent: Spent

    def left_s(self) -> float:
        """Return how many seconds are left, 0 at least."""
        return max(0.0, (1.0 - self.spent()) * self.seconds)


def timed(seconds: float, clock: Callable[[], float], *, told: Callable[[], bool] = lambda: False) -> Budget:
    """Return a budget that begins now.

    Parameters
    ----------
    seconds : float
        How many; none are spent at once.
    clock : callable
        Tells seconds, on the wall or of the processor.
    told : callable
        Tells whether to stop at once, whatever is left.
    """
    begun = clock()
    return Budget(
        seconds=seconds,
        spent=lambda: 1.0 if told() or seconds <= 0 else (clock() - begun) / seconds,
    )


def looks(count: int) -> Budget:
    """Return a budget of so many looks at it, which asks no clock: the same plan on any machine.

    Parameters
    ----------
    count : int
        How many, 200 at most. Our own engine works a few rounds for each, and far more for each beyond these.
    """
    left = iter(range(count))
    return Budget(seconds=float(count), spent=lambda: next(left, count) / max(count, 1))
