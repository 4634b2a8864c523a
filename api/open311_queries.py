"""Which requests Open311's query asks for: every fault in it named at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from equipage.api.clock import FIRST_MOMENT, LAST_MOMENT
from equipage.api.open311_pairs import Open311Error, Pairs, given_once, number_of, parts_of
from equipage.dispatch.intake import faults_of_place
from equipage.dispatch.model import Jurisdiction, TimeSpan
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, ReportStatus

MOST_REQUESTS = 1_000
LONGEST_SPAN = timedelta(days=90)
LONGEST_RADIUS_M = 50_000
# Times are shown in whole seconds, cut off: what is asked for up to one of them is shown as that one at most.
_SHOWN_AS = timedelta(seconds=1)
_JUST_BEFORE = timedelta(microseconds=1)
_OPEN = frozenset(ReportStatus) - CLOSED_REPORT_STATUSES


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


def read_asked(pairs: Pairs, now: datetime, jurisdiction: Jurisdiction) -> Asked:
    """Return which requests a query asks for: unless it says more, the last 90 days' or 1,000.

    Parameters
    ----------
    pairs : sequence of (name, value)
        The query.
    now : datetime
        The moment.
    jurisdiction : Jurisdiction
        Whose requests.

    Raises
    ------
    Open311Error
        Naming every fault.
    """
    given = given_once(pairs)
    faults: list[str] = []
    page = _whole(given, "page", faults, most=10_000) or 1
    size = _whole(given, "page_size", faults, most=MOST_REQUESTS) or MOST_REQUESTS
    filtered = _filtered(pairs, given, now, faults)
    if faults:
        raise Open311Error(faults)
    ids = parts_of(pairs, "service_request_id")
    query = ReportQuery(ids=ids) if ids else filtered
    communes = frozenset({jurisdiction.commune} - {""})
    return Asked(query=replace(query, communes=communes, public_only=True), skip=(page - 1) * size, take=size)


def _filtered(pairs: Pairs, given: Mapping[str, str], now: datetime, faults: list[str]) -> ReportQuery:
    """Return what a query that names no ids asks for."""
    after = _moment(given, "updated_after", faults)
    before = _moment(given, "updated_before", faults)
    if after is not None and before is not None and before < after:
        faults.append(f"updated_before must not be before updated_after, which is {given['updated_after']}")
    return ReportQuery(
        service_codes=frozenset(parts_of(pairs, "service_code")),
        statuses=_statuses(pairs, faults),
        # A changeset has changes to old requests, too.
        requested=_span(given, None if after or before else now, faults),
        updated_after=after and after - _JUST_BEFORE,
        updated_before=before and before.replace(microsecond=0) + _SHOWN_AS,
        near=_near(given, faults),
    )


def _whole(given: Mapping[str, str], name: str, faults: list[str], *, most: int) -> int | None:
    if name not in given:
        return None
    text = given[name]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):  # noqa: PLR2004
        faults.append(f"{name} must be a whole number from 1 to {most}, not {text[:40]!r}")
        return None
    return int(text)


def _statuses(pairs: Pairs, faults: list[str]) -> frozenset[ReportStatus]:
    asked = {status.lower() for status in parts_of(pairs, "status")}
    unknown = asked - {"open", "closed"}
    if unknown:
        faults.append(f"status must be open, closed or both, not {', '.join(sorted(unknown))[:80]}")
    if asked >= {"open", "closed"} or not asked:
        return frozenset()
    return _OPEN if "open" in asked else CLOSED_REPORT_STATUSES


def _span(given: Mapping[str, str], now: datetime | None, faults: list[str]) -> TimeSpan | None:
    """Return the span of dates, both included; without any the 90 days before now, where that is given."""
    start, end = _moment(given, "start_date", faults), _moment(given, "end_date", faults)
    if not given.keys() & {"start_date", "end_date"}:
        end = now
    if end is None:
        if start is None:
            return None
        end = start + LONGEST_SPAN
    if start is None:
        start = end - LONGEST_SPAN
    if end < start:
        faults.append(
            f"end_date must not be before start_date, as {given['end_date']} is before {given['start_date']}"
        )
        return None
    if end - start > LONGEST_SPAN:
        faults.append(f"start_date and end_date must be at most {LONGEST_SPAN.days} days apart")
        return None
    return TimeSpan(start=start, end=end.replace(microsecond=0) + _SHOWN_AS)


def _near(given: Mapping[str, str], faults: list[str]) -> tuple[float, float, float] | None:
    """Return lon, lat and metres of a circle."""
    names = ("long", "lat", "radius")
    missing = [name for name in names if name not in given]
    if len(missing) == len(names):
        return None
    if missing:
        faults.append(f"{' and '.join(missing)} missing: lat, long and radius (in metres) go together")
    lon, lat = (number_of(given, name, faults, unit="degrees") for name in ("long", "lat"))
    radius = number_of(given, "radius", faults, unit="metres")
    if radius is not None and not 0 < radius <= LONGEST_RADIUS_M:
        faults.append(f"radius must be above 0 and at most {LONGEST_RADIUS_M} m, not {given['radius'][:40]}")
    if lon is not None and lat is not None:
        faults.extend(faults_of_place(lon, lat, ()))
    return None if lon is None or lat is None or radius is None else (lon, lat, radius)


def _moment(given: Mapping[str, str], name: str, faults: list[str]) -> datetime | None:
    if name not in given:
        return None
    try:
        # A `+` of a zone that was not escaped in a query arrives as a blank.
        text = given[name]
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not FIRST_MOMENT <= moment <= LAST_MOMENT:
        faults.append(
            f"{name} must be a W3C date and time such as 2026-03-01T08:00:00Z, not {given[name][:40]!r}"
        )
        return None
    return moment
