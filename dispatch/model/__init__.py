"""The values dispatching is about: services, crews, reports, jobs, assignments, plans and fixes.

Every value is immutable; `dataclasses.replace` makes the next state. Times are aware datetimes in UTC,
positions are lon, lat in degrees (EPSG:4326), durations whole seconds.
"""

from equipage.dispatch.model.city import (
    HIGHEST_PRIORITY,
    LOWEST_PRIORITY,
    Crew,
    Depot,
    Jurisdiction,
    RosterEntry,
    Service,
    ServiceAttribute,
    Shift,
    Skill,
    Vehicle,
    Zone,
)
from equipage.dispatch.model.ids import (
    AssignmentId,
    ConditionId,
    CrewId,
    DepotId,
    DeviceId,
    JobId,
    KeyId,
    NoteId,
    PlannedWorkId,
    ReportId,
    ServiceCode,
    Translations,
    VehicleId,
    ZoneId,
)
from equipage.dispatch.model.plans import Eta, Plan, Stop
from equipage.dispatch.model.records import AuditEntry, Condition, Event, Key, Note
from equipage.dispatch.model.spans import TimeSpan
from equipage.dispatch.model.standby import Standby
from equipage.dispatch.model.tracking import (
    Alarm,
    Device,
    Fix,
    JudgedFix,
    MatchedPosition,
    VehiclePosition,
)
from equipage.dispatch.model.work import Assignment, Contact, Job, PlannedWork, Report

__all__ = [
    "HIGHEST_PRIORITY",
    "LOWEST_PRIORITY",
    "Alarm",
    "Assignment",
    "AssignmentId",
    "AuditEntry",
    "Condition",
    "ConditionId",
    "Contact",
    "Crew",
    "CrewId",
    "Depot",
    "DepotId",
    "Device",
    "DeviceId",
    "Eta",
    "Event",
    "Fix",
    "Job",
    "JobId",
    "JudgedFix",
    "Jurisdiction",
    "Key",
    "KeyId",
    "MatchedPosition",
    "Note",
    "NoteId",
    "Plan",
    "PlannedWork",
    "PlannedWorkId",
    "Report",
    "ReportId",
    "RosterEntry",
    "Service",
    "ServiceAttribute",
    "ServiceCode",
    "Shift",
    "Skill",
    "Standby",
    "Stop",
    "TimeSpan",
    "Translations",
    "Vehicle",
    "VehicleId",
    "VehiclePosition",
    "Zone",
    "ZoneId",
]
