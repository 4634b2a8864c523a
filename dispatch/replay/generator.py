"""Days that could have been: calls drawn from hours, places and kinds, with work that takes what it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import ReportId, Service, ServiceCode, TimeSpan
from equipage.dispatch.replay.day import Call

Floats = npt.NDArray[np.float64]

WORK_SHAPE = 4.0
"""Of the gamma distribution of work on site: its deviation is half of its mean, as in the prototype."""

SHORTEST_WORK, LONGEST_WORK = 0.2, 3.6
"""Work takes at least and at most so many times what is usual: 5 and 90 of 25 minutes in the prototype."""

HOURS = 24

MUNICIPAL_HOURS = (
    0.010, 0.007, 0.006, 0.006, 0.008, 0.014, 0.026, 0.049, 0.072, 0.083, 0.084, 0.080,
    0.074, 0.074, 0.072, 0.068, 0.060, 0.050, 0.040, 0.033, 0.028, 0.023, 0.019, 0.014,
)  # fmt: skip
"""Share of a day's reports by local hour: our own estimate of a municipal day, few at night, a plateau from 8
to 16, a slow evening."""

CALLS_PER_CREW = 6.0
"""Dijon takes 630 to 1,000 calls a day with about 205 vehicles, some four for each; half as many again give
crews something to do while most of them are still free."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mix:
    """What is reported when and where.

    Parameters
    ----------
    hourly : (24,) float64
        Weight of each hour of the day, from the span's beginning.
    services : mapping of ServiceCode to float
        Weight of each service.
    lonlat : (k, 2) float64
        Places, in degrees.
    weight : (k,) float64
        Of each place.

    Raises
    ------
    InvalidInputError
        Where there is nothing to draw from, or a weight is negative.
    """

    hourly: Floats
    services: Mapping[ServiceCode, float]
    lonlat: Floats
    weight: Floats

    def __post_init__(self) -> None:
        weights = {
            "hours": self.hourly,
            "services": np.array(list(self.services.values()), dtype=np.float64),
            "places": self.weight,
        }
        faults = [
            f"the weights of {name} must not be negative, and some must be positive"
            for name, given in weights.items()
            if not (np.isfinite(given).all() and (given >= 0).all() and given.sum() > 0)
        ]
        if self.hourly.shape != (HOURS,):
            faults.append(f"hourly must have {HOURS} weights, not {self.hourly.shape}")
        if self.lonlat.shape != (len(self.weight), 2):
            faults.append(f"lonlat must be ({len(self.weight)}, 2), not {self.lonlat.shape}")
        if faults:
            raise InvalidInputError(faults)


def draw_calls(
    mix: Mix, services: Mapping[ServiceCode, Service], span: TimeSpan, *, count: int, seed: int
) -> tuple[Call, ...]:
    """Return calls of a day.

    Parameters
    ----------
    mix : Mix
        What to draw from.
    services : mapping
        Their priorities and usual work.
    span : TimeSpan
        A day; what falls outside of a shorter one is drawn again.
    count : int
        How many.
    seed : int
        The same seed draws the same calls.
    """
    if count < 0:
        raise InvalidInputError([f"there cannot be {count} calls"])
    rng = np.random.default_rng(seed)
    at_s = np.sort(_moments(rng, mix.hourly, (span.end - span.start).total_seconds(), count))
    codes = list(mix.services)
    share = np.array([mix.services[code] for code in codes], dtype=np.float64)
    kinds = rng.choice(len(codes), count, p=share / share.sum())
    places = rng.choice(len(mix.weight), count, p=mix.weight / mix.weight.sum())
    work = work_seconds([services[codes[kind]] for kind in kinds.tolist()], rng)
    return tuple(
        Call(
            id=ReportId(f"{number:04d}"),
            at=span.start + timedelta(seconds=second),
            service_code=codes[kind],
            lon=float(mix.lonlat[place, 0]),
            lat=float(mix.lonlat[place, 1]),
            priority=services[codes[kind]].priority,
            work_s=work_s,
        )
        for number, (second, kind, place, work_s) in enumerate(
            zip(at_s.tolist(), kinds.tolist(), places.tolist(), work, strict=True), start=1
        )
    )


def work_seconds(services: Sequence[Service], rng: np.random.Generator) -> list[int]:
    """Return how long the work of each really takes: around what is usual for its service.

    Parameters
    ----------
    services : sequence of Service
        One for each call.
    rng : Generator
        Where chance comes from.
    """
    usual_s = np.array([service.duration_s for service in services], dtype=np.float64)
    factor = np.clip(rng.gamma(WORK_SHAPE, 1.0 / WORK_SHAPE, len(services)), SHORTEST_WORK, LONGEST_WORK)
    return [int(seconds) for seconds in np.rint(usual_s * factor).tolist()]


def _moments(rng: np.random.Generator, hourly: Floats, length_s: float, count: int) -> npt.NDArray[np.int64]:
    hours = np.arange(HOURS) * 3600.0
    inside = np.clip(length_s - hours, 0.0, 3600.0)
    weight = hourly * inside
    if count and weight.sum() == 0.0:
        raise InvalidInputError(["nothing is reported in the hours of the span"])
    hour = rng.choice(HOURS, count, p=weight / weight.sum()) if count else np.zeros(0, dtype=np.int64)
    return np.asarray(hours[hour] + rng.random(count) * inside[hour]).astype(np.int64)
