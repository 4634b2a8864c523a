"""Reports: round trips, versions, and every way to look for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipage.data.errors import RefusedRowError
from equipage.data.store import SqlStore
from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.model import Contact, Report, ReportId, Service, ServiceCode, TimeSpan
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.reasons import SENTENCES, Fact, Reason, because, facts_in
from equipage.dispatch.status import ReportStatus, Source
from equipage.geo.earth import distance_m
from tests.data.examples import LAT, LON, MINUTE, NOW, SERVICE, ZONE, new_report, save_city

# What PostgreSQL can store as text: no NUL, and no half of a surrogate pair.
words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
FIRST, LAST = datetime(1900, 1, 1), datetime(9000, 1, 1)  # noqa: DTZ001 (Hypothesis adds the zones)
# Fixed offsets only: to Python a time that a change of the clocks makes ambiguous equals no other zone's.
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(FIRST, LAST, timezones=zones)
maybe_moments = st.none() | moments
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


def facts(name: str) -> st.SearchStrategy[Fact]:
    """Return any fact of that name."""
    if name in {"skills", "crews"}:
        return st.lists(words, max_size=3).map(tuple)
    return st.integers(0, 10**6) if name.endswith("_s") else words


@st.composite
def reasons(draw: st.DrawFn) -> Reason:
    """Draw any reason that there is."""
    code = draw(st.sampled_from(sorted(SENTENCES)))
    names = sorted(facts_in(draw(st.sampled_from(SENTENCES[code]))))
    return Reason(code=code, params={name: draw(facts(name)) for name in names})


reports = st.builds(
    Report,
    id=st.just(ReportId("unset")),
    service_code=st.just(SERVICE),
    status=st.sampled_from(ReportStatus),
    priority=st.integers(1, 4),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    requested_at=moments,
    updated_at=moments,
    due_at=moments,
    source=st.sampled_from(Source),
    public=st.booleans(),
    description=words,
    address=words,
    zone_id=st.none() | st.just(ZONE),
    commune=words,
    contact=st.builds(
        Contact,
        first_name=words,
        last_name=words,
        email=words,
        phone=words,
        account_id=words,
        device_id=words,
    ),
    attributes=st.dictionaries(words, json_values, max_size=3),
    media_url=words,
    expected_at=maybe_moments,
    held_until=maybe_moments,
    unassigned_reason=st.none() | reasons(),
    status_note=words,
    closed_at=maybe_moments,
    version=st.integers(1, 2**31 - 1),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(report=reports)
def test_a_report_comes_back_as_it_was_added(store: SqlStore, report: Report) -> None:
    """Whatever is in a report, the stored one is equal to it, and its times are in UTC."""
    with store.transaction() as tx:
        save_city(tx)
        report = replace(report, id=ReportId(tx.next_id("report")))
        tx.add_report(report)
    with store.reading() as reading:
        stored = reading.report(report.id)
    assert stored == report
    assert stored.requested_at.tzinfo is UTC


def _add(store: SqlStore, *added: Report) -> None:
    with store.transaction() as tx:
        save_city(tx)
        for report in added:
            tx.add_report(report)


def _found(store: SqlStore, **query: object) -> list[str]:
    with store.reading() as reading:
        return [report.id for report in reading.reports(ReportQuery(**query)).items]  # type: ignore[arg-type]


def test_a_time_without_zone_is_refused(store: SqlStore) -> None:
    """Nobody knows which moment a naive time is, so it is refused, and the message says why."""
    with pytest.raises(RefusedRowError, match="no time zone"):
        _add(store, new_report("1", closed_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_an_unknown_report_is_named(store: SqlStore) -> None:
    """The error says what there is none of."""
    with store.reading() as reading, pytest.raises(NotFoundError, match="no report '77'"):
        reading.report(ReportId("77"))


def test_a_second_report_of_one_id_is_a_conflict(store: SqlStore) -> None:
    """The first one stays, and the transaction can go on."""
    first = new_report("1", description="first")
    _add(store, first)
    with store.transaction() as tx:
        with pytest.raises(ConflictError, match="'1'"):
            tx.add_report(new_report("1", description="second"))
        assert tx.report(first.id) == first


def test_a_report_of_an_unknown_service_is_refused(store: SqlStore) -> None:
    """A foreign key refuses it."""
    with pytest.raises(RefusedRowError, match=r"(?i)foreign key"):
        _add(store, new_report("1", service_code="unknown"))


def test_saving_returns_the_next_version(store: SqlStore) -> None:
    """What `save_report` returns is what is stored: the changes with a version one greater."""
    _add(store, new_report("1"))
    with store.transaction() as tx:
        saved = tx.save_report(replace(tx.report(ReportId("1")), description="new"))
    assert saved == new_report("1", description="new", version=2)
    with store.reading() as reading:
        assert reading.report(saved.id) == saved


def test_a_report_that_changed_meanwhile_is_not_overwritten(store: SqlStore) -> None:
    """Of two who loaded the same version the second is refused, and the first one's change stays."""
    _add(store, new_report("1"))
    with store.reading() as reading:
        loaded = reading.report(ReportId("1"))
    with store.transaction() as tx:
        tx.save_report(replace(loaded, description="first"))
    with pytest.raises(ConflictError, match="version 2 is stored, not 1"), store.transaction() as tx:
        tx.save_report(replace(loaded, description="second"))
    with store.reading() as reading:
        assert reading.report(loaded.id).description == "first"


def test_of_several_reports_those_that_changed_meanwhile_are_left_as_they_are(store: SqlStore) -> None:
    """The others are saved; told is which, with the versions that are stored now."""
    for number in ("1", "2", "3"):
        _add(store, new_report(number))
    with store.reading() as reading:
        loaded = [reading.report(ReportId(number)) for number in ("3", "2", "1")]
    with store.transaction() as tx:
        tx.save_report(replace(loaded[1], description="first"))
    with store.transaction() as tx:
        saved = tx.save_reports([replace(report, description="second") for report in loaded])
        assert saved == [new_report(number, description="second", version=2) for number in ("3", "1")]
        assert [tx.report(report.id) for report in saved] == saved
        assert tx.report(ReportId("2")).description == "first"
        assert list(tx.save_reports([])) == []


def test_what_the_planner_finds_out_is_no_other_version(store: SqlStore) -> None:
    """Why a report waits and when it is expected are kept, and whoever looked before may change it still."""
    _add(store, new_report("1"))
    found_out = {"unassigned_reason": because("held"), "expected_at": NOW, "updated_at": NOW + MINUTE}
    noted = new_report("1", **found_out)
    with store.transaction() as tx:
        # Nothing else is taken from what is noted.
        assert tx.note_reports([replace(noted, description="noted")]) == [replace(noted, description="noted")]
        assert tx.report(noted.id) == noted
        assert list(tx.note_reports([])) == []
    with store.transaction() as tx:
        assert tx.save_report(replace(noted, description="first")).version == 2


def test_nothing_is_noted_of_a_report_that_changed_meanwhile(store: SqlStore) -> None:
    """What was found out about it as it was may be wrong; of the others it is kept."""
    _add(store, new_report("1"), new_report("2"))
    with store.transaction() as tx:
        changed = tx.save_report(new_report("1", description="first"))
        noted = [new_report(number, unassigned_reason=because("held")) for number in ("1", "2", "3")]
        assert tx.note_reports(noted) == [noted[1]]
        assert [tx.report(report.id) for report in noted[:2]] == [changed, noted[1]]


def test_saving_a_report_that_was_never_added_is_an_error(store: SqlStore) -> None:
    """A report is added once, by `add_report`."""
    with store.transaction() as tx, pytest.raises(NotFoundError, match="no report '1'"):
        tx.save_report(new_report("1"))


def test_a_nul_in_what_is_looked_for_is_the_askers_fault(store: SqlStore) -> None:
    """PostgreSQL cannot even be asked; on either no such thing is found, and no server has failed."""
    either = (InvalidInputError, NotFoundError)
    with pytest.raises(either, match=r"NUL|no report"), store.reading() as reading:
        reading.report(ReportId("a\0b"))


def test_reports_come_newest_first(store: SqlStore) -> None:
    """An empty query finds all, the latest request first."""
    _add(store, *(new_report(str(age), requested_at=NOW - age * MINUTE) for age in (2, 0, 3, 1)))
    assert _found(store) == ["0", "1", "2", "3"]


def test_each_field_of_a_query_limits(store: SqlStore) -> None:
    """Ids, states, services, communes, openness, time and last change each leave out what does not match."""
    other = ServiceCode("autre")
    with store.transaction() as tx:
        tx.save_service(Service(code=other, name="Autre"))
    _add(
        store,
        new_report("a", status=ReportStatus.DONE, commune="Dijon", updated_at=NOW),
        new_report("b", service_code=other, commune="Talant", public=False, updated_at=NOW + MINUTE),
        new_report("c", requested_at=NOW - 5 * MINUTE, commune="Quetigny", updated_at=NOW + 2 * MINUTE),
    )
    assert _found(store, ids=["a", "c", "z"]) == ["a", "c"]
    assert _found(store, statuses=frozenset({ReportStatus.DONE})) == ["a"]
    assert _found(store, service_codes=frozenset({other})) == ["b"]
    assert _found(store, communes=frozenset({"Dijon", "Talant"})) == ["b", "a"]
    assert _found(store, public_only=True) == ["a", "c"]
    assert _found(store, requested=TimeSpan(start=NOW - 5 * MINUTE, end=NOW)) == ["c"]
    assert _found(store, updated_after=NOW) == ["b", "c"]
    assert _found(store, updated_after=NOW, updated_before=NOW + 2 * MINUTE) == ["b"]
    assert _found(store, updated_after=NOW, communes=frozenset({"Dijon"})) == []


def test_text_finds_every_word_in_any_case(store: SqlStore) -> None:
    """All words must occur, wherever: id, description or address; accents have capitals; % is just a sign."""
    _add(
        store,
        new_report("101", description="Éclairage cassé", address="12 rue de la Liberté"),
        new_report("102", description="100% cassé", address="Place Émile-Zola"),
    )
    assert _found(store, text="CASSÉ liberté") == ["101"]
    assert _found(store, text="éclairage") == ["101"]
    assert _found(store, text="émile 102") == ["102"]
    assert _found(store, text="%") == ["102"]
    assert _found(store, text="cassé") == ["102", "101"]
    assert _found(store, text="cassé Beaune") == []


def test_near_finds_exactly_what_lies_within_the_distance(store: SqlStore) -> None:
    """Of 300 places the ones found are those whose great-circle distance is small enough."""
    offsets = np.random.default_rng(7).uniform(-0.02, 0.02, size=(300, 2))
    places = {str(i): (LON + dx, LAT + dy) for i, (dx, dy) in enumerate(offsets.tolist())}
    _add(store, *(new_report(key, lon=lon, lat=lat) for key, (lon, lat) in places.items()))
    inside = {key for key, place in places.items() if distance_m((LON, LAT), place) <= 900.0}
    assert 10 < len(inside) < 290
    assert set(_found(store, near=(LON, LAT, 900.0))) == inside


@pytest.mark.parametrize(("lon", "lat"), [(179.9999, 10.0), (-179.9999, -60.0), (30.0, 89.9999)])
def test_near_goes_around_the_globe(store: SqlStore, lon: float, lat: float) -> None:
    """A place just beyond the 180th meridian or the pole is near, as it is on the globe."""
    beyond = (30.0 - 180.0, 89.9999) if lat > 80 else (-lon, lat)
    _add(store, new_report("1", lon=beyond[0], lat=beyond[1]), new_report("2", lon=0.0, lat=0.0))
    assert _found(store, near=(lon, lat, 50.0)) == ["1"]


def test_near_pages_like_any_other_query(store: SqlStore) -> None:
    """Distance is judged before the page is cut: full pages of what is near, then the rest."""
    ages = range(40)
    _add(
        store,
        *(
            new_report(str(age), requested_at=NOW - age * MINUTE, lon=LON + (0.01 if age % 2 else 0.0))
            for age in ages
        ),
    )
    near = (LON, LAT, 700.0)
    pages = _pages(store, ReportQuery(near=near, limit=7))
    assert [len(page) for page in pages] == [7, 7, 6]
    assert [report_id for page in pages for report_id in page] == [str(age) for age in ages if age % 2 == 0]


def _pages(store: SqlStore, query: ReportQuery) -> list[list[str]]:
    pages: list[list[str]] = []
    while True:
        with store.reading() as reading:
            page = reading.reports(query)
        pages.append([report.id for report in page.items])
        if not page.next_cursor:
            return pages
        query = replace(query, cursor=page.next_cursor)


def test_pages_are_every_report_once_even_of_one_moment(store: SqlStore) -> None:
    """Reports of the same moment are cut between pages without loss or repetition."""
    numbers = [f"{number:02}" for number in range(20)]
    _add(store, *(new_report(number, requested_at=NOW - int(number) // 7 * MINUTE) for number in numbers))
    pages = _pages(store, ReportQuery(limit=5))
    assert [len(page) for page in pages] == [5, 5, 5, 5]
    assert sorted(report_id for page in pages for report_id in page) == numbers


def test_new_reports_shift_no_page(store: SqlStore) -> None:
    """A report that arrives between two pages is on neither, and nothing is left out."""
    _add(store, *(new_report(str(age), requested_at=NOW - age * MINUTE) for age in range(4)))
    with store.reading() as reading:
        first = reading.reports(ReportQuery(limit=2))
    with store.transaction() as tx:
        tx.add_report(new_report("new", requested_at=NOW + MINUTE))
    assert _found(store, limit=2, cursor=first.next_cursor) == ["2", "3"]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "bnVsbA==",
        "WzEsMl0=",
        "W10=",
        "WyIyMDI2LTAxLTAxIiwgIjEiXQ==",
        "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgIjEiXQ==",
    ],
)
def test_a_foreign_cursor_is_an_input_fault(store: SqlStore, cursor: str) -> None:
    """What is not one of our cursors is said to be none."""
    with store.reading() as reading, pytest.raises(InvalidInputError, match="cursor"):
        reading.reports(ReportQuery(cursor=cursor))


def test_a_page_has_at_least_one_report(store: SqlStore) -> None:
    """A limit below one would page for ever."""
    with store.reading() as reading, pytest.raises(InvalidInputError, match="limit must be at least 1"):
        reading.reports(ReportQuery(limit=0))


def test_the_default_page_has_500(store: SqlStore) -> None:
    """Of 501 reports the last one is on the second page."""
    _add(store, *(new_report(str(age), requested_at=NOW - timedelta(seconds=age)) for age in range(501)))
    pages = _pages(store, ReportQuery())
    assert [len(page) for page in pages] == [500, 1]


def test_text_is_found_without_accents_on_both_dialects(store: SqlStore) -> None:
    """Accents and case of either side do not matter; the commune counts, and so does the service's name."""
    _add(
        store,
        new_report("101", description="Éclairage CASSÉ", address="rue de la Liberté", commune="Chenôve"),
    )
    for text in ("eclairage casse", "ÉCLAIRAGE", "liberte chenove", "CHENÔVE éclairage"):
        assert _found(store, text=text) == ["101"]
    with store.reading() as reading:
        service = reading.services()[SERVICE]
    assert _found(store, text=f"{service.name.upper()} casse") == ["101"]
    assert _found(store, text="casse beaune") == []


@pytest.mark.parametrize("asked", ["06 12 34 56 78", "0612345678", "+33612345678", "345678"])
def test_a_telephone_number_is_found_where_it_may_be(store: SqlStore, asked: str) -> None:
    """However it is written; only where phones are searched, and not by three digits."""
    _add(store, new_report("1", contact=Contact(phone="06.12.34.56.78")))
    assert _found(store, text=asked, phones=True) == ["1"]
    assert _found(store, text=asked) == []
    assert _found(store, text="345", phones=True) == []
