"""Several days under several policies: the same chance for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from equipage.dispatch.replay.day import Day
from equipage.dispatch.replay.simulation import Policy, Replayed, replay
from equipage.dispatch.replay.travel import day_times
from equipage.dispatch.travel import TravelTimes

Told = Callable[[str, float], None]
"""Is told what is being done, and the share of it all that is done, 0 to 1."""


def replay_all(
    days: Sequence[Day],
    policies: Mapping[str, Policy],
    times: TravelTimes,
    *,
    check: bool = True,
    told: Told | None = None,
) -> Mapping[str, Sequence[Replayed]]:
    """Return how each day goes under each policy.

    Parameters
    ----------
    days : sequence of Day
        Each with its own calls; all policies get the same.
    policies : mapping of str to Policy
        By the names that results call them by.
    times : TravelTimes
        The router; asked for one matrix a day.
    check : bool
        Whether to have every saved plan checked.
    told : callable, optional
        Told about the progress.
    """
    found: dict[str, list[Replayed]] = {name: [] for name in policies}
    runs = len(days) * len(policies)
    for number, day in enumerate(days):
        of_day = day_times(times, day.places())
        for rank, (name, policy) in enumerate(policies.items()):
            before = number * len(policies) + rank
            progress = None if told is None else _part_of(told, f"{name}, day {number + 1}", before, runs)
            found[name].append(replay(day, policy, of_day, name=name, check=check, progress=progress))
    return found


def _part_of(told: Told, what: str, before: int, runs: int) -> Callable[[float], None]:
    """Return who is told the share of one run, and tells the share of all."""
    return lambda share: told(what, (before + share) / runs)
