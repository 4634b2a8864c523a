"""What Open311's forms and queries say is understood, and every fault in them is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from shapely import box

from equipage.api.open311 import read_filed
from equipage.api.open311_pairs import Open311Error, Pairs, UnknownServiceError
from equipage.api.open311_queries import Asked
from equipage.api.open311_queries import read_asked as read_query
from equipage.dispatch.intake import NewReport
from equipage.dispatch.model import Jurisdiction, Service, ServiceAttribute, ServiceCode, Zone, ZoneId
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, ReportStatus, Source

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SERVICES = {
    ServiceCode("001"): Service(
        code=ServiceCode("001"),
        name="Holes",
        attributes=(
            ServiceAttribute(code="DEPTH", description="How deep?", datatype="number"),
            ServiceAttribute(code="WHERE", description="Where?", datatype="multivaluelist"),
        ),
    ),
    ServiceCode("666"): Service(
        code=ServiceCode("666"),
        name="Lamps",
        attributes=(
            ServiceAttribute(code="POLE", description="Which pole?", required=True),
            ServiceAttribute(code="LIGHT", description="How does it shine?", required=True),
        ),
    ),
}
ZONES = (
    Zone(id=ZoneId("w"), name="West", commune="Uno", geometry=box(4.9, 46.9, 5.02, 48.0)),
    Zone(id=ZoneId("e"), name="East", commune="Dos", geometry=box(5.02, 46.9, 5.2, 48.0)),
)
CITY = Jurisdiction(id="city.example", name="City")
UNO = Jurisdiction(id="uno.example", name="Uno", commune="Uno", services=frozenset({ServiceCode("001")}))
OPEN = frozenset(ReportStatus) - CLOSED_REPORT_STATUSES


def filed(*pairs: tuple[str, str], jurisdiction: Jurisdiction = CITY) -> NewReport:
    """Return the report that a form tells; the only street known is Main Street."""
    return read_filed(
        pairs,
        jurisdiction=jurisdiction,
        services=SERVICES,
        zones=ZONES,
        locate=lambda text: (5.0, 47.0) if text.startswith("Main") else None,
    )


def faults_of(*pairs: tuple[str, str], jurisdiction: Jurisdiction = CITY) -> tuple[str, ...]:
    """Return what is wrong with a form."""
    with pytest.raises(Open311Error) as caught:
        filed(*pairs, jurisdiction=jurisdiction)
    return caught.value.faults


def read_asked(pairs: Pairs, now: datetime, jurisdiction: Jurisdiction = CITY) -> Asked:
    """Return what a query asks the whole city for."""
    return read_query(pairs, now, jurisdiction)


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


def test_an_answer_given_several_times_is_a_list_with_or_without_brackets() -> None:
    """Applications write several answers in both ways; two where one is asked for are told."""
    place = (("service_code", "001"), ("lat", "47.3"), ("long", "5.04"))
    told = filed(*place, ("attribute[WHERE]", "lane"), ("attribute[WHERE]", "kerb"))
    assert told.attributes == {"WHERE": ["lane", "kerb"]}
    twice = (("attribute[DEPTH]", "3"), ("attribute[DEPTH]", "4"))
    assert faults_of(*place, *twice) == ("attribute DEPTH takes one answer, not 2",)


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


def test_faults_of_place_and_content_are_named_with_the_others() -> None:
    """A place elsewhere, a link that is none and two missing answers are four faults."""
    faults = faults_of(
        ("service_code", "666"),
        ("lat", "1"),
        ("long", "2"),
        ("media_url", "ftp://x"),
        ("attribute[POLE]", " "),
    )
    assert [fault.split(" ")[0] for fault in faults] == ["lon", "media_url", "attribute", "attribute"]
    assert faults[2:] == (
        "attribute POLE is missing: Which pole?",
        "attribute LIGHT is missing: How does it shine?",
    )


def test_no_address_is_known_by_an_id() -> None:
    """Who gives no more than that is asked for a place."""
    assert faults_of(("service_code", "001"), ("address_id", "545483")) == (
        "a place is missing: give lat and long, or address_string; no address is known here by an address_id",
    )


def test_a_communes_jurisdiction_takes_what_lies_in_it() -> None:
    """Elsewhere it says where that is; the same place is the whole city's business."""
    west, east = (("lat", "47.0"), ("long", "5.0")), (("lat", "47.0"), ("long", "5.1"))
    assert filed(("service_code", "001"), *west, jurisdiction=UNO).lon == 5.0
    (fault,) = faults_of(("service_code", "001"), *east, jurisdiction=UNO)
    assert fault.startswith("lat 47.0, long 5.1 is in Dos, and jurisdiction_id uno.example is for Uno only")
    assert filed(("service_code", "001"), *east).lon == 5.1


def test_a_report_is_of_the_commune_it_is_told_to_where_the_place_tells_none() -> None:
    """Without zones, or in a zone of no commune, the jurisdiction tells it."""
    pairs = (("service_code", "001"), ("lat", "47.0"), ("long", "5.1"))
    unknown = replace(ZONES[1], commune="")
    for zones in ((), (ZONES[0], unknown)):
        new = read_filed(
            pairs, jurisdiction=UNO, services=SERVICES, zones=zones, locate=lambda _address: None
        )
        assert new.commune == "Uno"
    assert filed(*pairs).commune == ""


def test_a_communes_jurisdiction_takes_its_own_services_only() -> None:
    """Another of the city's is unknown there."""
    with pytest.raises(UnknownServiceError, match="no service_code '666'"):
        filed(
            ("service_code", "666"),
            ("lat", "47"),
            ("long", "5"),
            *((f"attribute[{code}]", "1") for code in ("POLE", "LIGHT")),
            jurisdiction=UNO,
        )


def test_an_unknown_service_is_told_apart_only_when_it_is_the_only_fault() -> None:
    """It is 404 then, and one of several faults otherwise."""
    with pytest.raises(UnknownServiceError):
        filed(("service_code", "002"), ("lat", "47"), ("long", "5"))
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
    assert from_then.start + timedelta(days=90) in from_then
    assert from_then.start + timedelta(days=90, seconds=1) not in from_then
    until_then = read_asked((("end_date", "2026-01-01T00:00:00Z"),), NOW).query.requested
    assert until_then is not None
    assert until_then.start == datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=90)


def test_both_dates_are_included_as_they_are_shown() -> None:
    """What is shown as of 8:00:00 may be of half a second later, and is asked for by 8:00:00."""
    eight = "2026-05-01T08:00:00Z"
    span = read_asked((("start_date", eight), ("end_date", eight)), NOW).query.requested
    shown_as_eight = datetime(2026, 5, 1, 8, 0, 0, 999_999, tzinfo=UTC)
    assert span is not None
    assert shown_as_eight.replace(microsecond=0) in span
    assert shown_as_eight in span
    assert shown_as_eight + timedelta(microseconds=1) not in span


def test_a_changeset_has_changes_to_old_requests_too() -> None:
    """Asked for by what was changed, there are no 90 days; with a date beside it there are."""
    after = ("updated_after", "2026-05-01T08:00:00Z")
    query = read_asked((after, ("updated_before", "2026-05-02T08:00:00Z")), NOW).query
    eight = datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert (query.requested, query.updated_after) == (None, eight - timedelta(microseconds=1))
    assert query.updated_before == eight + timedelta(days=1, seconds=1)
    assert read_asked((after, ("start_date", "2026-04-01T00:00:00Z")), NOW).query.requested is not None


def test_lists_have_commas_or_several_names_or_both() -> None:
    """`a,b&c` and `a&b,c` are the same."""
    pairs = (("service_code", "001, 002"), ("service_code", "003"), ("status", "open"), ("status", "closed"))
    query = read_asked(pairs, NOW).query
    assert query.service_codes == {"001", "002", "003"}
    assert query.statuses == frozenset()


def test_a_circle_is_asked_for_in_metres() -> None:
    """Lat, long and radius go together."""
    pairs = (("lat", "47.1"), ("long", "5.0"), ("radius", "250"))
    assert read_asked(pairs, NOW).query.near == (5.0, 47.1, 250.0)


def test_a_communes_jurisdiction_is_asked_about_itself_only() -> None:
    """Also by ids; the whole city has no limit."""
    assert read_asked((("service_request_id", "1"),), NOW, UNO).query.communes == {"Uno"}
    assert read_asked((), NOW, UNO).query.communes == {"Uno"}
    assert read_asked((), NOW).query.communes == frozenset()


def test_every_fault_of_a_query_is_named_at_once() -> None:
    """Seven parameters, seven faults."""
    pairs = (
        ("page", "0"),
        ("page_size", "x"),
        ("status", "sad"),
        ("start_date", "soon"),
        ("updated_after", "2026-05-02T08:00:00Z"),
        ("updated_before", "2026-05-01T08:00:00Z"),
        ("lat", "north"),
        ("radius", "-1"),
    )
    with pytest.raises(Open311Error) as caught:
        read_asked(pairs, NOW)
    named = [fault.split(" ")[0] for fault in caught.value.faults]
    assert named == [
        "page",
        "page_size",
        "updated_before",
        "status",
        "start_date",
        "long",
        "lat",
        "radius",
    ]


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
        (("radius", "NaN"), ("lat", "47"), ("long", "5")),
        (("lat", "91"), ("long", "5"), ("radius", "10")),
        (("radius", "10"), ("lat", "47")),
    ],
)
def test_what_cannot_be_asked_is_refused(pairs: Pairs) -> None:
    """Each of these is one fault, named by its parameter."""
    with pytest.raises(Open311Error) as caught:
        read_asked(pairs, NOW)
    assert len(caught.value.faults) == 1
    assert any(name in str(caught.value) for name, _ in pairs)
