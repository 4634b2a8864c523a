"""Devices, fixes, positions and alarms: round trips, and that repetition changes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipage.data.errors import RefusedRowError
from equipage.data.store import SqlStore
from equipage.dispatch.model import (
    Alarm,
    Device,
    DeviceId,
    JudgedFix,
    MatchedPosition,
    TimeSpan,
    VehicleId,
    VehiclePosition,
)
from equipage.dispatch.status import Verdict
from tests.data.examples import LAT, LON, MINUTE, NOW, VEHICLES, new_fix, save_city

KEPT = {Verdict.ACCEPTED, Verdict.LATE}
HOUR = TimeSpan(start=NOW, end=NOW + 60 * MINUTE)
VAN = VEHICLES[0]

numbers = st.none() | st.floats(-1e6, 1e6)
fixes = st.builds(
    new_fix,
    seconds=st.integers(0, 3599),
    verdict=st.sampled_from(Verdict),
    vehicle=st.integers(0, 2),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    accuracy_m=numbers,
    speed_mps=numbers,
    course_deg=numbers,
    altitude_m=numbers,
    battery=numbers,
    alarm=st.sampled_from(["", "sos"]),
)


def _new_store_of_city(store: SqlStore) -> SqlStore:
    with store.transaction() as tx:
        save_city(tx)
    return store


def _many(count: int) -> list[JudgedFix]:
    """Return fixes of all vans, with and without what a fix may lack, each second's twice, not all kept."""
    verdicts = (Verdict.ACCEPTED, Verdict.LATE, Verdict.TOO_FAST)
    return [
        new_fix(
            number // 2,
            verdicts[number % 7 % 3],
            number % 3,
            lon=LON + number * 1e-7 / 3,
            speed_mps=None if number % 5 else number / 3,
            alarm="s\\o\t\n\\N" if number % 11 == 0 else "",
        )
        for number in range(count)
    ]


def test_devices_come_back_by_id_and_by_token(store: SqlStore) -> None:
    """A device is the same value by its id and by the hash of its token, and None where there is none."""
    _new_store_of_city(store)
    device = Device(
        id=DeviceId("a"),
        vehicle_id=VAN,
        token_hash="secret",
        created_at=NOW,
        revoked_at=NOW + MINUTE,
        last_seen_at=NOW + 2 * MINUTE,
        last_verdict=Verdict.TOO_FAST,
    )
    with store.transaction() as tx:
        tx.save_device(replace(device, last_verdict=None))
        tx.save_device(device)
    with store.reading() as reading:
        assert reading.device(device.id) == reading.device_by_token("secret") == device
        assert [one.id for one in reading.devices()] == ["a", *(f"phone-{van}" for van in VEHICLES)]
        assert reading.device(DeviceId("none")) is None
        assert reading.device_by_token("none") is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(fixes, max_size=8), max_size=4))
def test_tracks_hold_the_first_fix_of_each_moment_and_counts_hold_all(
    store: SqlStore, batches: list[list[JudgedFix]]
) -> None:
    """However fixes are batched and repeated, tracks and counts are those of a plain loop over them."""
    _new_store_of_city(store)
    tracks: dict[VehicleId, dict[object, JudgedFix]] = {van: {} for van in VEHICLES}
    with store.reading() as reading:
        counts = Counter(
            {(van, name): n for van in VEHICLES for name, n in reading.verdict_counts().get(van, {}).items()}
        )
        for van in VEHICLES:
            tracks[van] = {judged.fix.fix_time: judged for judged in reading.track(van, HOUR)}
    for judged in (judged for batch in batches for judged in batch):
        counts[judged.vehicle_id, judged.verdict] += 1
        if judged.verdict in KEPT:
            tracks[judged.vehicle_id].setdefault(judged.fix.fix_time, judged)
    for batch in batches:
        with store.transaction() as tx:
            tx.add_fixes(batch)
    with store.reading() as reading:
        for van in VEHICLES:
            assert reading.track(van, HOUR) == [tracks[van][moment] for moment in sorted(tracks[van])]  # type: ignore[type-var]
            expected = {verdict: counts[van, verdict] for verdict in Verdict if counts[van, verdict]}
            assert reading.verdict_counts().get(van, {}) == expected


def test_the_same_fixes_again_change_no_track(store: SqlStore) -> None:
    """A tracker that repeats its queue leaves the track as it was; a fix at the span's end is not in it."""
    _new_store_of_city(store)
    batch = [new_fix(seconds) for seconds in (30, 0, 3600)]
    with store.transaction() as tx:
        tx.add_fixes(batch)
        once = tx.track(VAN, HOUR)
        tx.add_fixes(batch)
        assert tx.track(VAN, HOUR) == once == [batch[1], batch[0]]
        here, other = (VAN, NOW + timedelta(seconds=30)), (VEHICLES[1], NOW + timedelta(seconds=30))
        assert tx.known_fixes({here, other, (VAN, NOW + timedelta(seconds=31))}) == {here}
        assert tx.known_fixes([]) == set()


def test_fixes_without_a_position_are_only_counted(store: SqlStore) -> None:
    """What has no place is no part of a track."""
    _new_store_of_city(store)
    with store.transaction() as tx:
        tx.add_fixes([new_fix(0, Verdict.NO_POSITION, lon=None, lat=None)])
        tx.add_fixes([])
        assert tx.track(VAN, HOUR) == []
        assert tx.verdict_counts().get(VAN, {}) == {Verdict.NO_POSITION: 1}


def _position(seconds: float, **changes: object) -> VehiclePosition:
    moment = NOW + timedelta(seconds=seconds)
    position = VehiclePosition(vehicle_id=VAN, lon=LON, lat=LAT, fix_time=moment, received_at=moment)
    return replace(position, **changes)  # type: ignore[arg-type]


def test_positions_come_back_as_they_were_saved(store: SqlStore) -> None:
    """With and without the place on the road a position is the same value, by its vehicle."""
    _new_store_of_city(store)
    matched = MatchedPosition(lon=LON + 1e-5, lat=LAT, street="", distance_m=0.0)
    full = _position(0, accuracy_m=4.5, speed_mps=0.0, course_deg=359.9, battery=0.5, matched=matched)
    bare = _position(0, vehicle_id=VEHICLES[1])
    with store.transaction() as tx:
        tx.save_positions([full, bare])
        tx.save_positions([])
    with store.reading() as reading:
        assert reading.positions() == {VAN: full, VEHICLES[1]: bare}
        assert reading.positions_of([VAN, VEHICLES[2]]) == {VAN: full}
        assert reading.positions_of([]) == {}


def test_a_position_never_moves_back_in_time(store: SqlStore) -> None:
    """An older position leaves the newer one; one of the same time or later replaces it."""
    _new_store_of_city(store)
    with store.transaction() as tx:
        tx.save_positions([_position(10, speed_mps=1.0)])
        tx.save_positions([_position(9, speed_mps=2.0)])
        assert tx.positions()[VAN].speed_mps == 1.0
        tx.save_positions([_position(10, speed_mps=3.0)])
        assert tx.positions()[VAN].speed_mps == 3.0
        tx.save_positions([_position(11)])
        assert tx.positions()[VAN] == _position(11)


def test_alarms_are_open_until_they_are_acknowledged(store: SqlStore) -> None:
    """Alarms come back newest first, with or without a place, and once however often repeated."""
    _new_store_of_city(store)
    first = Alarm(vehicle_id=VAN, kind="sos", at=NOW, received_at=NOW + MINUTE)
    second = Alarm(vehicle_id=VAN, kind="sos", at=NOW + MINUTE, received_at=NOW + MINUTE, lon=LON, lat=LAT)
    with store.transaction() as tx:
        for alarm in (first, second, first):
            tx.save_alarm(alarm)
    with store.transaction() as tx:
        assert tx.alarms() == [second, first]
        tx.save_alarm(replace(second, acknowledged_at=NOW + 2 * MINUTE))
        assert tx.alarms() == [first]
        assert tx.has_alarm(VAN, second.at, "sos")
        assert not tx.has_alarm(VAN, second.at, "tow")


def test_many_fixes_are_kept_as_few_are(store: SqlStore) -> None:
    """A batch of 1,000, as after a way without a signal, is stored as one by one; again it is nothing."""
    _new_store_of_city(store)
    batch = _many(1000)
    with store.transaction() as tx:
        tx.add_fixes(batch)
    with store.reading() as reading:
        at_once = [reading.track(van, HOUR) for van in VEHICLES]
    first: dict[object, JudgedFix] = {}
    for judged in batch:
        if judged.verdict in KEPT:
            first.setdefault((judged.vehicle_id, judged.fix.fix_time), judged)
    assert {judged.fix for track in at_once for judged in track} == {each.fix for each in first.values()}
    for _ in range(2):
        with store.transaction() as tx:
            tx.add_fixes(batch[500:])
            tx.add_fixes(batch[:200])
    with store.reading() as reading:
        assert [reading.track(van, HOUR) for van in VEHICLES] == at_once
        assert sum(sum(reading.verdict_counts().get(van, {}).values()) for van in VEHICLES) == 1000 + 2 * 700


@pytest.mark.parametrize("wrong", [{"lon": 200.0}, {"lat": float("nan")}])
def test_one_impossible_fix_of_many_is_refused_with_all(store: SqlStore, wrong: dict[str, Any]) -> None:
    """What contradicts the schema is said to be refused, however many came with it, and none is kept."""
    _new_store_of_city(store)

    def add() -> None:
        with store.transaction() as tx:
            tx.add_fixes([*_many(300), new_fix(3000, **wrong)])

    with pytest.raises(RefusedRowError, match="refused"):
        add()
    with store.reading() as reading:
        assert [reading.track(van, HOUR) for van in VEHICLES] == [[], [], []]


def test_devices_are_marked_as_heard(store: SqlStore) -> None:
    """Only when and what became of it: one that was revoked meanwhile stays so, an unknown one is nothing."""
    _new_store_of_city(store)
    with store.transaction() as tx:
        device = tx.devices()[0]
        tx.save_device(replace(device, revoked_at=NOW))
        tx.mark_devices({device.id: Verdict.LATE, DeviceId("nobody"): Verdict.LATE}, NOW)
        tx.mark_devices({}, NOW)
        marked = replace(device, revoked_at=NOW, last_seen_at=NOW, last_verdict=Verdict.LATE)
        assert tx.devices_of([device.id, DeviceId("nobody")]) == {device.id: marked}
        assert tx.devices_of([]) == {}
