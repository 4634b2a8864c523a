"""Every fix gets one verdict, the weightiest that holds."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.dispatch.model import DeviceId, Fix, VehiclePosition
from equipage.dispatch.status import Verdict
from equipage.dispatch.verdicts import judge
from tests.dispatch.worlds import NOW, a_position, lonlat

HERE = lonlat((0.0, 0.0))
SECOND = timedelta(seconds=1)


def a_fix(*, age_s: float = 0.0, **changes: Any) -> Fix:
    """Return a fix on the square, so many seconds old."""
    when = NOW - timedelta(seconds=age_s)
    usual: dict[str, Any] = {"lon": HERE[0], "lat": HERE[1], "accuracy_m": 8.0, "fix_time": when}
    return Fix(device_id=DeviceId("d1"), received_at=NOW, **(usual | changes))


def verdict(
    fix: Fix, *, last: VehiclePosition | None = None, seen: bool = False, private: bool = False
) -> Verdict:
    """Return the verdict on a fix now."""
    return judge(fix, last=last, seen=seen, private=private, now=NOW)


def test_a_plain_fix_is_accepted() -> None:
    """The first one of a vehicle, and one a minute after another."""
    assert verdict(a_fix()) is Verdict.ACCEPTED
    assert verdict(a_fix(), last=a_position("A", (300.0, 0.0), age_s=60)) is Verdict.ACCEPTED


@pytest.mark.parametrize("missing", [{"lon": None}, {"lat": None}, {"lon": None, "lat": None}])
def test_without_a_position_only_an_alarm_is_kept(missing: dict[str, Any]) -> None:
    """Half a position is none; an alarm counts without any, even in the second of another fix."""
    assert verdict(a_fix(**missing)) is Verdict.NO_POSITION
    assert verdict(a_fix(**missing, alarm="sos"), seen=True) is Verdict.ALARM_ONLY


def test_a_repeated_fix_is_a_duplicate() -> None:
    """Trackers send again what was not acknowledged in time."""
    assert verdict(a_fix(), seen=True) is Verdict.DUPLICATE


@pytest.mark.parametrize(
    "place",
    [(0.0, 0.0), (180.1, 47.0), (5.0, -90.1), (math.nan, 47.0), (5.0, math.inf), (4.7e7, 5.0e6)],
)
def test_places_that_do_not_exist_are_impossible(place: tuple[float, float]) -> None:
    """No signal, out of range, not a number, metres taken for degrees."""
    assert verdict(a_fix(lon=place[0], lat=place[1])) is Verdict.IMPOSSIBLE


def test_a_clock_that_was_never_set_is_impossible() -> None:
    """GPS receivers wake up in 1980 or 1999."""
    assert verdict(a_fix(fix_time=datetime(1999, 8, 22, tzinfo=UTC))) is Verdict.IMPOSSIBLE


def test_a_clock_may_be_five_minutes_ahead() -> None:
    """At five minutes a fix is taken, a second later it is from the future."""
    assert verdict(a_fix(age_s=-300)) is Verdict.ACCEPTED
    assert verdict(a_fix(age_s=-301)) is Verdict.FUTURE


def test_a_fix_may_be_a_week_old() -> None:
    """A tracker without a network keeps what it measured; after seven days nobody wants it."""
    week_s = 7 * 86400
    assert verdict(a_fix(age_s=week_s)) is Verdict.ACCEPTED
    assert verdict(a_fix(age_s=week_s + 1)) is Verdict.STALE


def test_private_time_is_not_followed() -> None:
    """A perfect fix is dropped, by that name."""
    assert verdict(a_fix(), private=True) is Verdict.PRIVATE


@pytest.mark.parametrize(
    ("accuracy_m", "expected"),
    [
        (None, Verdict.ACCEPTED),
        (0.0, Verdict.ACCEPTED),
        (500.0, Verdict.ACCEPTED),
        (501.0, Verdict.INACCURATE),
        (-1.0, Verdict.INACCURATE),
        (math.nan, Verdict.INACCURATE),
        (math.inf, Verdict.INACCURATE),
    ],
)
def test_a_radius_of_more_than_500_m_is_inaccurate(accuracy_m: float | None, expected: Verdict) -> None:
    """Unknown is given the benefit of the doubt; the phone's -1 for not knowing where it is, is not."""
    assert verdict(a_fix(accuracy_m=accuracy_m)) is expected


def test_a_jump_is_too_fast() -> None:
    """5 km in 60 s are 83 m/s; 4 km in 60 s are 67 m/s, a motorway taken very fast."""
    assert verdict(a_fix(), last=a_position("A", (5000.0, 0.0), age_s=60)) is Verdict.TOO_FAST
    assert verdict(a_fix(), last=a_position("A", (4000.0, 0.0), age_s=60)) is Verdict.ACCEPTED


def test_a_jump_is_too_fast_backwards_in_time_too() -> None:
    """A late fix 5 km from where the vehicle was 60 s afterwards cannot be right."""
    assert verdict(a_fix(age_s=60), last=a_position("A", (5000.0, 0.0))) is Verdict.TOO_FAST


def test_the_wobble_of_a_standing_vehicle_is_no_jump() -> None:
    """100 m in a second is within a radius of 110 m, but not within 8 m."""
    before = a_position("A", (100.0, 0.0), age_s=1)
    assert verdict(a_fix(accuracy_m=110.0), last=before) is Verdict.ACCEPTED
    assert verdict(a_fix(accuracy_m=8.0), last=before) is Verdict.TOO_FAST


def test_one_wrong_position_does_not_lock_a_vehicle_out() -> None:
    """The first fix was 1,000 km off; ten minutes later the vehicle is believed again."""
    wrong = (1_000_000.0, 0.0)
    assert verdict(a_fix(), last=a_position("A", wrong, age_s=600)) is Verdict.TOO_FAST
    assert verdict(a_fix(), last=a_position("A", wrong, age_s=601)) is Verdict.ACCEPTED


def test_a_fix_older_than_the_last_position_is_late() -> None:
    """It belongs to the track and does not move the vehicle back."""
    assert verdict(a_fix(age_s=60), last=a_position("A", (300.0, 0.0))) is Verdict.LATE


def test_the_weightiest_verdict_wins() -> None:
    """A fix with every fault is named by the first in the order; taking the faults away names the next."""
    last = a_position("A", (50_000.0, 0.0), age_s=-10)
    bad: dict[str, Any] = {"accuracy_m": 900.0, "age_s": 8 * 86400}
    assert verdict(a_fix(**bad, lon=0.0, lat=0.0), last=last, seen=True, private=True) is Verdict.DUPLICATE
    assert verdict(a_fix(**bad, lon=0.0, lat=0.0), last=last, private=True) is Verdict.IMPOSSIBLE
    assert verdict(a_fix(**bad), last=last, private=True) is Verdict.STALE
    assert verdict(a_fix(accuracy_m=900.0), last=last, private=True) is Verdict.PRIVATE
    assert verdict(a_fix(accuracy_m=900.0), last=last) is Verdict.INACCURATE
    assert verdict(a_fix(), last=last) is Verdict.TOO_FAST
    assert verdict(a_fix(), last=a_position("A", (0.0, 0.0), age_s=-10)) is Verdict.LATE


numbers = st.none() | st.floats()
fixes = st.builds(
    Fix,
    device_id=st.just(DeviceId("d1")),
    fix_time=st.datetimes(timezones=st.just(UTC))
    | st.timedeltas(timedelta(days=-9), timedelta(minutes=9)).map(lambda ago: NOW + ago),
    received_at=st.just(NOW),
    lon=numbers | st.floats(5.0, 5.1),
    lat=numbers | st.floats(47.2, 47.4),
    accuracy_m=numbers,
    alarm=st.sampled_from(["", "sos"]),
)


@given(fix=fixes, seen=st.booleans(), private=st.booleans(), moved=st.booleans())
def test_every_fix_gets_a_verdict(fix: Fix, *, seen: bool, private: bool, moved: bool) -> None:
    """Whatever a device sends, judging does not fail; what is accepted is on Earth and of this week."""
    last = a_position("A", (200.0, 100.0), age_s=30) if moved else None
    found = verdict(fix, last=last, seen=seen, private=private)
    if found in {Verdict.ACCEPTED, Verdict.LATE}:
        assert fix.lon is not None
        assert fix.lat is not None
        assert abs(fix.lon) <= 180
        assert abs(fix.lat) <= 90
        assert NOW - timedelta(days=7) <= fix.fix_time <= NOW + timedelta(minutes=5)


@given(sent=st.lists(fixes, max_size=12), repeats=st.lists(st.integers(0, 11), max_size=12))
def test_repeating_fixes_changes_nothing(sent: list[Fix], repeats: list[int]) -> None:
    """A device that sends some of its fixes again right after them ends where it would have ended without."""
    again = [fix for index, fix in enumerate(sent) for _ in range(1 + repeats.count(index))]
    assert last_of(again) == last_of(sent)


def last_of(sent: list[Fix]) -> tuple[VehiclePosition | None, set[datetime]]:
    """Return where a vehicle ends, and the times in its track, after these fixes."""
    last: VehiclePosition | None = None
    track: set[datetime] = set()
    for fix in sent:
        found = verdict(fix, last=last, seen=fix.fix_time in track)
        if found in {Verdict.ACCEPTED, Verdict.LATE}:
            track.add(fix.fix_time)
        if found is Verdict.ACCEPTED and fix.lon is not None and fix.lat is not None:
            moved = a_position("A", (0.0, 0.0))
            last = VehiclePosition(
                vehicle_id=moved.vehicle_id,
                lon=fix.lon,
                lat=fix.lat,
                fix_time=fix.fix_time,
                received_at=fix.received_at,
                accuracy_m=fix.accuracy_m,
            )
    return last, track
