"""Replayed days beside strong nearest-crew dispatch: one table from one run, the same calls for everybody.

A *loaded* day is one on which the strong baseline's 95 % wait is over 20 minutes, a *quiet* one on which it
is under 15; fleets are of the sizes at which that holds. Both are always reported together. The plan layer's
budget is in looks, not in seconds: the table is the same on any machine. `QUICK=1` takes one day of each;
`POLICIES=instant,standby` chooses. Without ../shared/data it is the sample city. Run by `make bench-replay`.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from equipage.dispatch.replay.policies import POLICIES
from equipage.dispatch.replay.simulation import Replayed
from equipage.dispatch.replay.study import replay_all
from equipage.dispatch.replay.tables import differences, summary
from tests.benchmarks.bench_routing import show
from tests.benchmarks.maps import PORTO
from tests.benchmarks.replay_days import ReplayCity, porto, sample
from tests.benchmarks.routing_bench import Row

BASELINE = "strong-nearest"
LOADED_OVER_MIN, QUIET_UNDER_MIN = 20.0, 15.0

WANTED = {
    "loaded": {
        "mean_min": ("-20 %", "-40 %"),
        "p95_min": ("-20 %", "-40 %"),
        "p1_mean_min": ("0 %", "0 %"),
        "p1_p95_min": ("0 %", "0 %"),
    },
    "quiet": {"mean_min": ("+1 %", "0 %"), "p95_min": ("+1 %", "0 %")},
}
"""Floor and goal of the change against the baseline."""

TOLD = {
    "mean_min": "mean wait",
    "p95_min": "95 % wait",
    "p1_mean_min": "mean wait, priority 1",
    "p1_p95_min": "95 % wait, priority 1",
    "late_share": "late",
    "drive_h": "driving to calls",
}


@dataclass(frozen=True, slots=True)
class Load:
    """A kind of day: what it is called, how many crews it has, and how many such days are replayed."""

    name: str
    crews: int
    days: int = 12

    def holds(self, p95_min: float) -> bool:
        """Tell whether the baseline's 95 % wait is what the name says."""
        return p95_min > LOADED_OVER_MIN if self.name == "loaded" else p95_min < QUIET_UNDER_MIN


PORTO_LOADS = (Load("loaded", 58), Load("quiet", 220, days=24), Load("loaded", 65), Load("loaded", 50))
SAMPLE_LOADS = (Load("loaded", 75), Load("quiet", 160))
"""Porto's by the baseline alone, the sample city's guessed: every table tells whether the names hold.

With 65 crews the baseline's 95 % wait is 34 minutes on average, with 58 it is 64, with 50 nearly five hours,
with 220 it is 14. On quiet days little differs: it takes more of them to tell.
"""


def rows_of(
    city: ReplayCity, load: Load, policies: Sequence[str], seeds: Sequence[int], *, calls: int = 630
) -> Iterator[Row]:
    """Yield the rows of one kind of day."""
    began = time.process_time()
    days = [city.day(load.crews, calls=calls, seed=seed) for seed in seeds]
    runs = replay_all(days, {name: POLICIES[name] for name in policies}, city.router)
    base = summary(runs[BASELINE]).mean(numeric_only=True)
    kind = f"{load.name}, {load.crews} crews"
    fits = "" if load.holds(float(base["p95_min"])) else f": not {load.name}!"
    waits = ", ".join(f"{TOLD[name]} {base[name]:.1f} min" for name in tuple(TOLD)[:4] if name in base)
    yield Row(f"{kind}: {BASELINE}", "", "", f"{waits}{fits}")
    for name in policies:
        if name != BASELINE:
            yield from _changes(f"{kind}: {name}", differences(runs[name], runs[BASELINE]), WANTED[load.name])
            yield from _driving_to_wait(f"{kind}: {name}", runs[name])
    yield from _soundness(kind, runs)
    print(f"{kind}: {time.process_time() - began:.0f} s of the processor", file=sys.stderr)


def _changes(who: str, gaps: pd.DataFrame, wanted: Mapping[str, tuple[str, str]]) -> Iterator[Row]:
    for measure, told in TOLD.items():
        if measure not in gaps.index or math.isnan(gaps["change"][measure]):  # nothing was as urgent, or late
            continue
        change, low, high = (float(gaps[name][measure]) for name in ("change", "low", "high"))
        interval = "" if math.isnan(low) else f" [{low:+.1%}, {high:+.1%}]"
        measured = f"{change:+.1%}{interval}"
        yield Row(f"{who}, {told}", *wanted.get(measure, ("", "")), measured)


def _driving_to_wait(who: str, days: Sequence[Replayed]) -> Iterator[Row]:
    """Yield what it costs that idle crews wait elsewhere, as a share of what all drive to calls."""
    figures = summary(days)
    waiting_h, calls_h = figures["standby_h"].mean(), figures["drive_h"].mean()
    if waiting_h:
        yield Row(
            f"{who}, driving to wait", "", "", f"{waiting_h:.0f} h a day beside {calls_h:.0f} h to calls"
        )


def _soundness(kind: str, runs: Mapping[str, Sequence[Replayed]]) -> Iterator[Row]:
    """Yield how many constraints the saved plans of our own policies broke, in how many vehicle-minutes."""
    ours = [each for name, days in runs.items() if "nearest" not in name for each in days]
    minutes = sum(each.vehicle_minutes for each in ours)
    plans = sum(each.plans for each in ours)
    broken = sum(len(each.breaches) for each in ours)
    unserved = sum(served.arrived_at is None for each in ours for served in each.served)
    figure = f"{kind}: broken in {plans:,} plans of {minutes:,.0f} vehicle-minutes"
    yield Row(figure, "0", "0", f"{broken} (calls not served: {unserved})")
    for breach in [breach for each in ours for breach in each.breaches][:5]:
        print(f"  {breach}", file=sys.stderr)


def main() -> None:
    """Print the table: changes of the means, and their 95 % intervals over paired days."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    city, loads = (porto(), PORTO_LOADS) if PORTO.is_file() else (sample(), SAMPLE_LOADS)
    policies = [BASELINE, *os.environ.get("POLICIES", "plan,standby").split(",")]
    rows = []
    for load in loads:
        seeds = range(1, 2 if os.environ.get("QUICK") else load.days + 1)
        for row in rows_of(city, load, policies, seeds):
            print(f"  {row.figure}: {row.measured}", file=sys.stderr, flush=True)
            rows.append(row)
    show([city.name], [rows], "figure")


if __name__ == "__main__":
    main()
