"""Queries on reports: by id, and the newest first by any mix of conditions."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from math import cos, degrees, radians

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, func, literal, or_, select, tuple_

from equipage.data.database import rows
from equipage.data.database.session import Session, chunks
from equipage.data.database.tables.city import services
from equipage.data.database.tables.work import WITH_CONTACT, reports
from equipage.dispatch.errors import ConflictError, InvalidInputError
from equipage.dispatch.folding import folded
from equipage.dispatch.model import Report, ReportId
from equipage.dispatch.ports import ReportPage, ReportQuery
from equipage.geo.earth import EARTH_RADIUS_M, distance_m

# Without what only the database searches by: a thousand geometries take as long to read as all the rest.
_TOLD = [column for column in reports.c if column.name not in {"position", "search_text"}]
_UPDATE = reports.update().where(reports.c.id == bindparam("known_id"))
_NOTED = ("unassigned_code", "unassigned_params", "expected_at", "updated_at")

LEAST_DIGITS = 4
"""Digits that look like a part of a telephone number: fewer would find everybody."""


class ReportReading(Session):
    """Reports as they are stored."""

    def report(self, report_id: ReportId) -> Report:
        """Return the report of that id."""
        return rows.report_of(self._by_id(reports, "report", report_id))

    def reports(self, query: ReportQuery) -> ReportPage:
        """Return a page of the reports that meet the whole query, newest first.

        Parameters
        ----------
        query : ReportQuery
            What to look for.

        Returns
        -------
        ReportPage
            At most `query.limit` reports. A page starts after the last report of the one before, so that
            reports that arrive in between shift nothing.

        Raises
        ------
        InvalidInputError
            If the limit is not positive or the cursor is none of ours.
        """
        if query.limit < 1:
            raise InvalidInputError([f"limit must be at least 1, not {query.limit}"])
        statement = select(*_TOLD).where(*_conditions(query), *self._about(query))
        if query.near is not None:
            on_globe = self._connection.dialect.name == "postgresql"
            statement = statement.where(_around(*query.near) if on_globe else _box(*query.near))
        statement = statement.order_by(reports.c.requested_at.desc(), reports.c.id.desc())
        if query.near is None:
            statement = statement.limit(query.limit + 1)
        with closing(self._stream(statement)) as stored:
            found = list(map(rows.report_of, islice(_near(query, stored), query.limit + 1)))
        page = found[: query.limit]
        return ReportPage(items=page, next_cursor=_cursor(page[-1]) if len(found) > query.limit else "")

    def reports_with_contact(self, *, closed_before: datetime, limit: int) -> Sequence[ReportId]:
        """Return reports that were closed before a time and still tell whose they are, oldest first."""
        closed = select(reports.c.id).where(reports.c.closed_at < closed_before, WITH_CONTACT)
        return [stored["id"] for stored in self._rows(closed.order_by(reports.c.closed_at).limit(limit))]

    def _about(self, query: ReportQuery) -> Iterator[ColumnElement[bool]]:
        """Yield the condition that a report has all the words, or is of whoever has that telephone number."""
        words = folded(query.text).split()
        if not words:
            return
        named = {code: folded(name) for code, name in self._names_of_services()}
        about = and_(*(_has(word, [code for code, name in named.items() if word in name]) for word in words))
        digits = _digits_of_phone(query.text) if query.phones else ""
        yield or_(about, _phone().contains(digits)) if digits else about

    def _names_of_services(self) -> list[tuple[str, str]]:
        found = self._rows(select(services.c.code, services.c.name))
        return [(stored["code"], stored["name"]) for stored in found]


class ReportWriting(ReportReading):
    """Adding and replacing reports."""

    def add_report(self, report: Report) -> None:
        """Add a report; `ConflictError` if there is one of that id."""
        if not self._insert_if_free(reports, rows.report_row(report)):
            raise ConflictError(f"there is a report {report.id!r} already; take the next id")

    def save_report(self, report: Report) -> Report:
        """Replace a report if nobody else has since it was loaded.

        Parameters
        ----------
        report : Report
            With the version it was loaded with.

        Returns
        -------
        Report
            With the version that is stored now.

        Raises
        ------
        ConflictError
            If another version is stored.
        NotFoundError
            If there is no report of that id.
        """
        saved = self.save_reports([report])
        if not saved:
            stored = self._by_id(reports, "report", report.id)
            raise ConflictError(
                f"report {report.id!r} has changed: version {stored['version']} is stored,"
                f" not {report.version}; load it again"
            )
        return saved[0]

    def save_reports(self, given: Sequence[Report]) -> Sequence[Report]:
        """Replace those reports that nobody else has changed since they were loaded.

        Parameters
        ----------
        given : sequence of Report
            Each with the version it was loaded with.

        Returns
        -------
        sequence of Report
            Those that were replaced, with the version that is stored now.
        """
        saved = [replace(report, version=report.version + 1) for report in self._unchanged(given)]
        self._update({report.id: rows.report_row(report) for report in saved})
        return saved

    def note_reports(self, given: Sequence[Report]) -> Sequence[Report]:
        """Keep why reports wait and when they are expected, of those that nobody else has changed.

        Parameters
        ----------
        given : sequence of Report
            Each with the version it was loaded with, which stays.

        Returns
        -------
        sequence of Report
            Those that nobody else has changed since they were loaded.
        """
        noted = self._unchanged(given)
        all_of_them = ((report.id, rows.report_row(report)) for report in noted)
        self._update({report_id: {name: row[name] for name in _NOTED} for report_id, row in all_of_them})
        return noted

    def _unchanged(self, given: Sequence[Report]) -> list[Report]:
        """Return those of which the stored version is still the one that they were loaded with.

        There is one writer at a time: it holds until this transaction ends.
        """
        version = {
            stored["id"]: stored["version"]
            for some in chunks([report.id for report in given])
            for stored in self._rows(select(reports.c.id, reports.c.version).where(reports.c.id.in_(some)))
        }
        return [report for report in given if version.get(report.id) == report.version]

    def _update(self, changed: Mapping[ReportId, rows.Row]) -> None:
        if changed:
            self._connection.execute(_UPDATE, [row | {"known_id": known} for known, row in changed.items()])


def _conditions(query: ReportQuery) -> Iterator[ColumnElement[bool]]:
    report = reports.c
    for column, wanted in (
        (report.id, query.ids),
        (report.status, query.statuses),
        (report.service_code, query.service_codes),
        (report.commune, query.communes),
        (report.linked_to, query.linked_to),
    ):
        if wanted:
            yield column.in_(wanted)
    if query.public_only:
        yield report.public
    if query.requested is not None:
        yield and_(report.requested_at >= query.requested.start, report.requested_at < query.requested.end)
    if query.updated_after is not None:
        yield report.updated_at > query.updated_after
    if query.updated_before is not None:
        yield report.updated_at < query.updated_before
    if query.cursor:
        requested_at, report_id = _last_of(query.cursor)
        last = tuple_(literal(requested_at, report.requested_at.type), literal(report_id))
        yield tuple_(report.requested_at, report.id) < last


def _around(lon: float, lat: float, radius_m: float) -> ColumnElement[bool]:
    """Return the condition that a report lies in the circle on PostGIS's sphere: its GiST index answers it.

    Only `_near` is exact: the thousandth more lets it see what PostGIS's rounding would leave out.
    """
    centre = func.geography(func.ST_MakePoint(lon, lat))
    return func.ST_DWithin(func.geography(reports.c.position), centre, radius_m * 1.001, False, type_=Boolean)


def _has(word: str, codes: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a report has a folded word, in its own texts or its service's name."""
    in_text = reports.c.search_text.contains(word, autoescape=True)
    return or_(in_text, reports.c.service_code.in_(codes)) if codes else in_text


def _digits_of_phone(text: str) -> str:
    """Return the digits to look for in telephone numbers; empty for what is none.

    Only the last nine count: the same number is written with its country's code, or with a zero.
    """
    if not re.fullmatch(r"[\d\s.+()/-]+", text):
        return ""
    digits = re.sub(r"\D", "", text)
    return digits[-9:].lstrip("0") if len(digits) >= LEAST_DIGITS else ""


def _phone() -> ColumnElement[str]:
    """Return the telephone number of a report without what people put between the digits."""
    number: ColumnElement[str] = reports.c.contact_phone
    for between in " .-/()":
        number = func.replace(number, between, "")
    return number


def _box(lon: float, lat: float, radius_m: float) -> ColumnElement[bool]:
    """Return the condition that a report lies in a box around the circle: an index on lat, lon answers it.

    Only `_near` is exact. Where the circle reaches a pole or the 180th meridian the box goes all around.
    """
    height = degrees(radius_m / EARTH_RADIUS_M)
    shortest = cos(radians(min(abs(lat) + height, 90.0)))
    width = height / shortest if shortest > 1e-9 else 360.0  # noqa: PLR2004
    box = reports.c.lat.between(lat - height, lat + height)
    if lon - width < -180 or lon + width > 180:  # noqa: PLR2004
        return box
    return and_(box, reports.c.lon.between(lon - width, lon + width))


def _near(query: ReportQuery, found: Iterable[rows.Stored]) -> Iterator[rows.Stored]:
    """Yield what lies within the circle, by the same great-circle distance as everywhere."""
    if query.near is None:
        yield from found
        return
    lon, lat, radius_m = query.near
    for stored in found:
        if distance_m((lon, lat), (stored["lon"], stored["lat"])) <= radius_m:
            yield stored


def _cursor(last: Report) -> str:
    return urlsafe_b64encode(json.dumps([last.requested_at.isoformat(), last.id]).encode()).decode()


def _last_of(cursor: str) -> tuple[datetime, str]:
    try:
        written, report_id = json.loads(urlsafe_b64decode(cursor.encode()))
        requested_at = datetime.fromisoformat(written)
        if requested_at.tzinfo is None:
            raise ValueError("a time without a zone")  # noqa: TRY301 - it is answered as any other nonsense
        return requested_at.astimezone(UTC), str(report_id)
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInputError([f"cursor {cursor!r} is not the `next` of a page; ask without it"]) from error
