"""What citizens' applications say in Open311's words, read: every fault named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from equipage.api.clock import FIRST_MOMENT, LAST_MOMENT
from equipage.dispatch.intake import NewReport
from equipage.dispatch.model import Contact, Service, ServiceCode, TimeSpan
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, ReportStatus, Source

MOST_REQUESTS = 1_000
LONGEST_SPAN = timedelta(days=90)
_ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](\[\])?")
_OPEN = frozenset(ReportStatus) - CLOSED_REPORT_STATUSES
_CONTACT = ("first_name", "last_name", "email", "phone", "account_id", "device_id")

Pairs = Sequence[tuple[str, str]]


class Open311Error(ValueError):
    """What was asked cannot be understood; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class UnknownServiceError(Open311Error):
    """There is no such service, and that is all that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which requests are asked for.

    Parameters
    ----------
    query : ReportQuery
        Without page and limit.
    skip, take : int
        How many to leave out, and how many to show then.
    """

    query: ReportQuery
    skip: int
    take: int


def read_filed(
    pairs: Pairs, services: Mapping[ServiceCode, Service], locate: Callable[[str], tuple[float, float] | None]
) -> NewReport:
    """Return the report that a form tells.

    Parameters
    ----------
    pairs : sequence of (name, value)
        What was sent.
    services : mapping
        What can be reported.
    locate : callable
        Returns lon, lat of an address, for whoever gives no more than that.

    Raises
    ------
    UnknownServiceError
        If all that is wrong is that there is no such service.
    Open311Error
        Naming every fault in what is said; what is said but cannot be is for `file_report` to tell.
    """
    given = _given(pairs)
    faults: list[str] = []
    code = ServiceCode(given.get("service_code", ""))
    if not code:
        faults.append("service_code is missing")
    place = _place(given, locate, faults)
    if code and code not in services:
        faults.append(f"there is no service_code {code!r}; the list of services names those there are")
        if len(faults) == 1:
            raise UnknownServiceError(faults)
    if faults or place is None:
        raise Open311Error(faults)
    return NewReport(
        service_code=code,
        lon=place[0],
        lat=place[1],
        source=Source.OPEN311,
        description=given.get("description", ""),
        address=given.get("address_string", ""),
        contact=Contact(**{name: given.get(name, "") for name in _CONTACT}),
        attributes=_attributes(pairs),
        media_url=given.get("media_url", ""),
    )


def read_asked(pairs: Pairs, now: datetime) -> Asked:
    """Return which requests a query asks for: unless it says more, the last 90 days' or 1,000.

    Raises
    ------
    Open311Error
        Naming every fault.
    """
    given = _given(pairs)
    faults: list[str] = []
    page = _whole(given, "page", faults, most=10_000) or 1
    size = _whole(given, "page_size", faults, most=MOST_REQUESTS) or MOST_REQUESTS
    ids = _parts(given.get("service_request_id", ""))
    statuses = _statuses(given, faults)
    span = _span(given, now, faults)
    updated_after = _moment(given, "updated_after", faults)
    if faults:
        raise Open311Error(faults)
    query = (
        ReportQuery(ids=ids, public_only=True)
        if ids
        else ReportQuery(
            service_codes=frozenset(_parts(given.get("service_code", ""))),
            statuses=statuses,
            requested=span,
            updated_after=updated_after,
            public_only=True,
        )
    )
    return Asked(query=query, skip=(page - 1) * size, take=size)


def _given(pairs: Pairs) -> Mapping[str, str]:
    """Return what was given once each; a parameter without a value counts as absent."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, value.strip())
    return given


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _place(
    given: Mapping[str, str], locate: Callable[[str], tuple[float, float] | None], faults: list[str]
) -> tuple[float, float] | None:
    if "lat" in given or "long" in given:
        lon, lat = _degrees(given, "long", faults), _degrees(given, "lat", faults)
        return None if lon is None or lat is None else (lon, lat)
    address = given.get("address_string")
    if address is None:
        faults.append("a place is missing: give lat and long, or address_string")
        return None
    place = locate(address)
    if place is None:
        faults.append(f"no street is known for {address[:80]!r}; give lat and long")
    return place


def _degrees(given: Mapping[str, str], name: str, faults: list[str]) -> float | None:
    if name not in given:
        faults.append(f"{name} is missing; a place has lat and long")
        return None
    try:
        return float(given[name])
    except ValueError:
        faults.append(f"{name} must be a number of degrees, not {given[name][:40]!r}")
        return None


def _attributes(pairs: Pairs) -> dict[str, Any]:
    """Return the answers to a service's further questions; `[]` in a name says that there may be several."""
    attributes: dict[str, Any] = {}
    for name, value in pairs:
        found = _ATTRIBUTE.fullmatch(name)
        if found is None or not value.strip():
            continue
        if found[2]:
            attributes[found[1]] = [*attributes.get(found[1], ()), value]
        else:
            attributes[found[1]] = value
    return attributes


def _whole(given: Mapping[str, str], name: str, faults: list[str], *, most: int) -> int | None:
    if name not in given:
        return None
    text = given[name]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):  # noqa: PLR2004
        faults.append(f"{name} must be a whole number from 1 to {most}, not {text!r}")
        return None
    return int(text)


def _statuses(given: Mapping[str, str], faults: list[str]) -> frozenset[ReportStatus]:
    asked = set(_parts(given.get("status", "").lower()))
    unknown = asked - {"open", "closed"}
    if unknown:
        faults.append(f"status must be open, closed or both, not {', '.join(sorted(unknown))}")
    if asked >= {"open", "closed"} or not asked:
        return frozenset()
    return _OPEN if "open" in asked else CLOSED_REPORT_STATUSES


def _span(given: Mapping[str, str], now: datetime, faults: list[str]) -> TimeSpan | None:
    start, end = _moment(given, "start_date", faults), _moment(given, "end_date", faults)
    if start is None and end is None:
        # A second more, so that what was filed in this very moment is shown.
        return TimeSpan(start=now - LONGEST_SPAN, end=now + timedelta(seconds=1))
    if start is None and end is not None:
        start = end - LONGEST_SPAN
    if start is not None and end is None:
        end = start + LONGEST_SPAN
    if start is None or end is None or end <= start:
        faults.append(
            f"end_date must be after start_date, not {given.get('end_date')} after {given.get('start_date')}"
        )
        return None
    if end - start > LONGEST_SPAN:
        faults.append(f"start_date and end_date must be at most {LONGEST_SPAN.days} days apart")
        return None
    return TimeSpan(start=start, end=end)


def _moment(given: Mapping[str, str], name: str, faults: list[str]) -> datetime | None:
    if name not in given:
        return None
    try:
        # A `+` of a zone that was not escaped in a query arrives as a blank.
        moment = datetime.fromisoformat(given[name].replace(" ", "+"))
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not FIRST_MOMENT <= moment <= LAST_MOMENT:
        faults.append(f"{name} must be a W3C date and time such as 2026-03-01T08:00:00Z, not {given[name]!r}")
        return None
    return moment
