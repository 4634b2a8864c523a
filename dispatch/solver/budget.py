"""How long an engine may work, by a clock that its caller reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 20
"""How many rounds our own engine works for a look, where looks are all that a budget counts."""

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
    rounds_a_look : int, optional
        How many rounds our own engine works between two looks; by itself as many as take a small share.

    Notes
    -----
    A library that is given a limit counts seconds on the wall. On one thread these pass no slower than the
    processor's: with a budget of the latter it stops too early on a busy machine, never too late.
    """

    seconds: float
    spent: Spent
    rounds_a_look: int | None = None

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
        How many. Our own engine works `ROUNDS` rounds for each.
    """
    left = iter(range(count))
    return Budget(
        seconds=float(count), spent=lambda: next(left, count) / count if count else 1.0, rounds_a_look=ROUNDS
    )
