"""What callers may say: the bodies and parameters that several routes share."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from equipage.api.clock import FIRST_MOMENT, LAST_MOMENT
from equipage.api.representations.lists import PAGE, Cursor, Limit, split
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.intake import (
    LONGEST_DESCRIPTION,
    LONGEST_HOLD_S,
    LONGEST_TEXT,
    MOST_ATTRIBUTES,
)
from equipage.dispatch.model import HIGHEST_PRIORITY, LOWEST_PRIORITY
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, ReportStatus, Source

_ERA = f"must be between {FIRST_MOMENT.year} and {LAST_MOMENT.year}"


def checked_moment(moment: datetime) -> datetime:
    """Return a moment in UTC, if it is one that anything here can be about."""
    if not FIRST_MOMENT <= moment <= LAST_MOMENT:
        raise ValueError(_ERA)
    return moment.astimezone(UTC)


def checked_day(day: date) -> date:
    """Return a day, if it is one that anything here can be about."""
    if not FIRST_MOMENT.date() <= day <= LAST_MOMENT.date():
        raise ValueError(_ERA)
    return day


Longitude = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
ClosingStatus = Literal[
    ReportStatus.DONE, ReportStatus.REJECTED, ReportStatus.CANCELLED, ReportStatus.DUPLICATE
]
Day = Annotated[date, AfterValidator(checked_day)]
Moment = Annotated[AwareDatetime, AfterValidator(checked_moment)]
OptionalMoment = Annotated[Moment | None, BeforeValidator(lambda given: given or None)]
_Several = Annotated[list[str], Field(description="repeatable, or with commas")]
_OPEN = frozenset(ReportStatus) - CLOSED_REPORT_STATUSES


class Given(BaseModel):
    """What a caller may say; a name that is not known is a fault."""

    model_config = ConfigDict(extra="forbid")


class ContactGiven(Given):
    """How to reach the citizen."""

    first_name: str = Field("", max_length=LONGEST_TEXT)
    last_name: str = Field("", max_length=LONGEST_TEXT)
    email: str = Field("", max_length=LONGEST_TEXT)
    phone: str = Field("", max_length=LONGEST_TEXT)


class ReportGiven(Given):
    """A report that somebody took."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "service_code": "flooding",
                "lon": -71.2519,
                "lat": -29.9027,
                "description": "Water stands a hand high across both lanes",
                "source": "phone",
            }
        },
    )

    service_code: str
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    description: str = Field("", max_length=LONGEST_DESCRIPTION)
    address: str = Field("", max_length=LONGEST_TEXT)
    priority: int | None = Field(None, ge=HIGHEST_PRIORITY, le=LOWEST_PRIORITY)
    public: bool | None = None
    source: Literal[Source.PHONE, Source.CONSOLE, Source.SENSOR] = Source.CONSOLE
    contact: ContactGiven | None = None
    attributes: dict[str, str | list[str]] = Field(default_factory=dict, max_length=MOST_ATTRIBUTES)
    linked_to: str | None = None
    hold_s: int = Field(
        0, ge=0, le=LONGEST_HOLD_S, description="seconds for which no crew is chosen automatically"
    )


class ReportChangesGiven(Given):
    """What is to be different; what is left out stays."""

    description: str = Field("", max_length=LONGEST_DESCRIPTION)
    address: str = Field("", max_length=LONGEST_TEXT)
    priority: int = Field(3, ge=HIGHEST_PRIORITY, le=LOWEST_PRIORITY)
    public: bool = True
    hold_s: int = Field(0, ge=0, le=LONGEST_HOLD_S, description="0 lets go")
    linked_to: str | None = None
    status: Literal[ReportStatus.ACKNOWLEDGED] | ClosingStatus | None = None
    status_note: str = Field("", max_length=1000)
    lon: float = Field(0.0, ge=-180, le=180, allow_inf_nan=False, description="with lat: where it really is")
    lat: float = Field(0.0, ge=-90, le=90, allow_inf_nan=False)
    service_code: str = Field("", description="what it is really about")
    keep_crew: bool | None = Field(
        None, description="whether the crew keeps it although it may not have the mended one; 409 asks"
    )
    version: int | None = Field(None, description="refused with 409 if somebody changed it since")


class MendingAsked(BaseModel):
    """Where a report might really be, and what it might really be about."""

    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    service_code: str = ""


class Closing(Given):
    """How a report ends."""

    status: ClosingStatus = ReportStatus.DONE
    note: str = Field("", max_length=1000)


class HandoverGiven(Given):
    """Whom a report is handed to: a service of the catalogue, or an organisation outside it."""

    service_code: str = ""
    organisation: str = Field("", max_length=200)
    note: str = Field("", max_length=1000, description="what goes with it")
    public: bool = Field(False, description="whether the citizen may read the note")


class Reopening(Given):
    """Why a report is taken up again."""

    note: str = Field("", max_length=1000)


class ReportFilter(BaseModel):
    """Which reports are asked for; what is left out does not limit."""

    status: _Several = Field(default_factory=list)
    service_code: _Several = Field(default_factory=list)
    commune: _Several = Field(default_factory=list)
    ids: _Several = Field(default_factory=list)
    open: bool | None = None
    q: str = Field("", max_length=200, description="words in id, description or address")
    updated_after: OptionalMoment = None
    near: str = Field("", description="lon,lat,metres")
    limit: Limit = PAGE
    cursor: Cursor = ""

    def as_query(self) -> ReportQuery:
        """Return what is to be looked for.

        Raises
        ------
        InvalidInputError
            Naming every fault.
        """
        faults: list[str] = []
        statuses = _statuses(split(self.status), is_open=self.open, faults=faults)
        place = _near(self.near, faults)
        if faults:
            raise InvalidInputError(faults)
        return ReportQuery(
            ids=sorted(split(self.ids)),
            statuses=statuses,
            service_codes=split(self.service_code),
            communes=split(self.commune),
            updated_after=self.updated_after,
            near=place,
            text=self.q,
            cursor=self.cursor,
            limit=self.limit,
        )


def _statuses(names: frozenset[str], *, is_open: bool | None, faults: list[str]) -> frozenset[ReportStatus]:
    unknown = sorted(names - set(ReportStatus))
    if unknown:
        faults.append(f"status must be among {', '.join(ReportStatus)}, not {', '.join(unknown)}")
    asked = frozenset(ReportStatus(name) for name in names.intersection(ReportStatus))
    if is_open is None:
        return asked
    of_kind = _OPEN if is_open else CLOSED_REPORT_STATUSES
    wanted = asked & of_kind if asked else of_kind
    if not wanted:
        faults.append(f"open={str(is_open).lower()} and status={','.join(sorted(asked))} leave nothing")
    return wanted


def _near(text: str, faults: list[str]) -> tuple[float, float, float] | None:
    if not text:
        return None
    try:
        lon, lat, metres = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = metres = math.nan
    if not (abs(lon) <= 180 and abs(lat) <= 90 and 0 < metres <= 1e6):  # noqa: PLR2004 - degrees, and 1,000 km
        faults.append(f"near must be lon,lat,metres, not {text!r}")
        return None
    return lon, lat, metres
