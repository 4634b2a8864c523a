"""What things of a city are known by, each of a type of its own, and texts in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NewType

ServiceCode = NewType("ServiceCode", str)
ZoneId = NewType("ZoneId", str)
DepotId = NewType("DepotId", str)
VehicleId = NewType("VehicleId", str)
CrewId = NewType("CrewId", str)
DeviceId = NewType("DeviceId", str)
ReportId = NewType("ReportId", str)
PlannedWorkId = NewType("PlannedWorkId", str)
JobId = NewType("JobId", str)
AssignmentId = NewType("AssignmentId", str)
ConditionId = NewType("ConditionId", str)
KeyId = NewType("KeyId", str)
NoteId = NewType("NoteId", str)

Translations = Mapping[str, str]
"""A text in other languages than the city's own, by language tag such as `fr`."""
