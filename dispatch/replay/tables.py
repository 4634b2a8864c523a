"""Replayed days as tables: every call, what each policy achieved, and how sure the difference is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from equipage.dispatch.replay.simulation import Replayed, Served

Floats = npt.NDArray[np.float64]

MEASURES: Mapping[str, Callable[[pd.DataFrame], float]] = MappingProxyType(
    {
        "mean_min": lambda calls: float(calls["wait_min"].mean()),
        "p95_min": lambda calls: _p95(calls["wait_min"]),
        "late_share": lambda calls: float(calls["late"].mean()) if len(calls) else float("nan"),
        "drive_h": lambda calls: float(calls["drive_min"].sum()) / 60.0,
    }
)
"""What is measured of any set of calls, by the name of its column."""

CONFIDENCE = 0.95

_COLUMNS = (
    *("call", "policy", "service_code", "priority", "lon", "lat", "requested_at", "due_at"),
    *("first_given_at", "promised_at", "crew_id", "crews_had", "set_off_at", "arrived_at", "done_at"),
    *("drive_min", "work_min", "wait_min", "late"),
)


def calls_table(replayed: Replayed) -> pd.DataFrame:
    """Return what became of each call.

    Parameters
    ----------
    replayed : Replayed
        A day under a policy.

    Returns
    -------
    DataFrame
        Indexed by `call`: policy, service_code, priority, lon, lat, requested_at, due_at, first_given_at,
        promised_at, crew_id, crews_had, set_off_at, arrived_at, done_at, drive_min, work_min, wait_min (from
        the call until a crew is there) and late. A call that nobody came to waits until the replay's end, and
        is late.
    """
    rows = [_row(replayed, served) for served in replayed.served]
    return pd.DataFrame.from_records(rows, columns=_COLUMNS).set_index("call")


def summary(replayed: Sequence[Replayed]) -> pd.DataFrame:
    """Return the figures of each day under each policy.

    Parameters
    ----------
    replayed : sequence of Replayed
        Any days and policies.

    Returns
    -------
    DataFrame
        A row for each of them, in their order: policy, calls, unserved, mean_min, p95_min, late_share and
        drive_h of all calls, the same of those of each priority (`p1_mean_min`, …), standby_h (hours of
        driving to where idle crews wait), vehicle_min and breaches.
    """
    return pd.DataFrame([_figures(each) for each in replayed])


def differences(
    ours: Sequence[Replayed], theirs: Sequence[Replayed], measures: Sequence[str] = ()
) -> pd.DataFrame:
    """Return by how much a policy differs from another on the same days.

    Parameters
    ----------
    ours, theirs : sequences of Replayed
        The same days in the same order.
    measures : sequence of str
        Columns of `summary`; all but numbers of calls where left out.

    Returns
    -------
    DataFrame
        Indexed by measure: ours, theirs (means over the days), change (of the means, as a share of theirs)
        and low and high, which hold the true change with 95 % confidence; nan for a single day. A day that
        lacks a measure (without calls of a priority, say) is left out of it.

    Raises
    ------
    ValueError
        Where the days are not the same.

    Notes
    -----
    The interval is Student's, of the paired differences of days: chance is the same for both on each day, so
    that it cancels out. It is as wide as few days deserve; the same day given twice would make it too narrow.
    """
    if [each.day.calls for each in ours] != [each.day.calls for each in theirs]:
        raise ValueError("the days must be the same, in the same order: draw both with the same seeds")
    mine, other = summary(ours), summary(theirs)
    names = list(measures) or [name for name in mine.columns if name.endswith(tuple(MEASURES))]
    rows = {name: _difference(mine[name].to_numpy(float), other[name].to_numpy(float)) for name in names}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["ours", "theirs", "change", "low", "high"])


def _row(replayed: Replayed, served: Served) -> dict[str, object]:
    call = served.call
    waited = (served.arrived_at or replayed.until) - call.at
    return {
        "call": call.id,
        "policy": replayed.policy,
        "service_code": call.service_code,
        "priority": call.priority,
        "lon": call.lon,
        "lat": call.lat,
        "requested_at": call.at,
        "due_at": served.due_at,
        "first_given_at": served.first_given_at,
        "promised_at": served.promised_at,
        "crew_id": served.crew_id,
        "crews_had": served.crews_had,
        "set_off_at": served.set_off_at,
        "arrived_at": served.arrived_at,
        "done_at": served.done_at,
        "drive_min": served.drive_s / 60.0,
        "work_min": call.work_s / 60.0,
        "wait_min": waited.total_seconds() / 60.0,
        "late": served.arrived_at is None or served.arrived_at > served.due_at,
    }


def _figures(replayed: Replayed) -> dict[str, object]:
    calls = calls_table(replayed)
    figures: dict[str, object] = {
        "policy": replayed.policy,
        "calls": len(calls),
        "unserved": sum(served.arrived_at is None for served in replayed.served),
        **{name: measure(calls) for name, measure in MEASURES.items()},
    }
    for priority, own in calls.groupby("priority"):
        figures |= {f"p{priority}_{name}": measure(own) for name, measure in MEASURES.items()}
    return figures | {
        "standby_h": replayed.standby_s / 3600.0,
        "vehicle_min": replayed.vehicle_minutes,
        "breaches": len(replayed.breaches),
    }


def _difference(mine: Floats, other: Floats) -> tuple[float, float, float, float, float]:
    """Return both means, the change as a share of the other's, and the ends of its interval."""
    both = np.isfinite(mine) & np.isfinite(other)
    mine, other, days = mine[both], other[both], int(both.sum())
    if days == 0:
        return (float("nan"),) * 5
    base, gap = float(other.mean()), mine - other
    middle = float(gap.mean())
    if days > 1 and gap.std() > 0:
        spread = float(stats.sem(gap) * stats.t.ppf((1 + CONFIDENCE) / 2, days - 1))
    else:
        spread = 0.0 if days > 1 else float("nan")
    share = base or float("nan")
    return float(mine.mean()), base, middle / share, (middle - spread) / share, (middle + spread) / share


def _p95(values: pd.Series) -> float:
    return float(np.percentile(values, 95)) if len(values) else float("nan")
