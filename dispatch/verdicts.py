"""What becomes of a fix: one ordered list of questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from equipage.dispatch.model import Fix, VehiclePosition
from equipage.dispatch.status import Verdict
from equipage.geo.earth import distance_m

AHEAD = timedelta(minutes=5)
"""How far a device's clock may be ahead of ours."""

OLDEST = timedelta(days=7)
"""How long a device may have been without a network; what it has kept for longer nobody needs."""

LEAST_ACCURACY_M = 500.0
"""A position by cell towers alone is 500 to 2,000 m wide: it would put a vehicle into another quarter."""

GREATEST_SPEED_MPS = 70.0
"""250 km/h: faster than any service vehicle, slower than the jumps of a bad receiver."""

WITNESS = timedelta(minutes=10)
"""A jump is judged only against a position this near in time: a wrong one locks no vehicle out for long."""

_LARGEST_LON, _LARGEST_LAT = 180.0, 90.0
_FIRST_YEAR = datetime(2000, 1, 1, tzinfo=UTC)


def judge(fix: Fix, *, last: VehiclePosition | None, seen: bool, private: bool, now: datetime) -> Verdict:
    """Return what becomes of the fix; it never fails, whatever a device sends.

    The first of these that holds: without a position, `alarm_only` or `no_position`; `duplicate`, if seen;
    `impossible`, numbers or a year that cannot be; `future`; `stale`; `private`; `inaccurate`; `too_fast`
    beside the last position; `late`, older than it; else `accepted`.

    Parameters
    ----------
    fix : Fix
        As the device sent it, with aware times.
    last : VehiclePosition or None
        The vehicle's last accepted position.
    seen : bool
        Whether the track already has a fix of this vehicle and time. An alarm without a position is not in
        the track: it may come in the same second as a fix, and must not be taken for it.
    private : bool
        Whether the vehicle is not to be followed now.
    now : datetime
        The server's clock.
    """
    return next(_findings(fix, last, seen=seen, private=private, now=now), Verdict.ACCEPTED)


def is_place(lon: float, lat: float) -> bool:
    """Tell whether there is such a place; trackers without a signal send 0, 0, and NaN is in no range."""
    return abs(lon) <= _LARGEST_LON and abs(lat) <= _LARGEST_LAT and (lon, lat) != (0.0, 0.0)


def _findings(
    fix: Fix, last: VehiclePosition | None, *, seen: bool, private: bool, now: datetime
) -> Iterator[Verdict]:
    """Yield what there is to say about the fix, the weightiest first; only the first may be relied on."""
    if fix.lon is None or fix.lat is None:
        yield Verdict.ALARM_ONLY if fix.alarm else Verdict.NO_POSITION
        return
    if seen:
        yield Verdict.DUPLICATE
    if not is_place(fix.lon, fix.lat) or fix.fix_time < _FIRST_YEAR:
        yield Verdict.IMPOSSIBLE
    if fix.fix_time > now + AHEAD:
        yield Verdict.FUTURE
    if fix.fix_time < now - OLDEST:
        yield Verdict.STALE
    if private:
        yield Verdict.PRIVATE
    if not _is_accurate(fix.accuracy_m):
        yield Verdict.INACCURATE
    if last is not None and _is_jump(last, fix, moved_m=float(distance_m(_lonlat(last), (fix.lon, fix.lat)))):
        yield Verdict.TOO_FAST
    if last is not None and fix.fix_time < last.fix_time:
        yield Verdict.LATE


def _is_accurate(accuracy_m: float | None) -> bool:
    """Tell whether the radius, where one is given, is small enough; phones send -1 when they do not know."""
    return accuracy_m is None or 0.0 <= accuracy_m <= LEAST_ACCURACY_M


def _is_jump(last: VehiclePosition, fix: Fix, *, moved_m: float) -> bool:
    apart = abs(fix.fix_time - last.fix_time)
    noise_m = (last.accuracy_m or 0.0) + (fix.accuracy_m or 0.0)
    return apart <= WITNESS and moved_m - noise_m > GREATEST_SPEED_MPS * apart.total_seconds()


def _lonlat(position: VehiclePosition) -> tuple[float, float]:
    return position.lon, position.lat
