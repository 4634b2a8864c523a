"""Fixes: judged, kept once, in whatever order they come; alarms; who is followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipage.data.store import open_store
from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import CrewId, DeviceId, Fix, JudgedFix, TimeSpan, VehicleId, VehiclePosition
from equipage.dispatch.services.devices import revoke_device
from equipage.dispatch.services.fleet import pause_crew
from equipage.dispatch.services.tracking import (
    acknowledge_alarm,
    device_for,
    record_fixes,
    vehicle_is_stale,
)
from equipage.dispatch.status import Verdict
from tests.dispatch.services.town import ACTOR, Town, build_town
from tests.dispatch.worlds import NOW, a_position, a_shift, lonlat
from tests.stores import FreshDatabase

VAN_A = VehicleId("van-A")


@pytest.fixture
def town(town: Town) -> Town:
    """The town with a tracker in every van."""
    town.give_trackers("ABC")
    return town


def record(town: Town, *fixes: Fix) -> list[Verdict]:
    """Record fixes together and return what became of each."""
    with town.store.transaction() as tx:
        return [each.verdict for each in record_fixes(tx, fixes, router=town.router, now=town.now)]


def position(town: Town, vehicle_id: VehicleId = VAN_A) -> VehiclePosition | None:
    """Return the last position of a vehicle."""
    with town.store.reading() as reading:
        return reading.positions().get(vehicle_id)


def track(town: Town, vehicle_id: VehicleId = VAN_A) -> list[JudgedFix]:
    """Return what is kept of a vehicle."""
    span = TimeSpan(start=town.now - timedelta(days=30), end=town.now + timedelta(days=30))
    with town.store.reading() as reading:
        return list(reading.track(vehicle_id, span))


def test_an_accepted_fix_moves_the_vehicle_onto_its_road(town: Town) -> None:
    """The position is as posted; beside it is the place on the Grande Rue, 20 m away."""
    fix = town.fix("A", (300.0, 20.0), speed_mps=8.0, battery=0.5)
    assert record(town, fix) == [Verdict.ACCEPTED]
    moved = position(town)
    assert moved is not None
    assert (moved.lon, moved.lat, moved.fix_time) == (fix.lon, fix.lat, fix.fix_time)
    assert (moved.speed_mps, moved.battery) == (8.0, 0.5)
    assert moved.matched is not None
    assert (moved.matched.lon, moved.matched.lat) == pytest.approx(lonlat((300.0, 0.0)))
    assert moved.matched.street == "Grande Rue"
    assert moved.matched.distance_m == pytest.approx(20.0)


def test_a_vehicle_far_from_any_road_is_matched_to_none(town: Town) -> None:
    """300 m from the street it is on a field."""
    record(town, town.fix("A", (300.0, 300.0)))
    moved = position(town)
    assert moved is not None
    assert moved.matched is None


def test_answers_come_in_the_order_of_the_posts(town: Town) -> None:
    """Of several devices, the latest first, one twice: each answer is its own post's."""
    fixes = [
        town.fix("A", (30.0, 0.0), minutes=-1),
        town.fix("B", (0.0, 0.0)),
        town.fix("A", (0.0, 0.0), minutes=-2),
        town.fix("A", (30.0, 0.0), minutes=-1),
        town.fix("A", None),
        town.fix("B", (0.0, 0.0), minutes=10),
    ]
    assert record(town, *fixes) == [
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
        Verdict.DUPLICATE,
        Verdict.NO_POSITION,
        Verdict.FUTURE,
    ]


def test_a_late_fix_is_kept_and_moves_nothing(town: Town) -> None:
    """It goes into the track; the vehicle stays where it was last."""
    record(town, town.fix("A", (600.0, 0.0)))
    before = position(town)
    assert record(town, town.fix("A", (0.0, 0.0), minutes=-2)) == [Verdict.LATE]
    assert position(town) == before
    assert [each.verdict for each in track(town)] == [Verdict.LATE, Verdict.ACCEPTED]


def test_what_became_of_fixes_is_counted_and_noted_with_the_device(town: Town) -> None:
    """Each verdict is counted; the device tells its last and when it was heard."""
    fix = town.fix("A", (0.0, 0.0))
    record(town, fix)
    town.wait(1)
    record(town, fix)
    with town.store.reading() as reading:
        assert reading.verdict_counts().get(VAN_A, {}) == {Verdict.ACCEPTED: 1, Verdict.DUPLICATE: 1}
        device = reading.device(DeviceId("dev-A"))
    assert device is not None
    assert (device.last_verdict, device.last_seen_at) == (Verdict.DUPLICATE, town.now)


def test_an_unknown_device_is_not_recorded_for(town: Town) -> None:
    """The caller looks devices up; one that is not there is an error, and nothing is stored."""
    with pytest.raises(NotFoundError, match="dev-Z"):
        record(town, town.fix("A", (0.0, 0.0)), town.fix("Z", (0.0, 0.0)))
    assert track(town) == []


def test_a_device_is_found_by_id_or_token_until_it_is_revoked(town: Town) -> None:
    """A revoked one is as good as unknown."""
    token = hash_secret("token-A")
    with town.store.transaction() as tx:
        assert device_for(tx, device_id=DeviceId("dev-A")).vehicle_id == VAN_A
        assert device_for(tx, token_hash=token).vehicle_id == VAN_A
        revoke_device(tx, DeviceId("dev-A"), now=town.now, actor=ACTOR)
        for unknown in ({"device_id": "dev-A"}, {"token_hash": token}, {"device_id": "dev-Z"}, {}):
            with pytest.raises(NotFoundError):
                device_for(tx, **unknown)  # type: ignore[arg-type]


def test_a_position_is_stale_after_ten_minutes() -> None:
    """Live at 9:59, stale at 10:00."""
    assert not vehicle_is_stale(a_position("A", (0.0, 0.0), age_s=599), NOW)
    assert vehicle_is_stale(a_position("A", (0.0, 0.0), age_s=600), NOW)


@pytest.mark.parametrize(
    ("told", "verdict", "placed"),
    [
        ({}, Verdict.ACCEPTED, True),
        ({"accuracy_m": 9000.0}, Verdict.INACCURATE, True),
        ({"lon": None, "lat": None}, Verdict.ALARM_ONLY, False),
        ({"lon": 0.0, "lat": 0.0}, Verdict.IMPOSSIBLE, False),
        ({"lon": float("nan"), "lat": 1.0}, Verdict.IMPOSSIBLE, False),
        ({"lon": float("inf"), "lat": 1.0}, Verdict.IMPOSSIBLE, False),
        ({"lon": 5.0, "lat": None}, Verdict.ALARM_ONLY, False),
    ],
)
def test_an_alarm_is_kept_whatever_becomes_of_its_fix(
    town: Town, told: dict[str, Any], verdict: Verdict, *, placed: bool
) -> None:
    """With its place where that can be; announced once, however often the phone repeats it."""
    fix = town.fix("A", (0.0, 0.0), alarm="sos", **told)
    assert record(town, fix) == [verdict]
    record(town, fix, fix)
    with town.store.reading() as reading:
        (alarm,) = reading.alarms()
    assert (alarm.vehicle_id, alarm.kind, alarm.at) == (VAN_A, "sos", fix.fix_time)
    assert (alarm.lon, alarm.lat) == ((fix.lon, fix.lat) if placed else (None, None))
    (event,) = town.events("alarm")
    assert (event.data["vehicle_id"], event.data["kind"]) == (VAN_A, "sos")


@pytest.mark.parametrize("places", [(None, (40.0, 0.0)), ((40.0, 0.0), None)])
def test_of_an_alarm_posted_twice_the_place_is_kept(
    town: Town, places: tuple[tuple[float, float] | None, ...]
) -> None:
    """Once with and once without a position, in either order: it is one alarm, with its place."""
    record(town, *(town.fix("A", place, alarm="sos") for place in places))
    with town.store.reading() as reading:
        (alarm,) = reading.alarms()
    assert (alarm.lon, alarm.lat) == lonlat((40.0, 0.0))


def test_an_alarm_in_a_pause_is_still_a_call_for_help(town: Town) -> None:
    """The fix is private and not kept; the alarm is, with its place."""
    with town.store.transaction() as tx:
        pause_crew(tx, CrewId("A"), now=town.now, actor=ACTOR)
    assert record(town, town.fix("A", (40.0, 0.0), alarm="sos")) == [Verdict.PRIVATE]
    with town.store.reading() as reading:
        (alarm,) = reading.alarms()
    assert (alarm.lon, alarm.lat) == lonlat((40.0, 0.0))
    assert position(town) is None


def test_an_acknowledged_alarm_stays_acknowledged(town: Town) -> None:
    """A phone that repeats it afterwards raises nobody."""
    fix = town.fix("A", None, alarm="sos")
    record(town, fix)
    with town.store.transaction() as tx:
        acknowledge_alarm(tx, VAN_A, kind="sos", at=fix.fix_time, now=town.now, actor=ACTOR)
    record(town, fix)
    with town.store.transaction() as tx:
        assert tx.alarms() == []
        with pytest.raises(NotFoundError):
            acknowledge_alarm(tx, VAN_A, kind="sos", at=fix.fix_time, now=town.now, actor=ACTOR)
    assert len(town.events("alarm")) == 2


def test_who_pauses_is_not_followed(town: Town) -> None:
    """Even on the way to a job; what was taken before the pause is kept."""
    town.advance(town.assign(town.file(), "A"), "en_route")
    with town.store.transaction() as tx:
        pause_crew(tx, CrewId("A"), now=town.now, actor=ACTOR)
    assert record(
        town,
        town.fix("A", (0.0, 0.0), minutes=-1),
        town.fix("A", (10.0, 0.0)),
        town.fix("B", (0.0, 0.0)),
    ) == [Verdict.ACCEPTED, Verdict.PRIVATE, Verdict.ACCEPTED]


@pytest.mark.parametrize(
    ("minutes", "verdict"),
    [
        (-271.0, Verdict.PRIVATE),
        (-270.0, Verdict.ACCEPTED),
        (-121.0, Verdict.ACCEPTED),
        (-120.0, Verdict.PRIVATE),
        (-91.0, Verdict.PRIVATE),
        (-90.0, Verdict.ACCEPTED),
    ],
)
def test_who_is_off_or_on_a_break_is_not_followed(town: Town, minutes: float, verdict: Verdict) -> None:
    """Judged by when the fix was taken: from half an hour before the shift on, but not on its break."""
    with town.store.transaction() as tx:
        tx.save_shift(a_shift("A", breaks=[(-120.0, -90.0)]))
    assert record(town, town.fix("A", (0.0, 0.0), minutes=minutes)) == [verdict]


def test_who_is_at_work_is_followed_after_hours(town: Town) -> None:
    """An hour after the shift: the crew that is still at a job is followed, the idle one is not."""
    town.advance(town.assign(town.file(), "A"), "en_route")
    town.wait(300)
    assert record(town, town.fix("A", (0.0, 0.0)), town.fix("B", (0.0, 0.0))) == [
        Verdict.ACCEPTED,
        Verdict.PRIVATE,
    ]


def test_a_vehicle_that_no_crew_uses_has_nothing_to_hide(town: Town) -> None:
    """A spare van is followed at any hour."""
    with town.store.transaction() as tx:
        (van, device) = tx.vehicles()[0], tx.device(DeviceId("dev-A"))
        assert device is not None
        tx.save_vehicle(replace(van, id=VehicleId("spare")))
        tx.save_device(replace(device, id=DeviceId("dev-S"), vehicle_id=VehicleId("spare"), token_hash="s"))
    town.wait(600)
    assert record(town, town.fix("S", (0.0, 0.0))) == [Verdict.ACCEPTED]


# Wild fixes: at any time within a quarter of an hour, near or far, accurate or not, with an alarm or without.
WILD = st.lists(
    st.tuples(
        st.integers(-900, 400),
        st.one_of(st.none(), st.tuples(st.sampled_from([0.0, 50.0, 40_000.0]), st.just(0.0))),
        st.sampled_from([5.0, 900.0]),
        st.sampled_from(["", "", "sos"]),
    ),
    min_size=1,
    max_size=8,
)
ONCE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def outcome(
    database: FreshDatabase, folder: Any, batches: Sequence[Sequence[tuple[Any, ...]]]
) -> tuple[Any, ...]:
    """Return what is left after batches of fixes: position, track and alarms."""
    folder.mkdir(exist_ok=True)
    with database(folder) as url:
        store = open_store(url)
        try:
            town = build_town(store)
            town.give_trackers("A")
            for batch in batches:
                record(
                    town,
                    *(
                        town.fix("A", place, minutes=second / 60, accuracy_m=accuracy, alarm=alarm)
                        for second, place, accuracy, alarm in batch
                    ),
                )
            with store.reading() as reading:
                return position(town), track(town), list(reading.alarms())
        finally:
            store.close()


@ONCE
@given(fixes=WILD, data=st.data())
def test_in_one_post_neither_order_nor_repetition_matters(
    fresh_database: FreshDatabase,
    tmp_path_factory: pytest.TempPathFactory,
    fixes: list[tuple[Any, ...]],
    data: st.DataObject,
) -> None:
    """Any permutation of any fixes, with repetitions, leaves the same position, track and alarms."""
    again = data.draw(st.lists(st.sampled_from(fixes), max_size=4))
    shuffled = data.draw(st.permutations([*fixes, *again]))
    folder = tmp_path_factory.mktemp("towns")
    assert outcome(fresh_database, folder / "1", [shuffled]) == outcome(fresh_database, folder / "2", [fixes])


def test_of_two_fixes_that_differ_in_their_alarm_the_same_one_is_kept(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    """At one time and place, whichever comes first in the post."""
    fixes = [(0, (0.0, 0.0), 5.0, alarm) for alarm in ("sos", "")]
    here = outcome(fresh_database, tmp_path / "1", [fixes])
    assert here == outcome(fresh_database, tmp_path / "2", [fixes[::-1]])


@ONCE
@given(seconds=st.lists(st.integers(-600, 0), min_size=1, max_size=8, unique=True), data=st.data())
def test_of_a_real_drive_neither_order_nor_repetition_matters_at_all(
    fresh_database: FreshDatabase,
    tmp_path_factory: pytest.TempPathFactory,
    seconds: list[int],
    data: st.DataObject,
) -> None:
    """A van at 20 m/s: its fixes one by one in any order, repeated, are kept; the latest is its position."""
    fixes = [(second, (20.0 * second, 0.0), 5.0, "") for second in seconds]
    shuffled = data.draw(st.permutations([*fixes, *data.draw(st.lists(st.sampled_from(fixes), max_size=4))]))
    last, kept, _ = outcome(fresh_database, tmp_path_factory.mktemp("town"), [[fix] for fix in shuffled])
    assert [each.fix.fix_time for each in kept] == [NOW + timedelta(seconds=s) for s in sorted(seconds)]
    assert last.fix_time == NOW + timedelta(seconds=max(seconds))
    assert (last.lon, last.lat) == lonlat((20.0 * max(seconds), 0.0))
