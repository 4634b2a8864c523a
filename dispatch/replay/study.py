"""Several days under several policies: the same chance for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.replay.day import Day
from equipage.dispatch.replay.policies import POLICIES
from equipage.dispatch.replay.simulation import Policy, Replayed, replay
from equipage.dispatch.replay.tables import calls_table, differences, summary
from equipage.dispatch.replay.travel import Drives, day_times
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router

Told = Callable[[str, float], None]
"""Is told what is being done, and the share of it all that is done, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Study(Mapping[str, Sequence[Replayed]]):
    """The same days under each policy, as tables; by a policy's name its days in their order.

    Parameters
    ----------
    runs : mapping of str to sequence of Replayed
        The same days in the same order under each name.
    network : RoadNetwork or None
        The roads that crews drove on, where a router told the times: the ground of its map.
    """

    runs: Mapping[str, Sequence[Replayed]]
    network: RoadNetwork | None = None

    def __getitem__(self, policy: str) -> Sequence[Replayed]:
        """Return the days under a policy."""
        return self.runs[policy]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the policies."""
        return iter(self.runs)

    def __len__(self) -> int:
        """Return how many policies there are."""
        return len(self.runs)

    @property
    def summary(self) -> pd.DataFrame:
        """Return what `tables.summary` tells, indexed by policy and day (from 1)."""
        tables = {name: summary(days).drop(columns="policy") for name, days in self.runs.items()}
        numbered = {name: table.set_axis(range(1, len(table) + 1)) for name, table in tables.items()}
        return pd.concat(numbered, names=["policy", "day"])

    @property
    def calls(self) -> gpd.GeoDataFrame:
        """Return what `tables.calls_table` tells of each call, at its place.

        Returns
        -------
        GeoDataFrame
            Indexed by policy, day (from 1) and call, in EPSG:4326; `lon` and `lat` are in its geometry.
        """
        tables = {
            (name, number): calls_table(each).drop(columns="policy")
            for name, days in self.runs.items()
            for number, each in enumerate(days, 1)
        }
        table = pd.concat(tables, names=["policy", "day", "call"])
        places = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
        return gpd.GeoDataFrame(table, geometry=places, crs="EPSG:4326")

    def change_from(self, other: Study | str) -> pd.DataFrame:
        """Return by how much policies differ, with 95 % intervals: see `tables.differences`.

        Parameters
        ----------
        other : Study or str
            A policy of this study that all others are compared with; or another study of the same calls, with
            other crews, say, that each policy is compared in with itself.

        Returns
        -------
        DataFrame
            Indexed by policy and measure: ours, theirs, change, low and high; the last three are shares of
            theirs.

        Raises
        ------
        InvalidInputError
            Where there is no such policy, or none to compare.
        ValueError
            Where their calls differ.
        """
        if isinstance(other, str):
            base = self._of(other)
            theirs = {name: base for name in self.runs if name != other}
        else:
            theirs = {name: other[name] for name in self.runs if name in other}
        if not theirs:
            raise InvalidInputError([f"there is nothing to compare: this has {', '.join(self.runs)}"])
        tables = {name: differences(self.runs[name], days) for name, days in theirs.items()}
        return pd.concat(tables, names=["policy", "measure"])

    def _of(self, policy: str) -> Sequence[Replayed]:
        if policy not in self.runs:
            raise InvalidInputError([f"{policy!r} was not replayed; there are {', '.join(self.runs)}"])
        return self.runs[policy]


def replay_all(
    days: Sequence[Day],
    policies: Mapping[str, Policy] | Sequence[str],
    times: Drives,
    *,
    check: bool = True,
    told: Told | None = None,
) -> Study:
    """Return how each day goes under each policy.

    Parameters
    ----------
    days : sequence of Day
        Each with its own calls; all policies get the same.
    policies : mapping of str to Policy, or sequence of str
        By the names that results call them by; names alone are those of `nearest`, `strong-nearest`,
        `instant`, `plan` and `standby`.
    times : Drives
        The router; asked for one matrix a day.
    check : bool
        Whether to have every saved plan checked.
    told : callable, optional
        Told about the progress.

    Raises
    ------
    InvalidInputError
        Naming all policies that there are not, or where there are no days.
    """
    faults = [] if days else ["there are no days to replay"]
    if not isinstance(policies, Mapping):
        faults += [
            f"there is no policy {each!r}, but {', '.join(POLICIES)}"
            for each in policies
            if each not in POLICIES
        ]
    if faults:
        raise InvalidInputError(faults)
    chosen = policies if isinstance(policies, Mapping) else {name: POLICIES[name] for name in policies}
    found: dict[str, list[Replayed]] = {name: [] for name in chosen}
    runs = len(days) * len(chosen)
    for number, day in enumerate(days):
        of_day = day_times(times, day.places())
        for rank, (name, policy) in enumerate(chosen.items()):
            before = number * len(chosen) + rank
            progress = None if told is None else _part_of(told, f"{name}, day {number + 1}", before, runs)
            found[name].append(replay(day, policy, of_day, name=name, check=check, progress=progress))
    return Study(found, times.network if isinstance(times, Router) else None)


def _part_of(told: Told, what: str, before: int, runs: int) -> Callable[[float], None]:
    """Return who is told the share of one run, and tells the share of all."""
    return lambda share: told(what, (before + share) / runs)
