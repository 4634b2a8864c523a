"""How a value becomes a row and a row a value again; the only place that knows both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, time
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import shapely
from shapely import MultiPolygon, Point, Polygon

from equipage.dispatch.folding import folded
from equipage.dispatch.model import (
    AuditEntry,
    Condition,
    Contact,
    Crew,
    Event,
    Fix,
    JudgedFix,
    MatchedPosition,
    Plan,
    PlannedWork,
    Report,
    RosterEntry,
    Service,
    ServiceAttribute,
    Shift,
    Stop,
    TimeSpan,
    VehiclePosition,
    Zone,
)
from equipage.dispatch.reasons import Reason, stored_reason

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = dict[str, Any]
"""What is to be stored, by names of columns."""
Stored = Mapping[str, Any]
"""A row by names of columns."""


def row_of(value: DataclassInstance) -> Row:
    """Return the fields of a value by name: the row of whatever has a column for each field.

    Parameters
    ----------
    value : dataclass
        A value of the domain.

    Returns
    -------
    dict
        The values themselves, not copies.
    """
    return {name: getattr(value, name) for name in _names(type(value))}


@cache
def _names(kind: type[DataclassInstance]) -> tuple[str, ...]:
    """Return the names of a dataclass's fields; `fields` looks for them anew at every call."""
    return tuple(field.name for field in fields(kind))


def _without(stored: Stored, *names: str) -> Row:
    return {name: value for name, value in stored.items() if name not in names}


def _multi(area: Polygon | MultiPolygon | None) -> MultiPolygon | None:
    return MultiPolygon([area]) if isinstance(area, Polygon) else area


def _single(area: MultiPolygon | None) -> Polygon | MultiPolygon | None:
    """Return an area of one part as that part: the column knows only multi-part areas."""
    if area is None or len(area.geoms) != 1:
        return area
    return shapely.get_geometry(area, 0)


# --- The city -------------------------------------------------------------------------------------


def service_row(service: Service) -> Row:
    """Return the row of a service."""
    row = row_of(service)
    row["group_name"] = row.pop("group")
    row["attributes"] = [row_of(attribute) for attribute in service.attributes]
    return row


def service_of(stored: Stored) -> Service:
    """Return the service of a row."""
    attributes = tuple(
        ServiceAttribute(**{**entry, "values": tuple(map(tuple, entry["values"]))})
        for entry in stored["attributes"]
    )
    return Service(
        **_without(stored, "group_name", "keywords", "attributes"),
        group=stored["group_name"],
        keywords=tuple(stored["keywords"]),
        attributes=attributes,
    )


def zone_row(zone: Zone) -> Row:
    """Return the row of a zone."""
    return row_of(zone) | {"geometry": _multi(zone.geometry)}


def zone_of(stored: Stored) -> Zone:
    """Return the zone of a row."""
    return Zone(**{**stored, "geometry": _single(stored["geometry"])})


def crew_row(crew: Crew) -> Row:
    """Return the row of a crew."""
    roster = [
        {
            "days": sorted(entry.days),
            "start": entry.start.isoformat(),
            "end": entry.end.isoformat(),
            "breaks": [[start.isoformat(), end.isoformat()] for start, end in entry.breaks],
        }
        for entry in crew.roster
    ]
    return row_of(crew) | {"roster": roster}


def crew_of(stored: Stored) -> Crew:
    """Return the crew of a row."""
    roster = tuple(
        RosterEntry(
            days=frozenset(entry["days"]),
            start=time.fromisoformat(entry["start"]),
            end=time.fromisoformat(entry["end"]),
            breaks=tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in entry["breaks"]),
        )
        for entry in stored["roster"]
    )
    return Crew(**{**stored, "roster": roster})


def shift_row(shift: Shift) -> Row:
    """Return the row of a shift."""
    rostered = shift.rostered or shift.span
    return {
        "crew_id": shift.crew_id,
        "vehicle_id": shift.vehicle_id,
        "starts_at": rostered.start,
        "ends_at": rostered.end,
        "breaks": [_written(pause) for pause in shift.breaks],
        "absent": shift.absent,
        "hours": _written(shift.span) if shift.rostered else None,
        "note": shift.note,
    }


def shift_of(stored: Stored) -> Shift:
    """Return the shift of a row."""
    rostered = TimeSpan(start=stored["starts_at"], end=stored["ends_at"])
    return Shift(
        crew_id=stored["crew_id"],
        vehicle_id=stored["vehicle_id"],
        span=_read(stored["hours"]) if stored["hours"] else rostered,
        breaks=tuple(_read(pause) for pause in stored["breaks"]),
        absent=stored["absent"],
        note=stored["note"],
        rostered=rostered if stored["hours"] else None,
    )


def _written(span: TimeSpan) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]


def _read(written: list[str]) -> TimeSpan:
    start, end = map(datetime.fromisoformat, written)
    return TimeSpan(start=start, end=end)


# --- Work -----------------------------------------------------------------------------------------


def report_row(report: Report) -> Row:
    """Return the row of a report."""
    row = row_of(report)
    contact, reason = row.pop("contact"), row.pop("unassigned_reason")
    row |= {f"contact_{name}": value for name, value in row_of(contact).items()}
    row["unassigned_code"] = reason and reason.code
    row["unassigned_params"] = reason and json.dumps(dict(reason.params))
    row["attributes"] = dict(report.attributes)
    row["position"] = Point(report.lon, report.lat)
    row["search_text"] = folded(f"{report.id} {report.description} {report.address} {report.commune}")
    return row


def report_of(stored: Stored) -> Report:
    """Return the report of a row."""
    values = _without(stored, "position", "search_text")
    contact = Contact(**{name: values.pop(f"contact_{name}") for name in _names(Contact)})
    reason = _reason_of(values.pop("unassigned_code"), values.pop("unassigned_params"))
    return Report(**values, contact=contact, unassigned_reason=reason)


@lru_cache(maxsize=1024)
def _reason_of(code: str | None, params: str) -> Reason | None:
    """Return a stored reason; where crews are short, hundreds of reports wait for the same one."""
    return None if code is None else stored_reason(code, json.loads(params))


def planned_work_row(work: PlannedWork) -> Row:
    """Return the row of planned work."""
    row = row_of(work)
    del row["window"]
    return row | {"earliest": work.window.start, "latest": work.window.end}


def planned_work_of(stored: Stored) -> PlannedWork:
    """Return the planned work of a row."""
    window = TimeSpan(start=stored["earliest"], end=stored["latest"])
    return PlannedWork(**_without(stored, "earliest", "latest"), window=window)


def plan_row(plan: Plan) -> Row:
    """Return the row of a plan, without its stops."""
    return {
        "id": 1,
        "version": plan.version,
        "as_of": plan.as_of,
        "network_id": plan.network_id,
        "engine": plan.engine,
    }


def plan_of(stored: Stored, stops: tuple[Stop, ...]) -> Plan:
    """Return the plan of a row and its stops."""
    return Plan(**_without(stored, "id"), stops=stops)


# --- Tracking -------------------------------------------------------------------------------------


def judged_fix_row(judged: JudgedFix) -> Row:
    """Return the row of a fix that is kept."""
    return row_of(judged.fix) | {"vehicle_id": judged.vehicle_id, "verdict": judged.verdict}


def judged_fix_of(stored: Stored) -> JudgedFix:
    """Return the fix of a row."""
    fix = Fix(**_without(stored, "vehicle_id", "verdict"))
    return JudgedFix(fix=fix, vehicle_id=stored["vehicle_id"], verdict=stored["verdict"])


def position_row(position: VehiclePosition) -> Row:
    """Return the row of a vehicle's position."""
    row = row_of(position)
    matched = row.pop("matched")
    return row | {f"matched_{name}": matched and getattr(matched, name) for name in _names(MatchedPosition)}


def position_of(stored: Stored) -> VehiclePosition:
    """Return the vehicle's position of a row."""
    values = dict(stored)
    matched = {name: values.pop(f"matched_{name}") for name in _names(MatchedPosition)}
    return VehiclePosition(**values, matched=None if matched["lon"] is None else MatchedPosition(**matched))


# --- Conditions and records -----------------------------------------------------------------------


def condition_row(condition: Condition) -> Row:
    """Return the row of a condition."""
    return row_of(condition) | {"area": _multi(condition.area)}


def condition_of(stored: Stored) -> Condition:
    """Return the condition of a row."""
    told = {name: tuple(stored[name]) for name in ("way_ids", "road_classes")}
    return Condition(**{**stored, "area": _single(stored["area"]), **told})


def event_row(event: Event) -> Row:
    """Return the row of an event that has no id yet."""
    return _without(row_of(event), "id") | {"data": dict(event.data)}


def audit_row(entry: AuditEntry) -> Row:
    """Return the row of an audit entry."""
    return row_of(entry) | {"details": dict(entry.details)}


def audit_of(stored: Stored) -> AuditEntry:
    """Return the audit entry of a row."""
    return AuditEntry(**_without(stored, "id"))
