"""Queries on devices, fixes, positions and alarms."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Dialect, Select, String, bindparam, func, literal, select

from equipage.data.database import rows
from equipage.data.database.bulk import WORTH_COPYING, copy_if_free
from equipage.data.database.session import Insert, Session, chunks, insert_into
from equipage.data.database.tables import tracking as tables
from equipage.data.database.types import UtcDateTime
from equipage.dispatch.model import (
    Alarm,
    Device,
    DeviceId,
    JudgedFix,
    TimeSpan,
    VehicleId,
    VehiclePosition,
)
from equipage.dispatch.ports import FixKey
from equipage.dispatch.status import Verdict

_KEPT = frozenset({Verdict.ACCEPTED, Verdict.LATE})
_Pair = tuple[ColumnElement[Any], ColumnElement[Any]]
_KEY = tables.fixes.c.vehicle_id, tables.fixes.c.fix_time
_POSITIONS_OF = tables.vehicle_positions.select().where(
    tables.vehicle_positions.c.vehicle_id.in_(bindparam("vehicles", expanding=True))
)
_DEVICES_OF = tables.devices.select().where(tables.devices.c.id.in_(bindparam("ids", expanding=True)))
_MARK_DEVICE = (
    tables.devices.update()
    .where(tables.devices.c.id == bindparam("heard"))
    .values(last_seen_at=bindparam("at"), last_verdict=bindparam("verdict"))
)


class TrackingReading(Session):
    """What the trackers have sent."""

    def devices(self) -> Sequence[Device]:
        """Return all devices by id, revoked ones too."""
        return [
            Device(**stored) for stored in self._rows(tables.devices.select().order_by(tables.devices.c.id))
        ]

    def device(self, device_id: DeviceId) -> Device | None:
        """Return the device of that id, if there is one."""
        return self.devices_of([device_id]).get(device_id)

    def devices_of(self, device_ids: Collection[DeviceId]) -> Mapping[DeviceId, Device]:
        """Return the devices of those ids, revoked ones too."""
        return {
            stored["id"]: Device(**stored)
            for some in chunks(list(device_ids))
            for stored in self._rows(_DEVICES_OF, {"ids": some})
        }

    def device_by_token(self, token_hash: str) -> Device | None:
        """Return the device whose token has that hash, if there is one."""
        stored = self._row(tables.devices.select().where(tables.devices.c.token_hash == token_hash))
        return None if stored is None else Device(**stored)

    def positions(self) -> Mapping[VehicleId, VehiclePosition]:
        """Return the last position of every vehicle that has one."""
        found = self._rows(tables.vehicle_positions.select())
        return {stored["vehicle_id"]: rows.position_of(stored) for stored in found}

    def positions_of(self, vehicle_ids: Collection[VehicleId]) -> Mapping[VehicleId, VehiclePosition]:
        """Return the last positions of those vehicles that have one."""
        return {
            stored["vehicle_id"]: rows.position_of(stored)
            for some in chunks(list(vehicle_ids))
            for stored in self._rows(_POSITIONS_OF, {"vehicles": some})
        }

    def known_fixes(self, fixes: Collection[FixKey]) -> set[FixKey]:
        """Return those vehicles and times of which the tracks have a fix."""
        return {
            (stored["vehicle_id"], stored["fix_time"])
            for some in chunks(list(fixes))
            for stored in self._rows(_known_among(some, self._connection.dialect))
        }

    def track(self, vehicle_id: VehicleId, span: TimeSpan) -> Sequence[JudgedFix]:
        """Return the fixes of a vehicle that were taken within the span, in that order."""
        taken = tables.fixes.c.fix_time >= span.start, tables.fixes.c.fix_time < span.end
        statement = tables.fixes.select().where(tables.fixes.c.vehicle_id == vehicle_id, *taken)
        return [
            rows.judged_fix_of(stored) for stored in self._rows(statement.order_by(tables.fixes.c.fix_time))
        ]

    def verdict_counts(self) -> Mapping[VehicleId, Mapping[Verdict, int]]:
        """Return how many fixes of each vehicle had which verdict; what there was none of is left out."""
        counts: dict[VehicleId, dict[Verdict, int]] = defaultdict(dict)
        for stored in self._rows(tables.fix_verdicts.select()):
            counts[stored["vehicle_id"]][stored["verdict"]] = stored["count"]
        return dict(counts)

    def has_alarm(self, vehicle_id: VehicleId, at: datetime, kind: str) -> bool:
        """Return whether that alarm is kept, acknowledged or not."""
        alarm = tables.alarms.c
        same = alarm.vehicle_id == vehicle_id, alarm.at == at, alarm.kind == kind
        return self._row(select(alarm.at).where(*same)) is not None

    def alarms(self) -> Sequence[Alarm]:
        """Return the alarms that nobody has acknowledged, newest first."""
        unseen = tables.alarms.select().where(tables.alarms.c.acknowledged_at.is_(None))
        newest_first = tables.alarms.c.at.desc(), tables.alarms.c.vehicle_id, tables.alarms.c.kind
        return [Alarm(**stored) for stored in self._rows(unseen.order_by(*newest_first))]


class TrackingWriting(TrackingReading):
    """Keeping what the trackers send."""

    def save_device(self, device: Device) -> None:
        """Add or replace the device of that id."""
        self._upsert(tables.devices, rows.row_of(device))

    def add_fixes(self, fixes: Sequence[JudgedFix]) -> None:
        """Keep accepted and late fixes in the track, and count every verdict.

        Parameters
        ----------
        fixes : sequence of JudgedFix
            Of any vehicles; a fix of a time that the vehicle's track has already is not kept twice.
        """
        kept = [rows.judged_fix_row(judged) for judged in fixes if judged.verdict in _KEPT]
        if len(kept) >= WORTH_COPYING and self._connection.dialect.name == "postgresql":
            copy_if_free(self._connection, tables.fixes, kept)
        elif kept:
            self._connection.execute(_adding(self._connection.dialect.name), kept)
        # In one order, so that two transactions never wait for each other's counts.
        counted = sorted(Counter((judged.vehicle_id, judged.verdict) for judged in fixes).items())
        if counted:
            named = [{"vehicle_id": key[0], "verdict": key[1], "count": number} for key, number in counted]
            self._connection.execute(_counting(self._connection.dialect.name), named)

    def save_positions(self, positions: Sequence[VehiclePosition]) -> None:
        """Replace the positions of vehicles, each unless a newer one is stored."""
        self._upsert(tables.vehicle_positions, *map(rows.position_row, positions), by_age="fix_time")

    def mark_devices(self, heard: Mapping[DeviceId, Verdict], at: datetime) -> None:
        """Note when devices were last heard, and what became of that."""
        told = [{"heard": device_id, "verdict": verdict, "at": at} for device_id, verdict in heard.items()]
        if told:
            self._connection.execute(_MARK_DEVICE, told)

    def save_alarm(self, alarm: Alarm) -> None:
        """Add or replace the alarm of that vehicle, time and kind."""
        self._upsert(tables.alarms, rows.row_of(alarm))


def _known_among(fixes: Sequence[FixKey], dialect: Dialect) -> Select[Any]:
    """Return the query that looks each fix up by its key, on PostgreSQL in those days' partitions.

    Given tuples, SQLite would read every fix there is, and PostgreSQL weigh each tuple for each partition.
    """
    vehicle_ids, moments = zip(*fixes, strict=True)
    asked = _rows_of_arrays if dialect.name == "postgresql" else _rows_of_json
    vehicle_id, moment = asked(vehicle_ids, moments, dialect)
    fix = tables.fixes.c
    within = fix.fix_time.between(min(moments), max(moments))
    return select(*_KEY).where(fix.vehicle_id == vehicle_id, fix.fix_time == moment, within)


def _rows_of_arrays(vehicle_ids: Sequence[str], moments: Sequence[datetime], _dialect: Dialect) -> _Pair:
    arrays = literal(vehicle_ids, ARRAY(String)), literal(moments, ARRAY(UtcDateTime))
    asked = func.unnest(*arrays).table_valued("vehicle_id", "fix_time", name="asked").render_derived()
    return asked.c.vehicle_id, asked.c.fix_time


def _rows_of_json(vehicle_ids: Sequence[str], moments: Sequence[datetime], dialect: Dialect) -> _Pair:
    stored = tables.fixes.c.fix_time.type.dialect_impl(dialect).bind_processor(dialect)
    assert stored is not None, "times are text in SQLite"  # noqa: S101 - for the type checker
    pairs = literal(json.dumps([*zip(vehicle_ids, map(stored, moments), strict=True)]))
    asked = func.json_each(pairs).table_valued("value", name="asked")
    return func.json_extract(asked.c.value, "$[0]"), func.json_extract(asked.c.value, "$[1]")


@cache
def _adding(dialect: str) -> Insert:
    return insert_into(tables.fixes, dialect).on_conflict_do_nothing()


@cache
def _counting(dialect: str) -> Insert:
    statement = insert_into(tables.fix_verdicts, dialect)
    total = tables.fix_verdicts.c.count + statement.excluded["count"]
    return statement.on_conflict_do_update(index_elements=["vehicle_id", "verdict"], set_={"count": total})
