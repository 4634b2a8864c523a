"""What Open311's forms and queries say is understood, and every fault in them is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from equipage.api.open311 import Open311Error, Pairs, UnknownServiceError, read_asked, read_filed
from equipage.dispatch.intake import NewReport
from equipage.dispatch.model import Service, ServiceCode
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, ReportStatus, Source

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SERVICES = {ServiceCode("001"): Service(code=ServiceCode("001"), name="Holes")}
OPEN = frozenset(ReportStatus) - CLOSED_REPORT_STATUSES


def filed(*pairs: tuple[str, str]) -> NewReport:
    """Return the report that a form tells; the only street known is Main Street."""
    return read_filed(pairs, SERVICES, lambda text: (5.0, 47.0) if text.startswith("Main") else None)


def faults_of(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """Return what is wrong with a form."""
    with pytest.raises(Open311Error) as caught:
        filed(*pairs)
    return caught.value.faults


def test_a_form_becomes_a_report() -> None:
    """Codes stay strings; attributes with brackets are lists; contacts are kept."""
    new = filed(
        ("service_code", "001"),
        ("lat", "47.3"),
        ("long", "5.04"),
        ("description", " deep "),
        ("email", "a@b.example"),
        ("attribute[DEPTH]", "30"),
        ("attribute[WHERE][]", "lane"),
        ("attribute[WHERE][]", "kerb"),
        ("media_url", "http://example.org/p.jpg"),
    )
    assert (new.service_code, new.lat, new.lon, new.source) == ("001", 47.3, 5.04, Source.OPEN311)
    assert (new.description, new.contact.email) == ("deep", "a@b.example")
    assert new.attributes == {"DEPTH": "30", "WHERE": ["lane", "kerb"]}
    assert new.media_url == "http://example.org/p.jpg"


def test_an_address_alone_is_located() -> None:
    """Where no street is known the citizen is asked for a place."""
    new = filed(("service_code", "001"), ("address_string", "Main Street 1, Dijon"))
    assert (new.lon, new.lat, new.address) == (5.0, 47.0, "Main Street 1, Dijon")
    assert faults_of(("service_code", "001"), ("address_string", "Nowhere")) == (
        "no street is known for 'Nowhere'; give lat and long",
    )


def test_every_fault_is_named_at_once() -> None:
    """A missing code and two bad coordinates are three faults; an empty parameter counts as absent."""
    assert faults_of(("service_code", " "), ("lat", "north"), ("long", "")) == (
        "service_code is missing",
        "long is missing; a place has lat and long",
        "lat must be a number of degrees, not 'north'",
    )
    assert faults_of() == (
        "service_code is missing",
        "a place is missing: give lat and long, or address_string",
    )


def test_an_unknown_service_is_told_apart_only_when_it_is_the_only_fault() -> None:
    """It is 404 then, and one of several faults otherwise."""
    with pytest.raises(UnknownServiceError):
        filed(("service_code", "002"), ("lat", "1"), ("long", "2"))
    with pytest.raises(Open311Error) as caught:
        filed(("service_code", "002"))
    assert not isinstance(caught.value, UnknownServiceError)


def test_without_filters_the_last_90_days_are_asked_for_a_thousand_at_most() -> None:
    """That is the standard's default; only what is public is ever shown."""
    asked = read_asked((), NOW)
    assert (asked.skip, asked.take) == (0, 1000)
    assert asked.query.public_only
    assert asked.query.requested is not None
    assert asked.query.requested.start == NOW - timedelta(days=90)
    assert NOW in asked.query.requested


def test_ids_override_everything_else() -> None:
    """A citizen who asks for three reports gets those, however old."""
    asked = read_asked((("service_request_id", "3, 1,2"), ("status", "closed")), NOW)
    assert asked.query.ids == ("3", "1", "2")
    assert (asked.query.requested, asked.query.statuses) == (None, frozenset())


@pytest.mark.parametrize(
    ("status", "statuses"),
    [
        ("open", OPEN),
        ("Closed", CLOSED_REPORT_STATUSES),
        ("open,closed", frozenset()),
        ("", frozenset()),
    ],
)
def test_status_is_open_or_closed(status: str, statuses: frozenset[ReportStatus]) -> None:
    """Both, or nothing, do not limit."""
    assert read_asked((("status", status),), NOW).query.statuses == statuses


def test_one_date_means_90_days_from_or_to_it() -> None:
    """A `+` that was not escaped arrives as a blank and is still a zone."""
    from_then = read_asked((("start_date", "2026-01-01T02:00:00 02:00"),), NOW).query.requested
    assert from_then is not None
    assert from_then.start == datetime(2026, 1, 1, tzinfo=UTC)
    assert from_then.end == from_then.start + timedelta(days=90)
    until_then = read_asked((("end_date", "2026-01-01T00:00:00Z"),), NOW).query.requested
    assert until_then is not None
    assert until_then.start == datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=90)


def test_pages_are_counted_from_one() -> None:
    """The third page of ten leaves out twenty."""
    asked = read_asked((("page", "3"), ("page_size", "10")), NOW)
    assert (asked.skip, asked.take) == (20, 10)


@pytest.mark.parametrize(
    "pairs",
    [
        (("page", "0"),),
        (("page_size", "1001"),),
        (("page", "²"),),
        (("status", "broken"),),
        (("start_date", "yesterday"),),
        (("start_date", "2026-02-01T00:00:00Z"), ("end_date", "2026-01-01T00:00:00Z")),
        (("start_date", "2025-01-01T00:00:00Z"), ("end_date", "2026-01-01T00:00:00Z")),
        (("start_date", "9999-12-31T00:00:00Z"),),
        (("end_date", "0001-01-01T00:00:00Z"),),
    ],
)
def test_what_cannot_be_asked_is_refused(pairs: Pairs) -> None:
    """Each of these is one fault, named by its parameter."""
    with pytest.raises(Open311Error) as caught:
        read_asked(pairs, NOW)
    assert len(caught.value.faults) == 1
    assert any(name in str(caught.value) for name, _ in pairs)
