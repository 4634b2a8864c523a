"""A city under water: thousands of reports, hundreds of crews, and all travel times at hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.dispatch.travel import TravelTimes
from tests.dispatch.worlds import World, a_crew, a_job, an_assignment, at


def a_flood(rng: np.random.Generator, *, reports: int, crews: int) -> World:
    """Return a city under water, 20 km wide."""
    names = [f"c{i:03}" for i in range(crews)]
    skills = ["pump", "road", "tree", "power"]
    busy = names[: crews // 3]

    def anywhere() -> tuple[float, float]:
        x, y = rng.uniform(-10_000, 10_000, 2)
        return float(x), float(y)

    jobs = [
        a_job(
            f"j{i:04}",
            anywhere(),
            skills=frozenset(rng.choice(skills, 1).tolist()),
            priority=int(rng.integers(1, 5)),
            due_at=at(float(rng.uniform(-60, 240))),
        )
        for i in range(reports)
    ]
    running = [a_job(f"run-{name}", anywhere()) for name in busy]
    return World(
        crews=[a_crew(name, *rng.choice(skills, 2, replace=False).tolist()) for name in names],
        jobs=[*jobs, *running],
        assignments=[
            an_assignment(f"run-{name}", name, "on_site", since=float(rng.uniform(-30, 0))) for name in busy
        ],
        where={name: anywhere() for name in names},
    )


class AtHand:
    """Travel times that have been asked for before: tables to look up, not ways to search.

    Parameters
    ----------
    times : TravelTimes
        Asked for each table once.
    """

    def __init__(self, times: TravelTimes) -> None:
        self._times = times
        self._known: dict[tuple[bytes, bytes], npt.NDArray[np.float64]] = {}

    def matrix(self, origins: npt.ArrayLike, destinations: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return (n, m) seconds as `TravelTimes` does."""
        asked = np.asarray(origins).tobytes(), np.asarray(destinations).tobytes()
        if asked not in self._known:
            self._known[asked] = self._times.matrix(origins, destinations)
        return self._known[asked]
