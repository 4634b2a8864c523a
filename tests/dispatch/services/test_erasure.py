"""A citizen's contact is forgotten everywhere, and nothing else of the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from sqlalchemy import MetaData, create_engine, select

from equipage.dispatch.model import Contact, Report
from equipage.dispatch.redaction import BLACKED_OUT
from equipage.dispatch.services.erasure import erase_contact, was_erased
from equipage.dispatch.services.merging import merge_report
from equipage.dispatch.services.notes import take_note, withdraw_note
from equipage.dispatch.services.reports import ReportChanges, amend_report, close_report
from equipage.dispatch.status import NoteSubject, ReportStatus
from tests.dispatch.services.town import ACTOR, Town

CITIZEN = "citizen"
CLAIRE = Contact(
    first_name="Claire",
    last_name="Montbard",
    email="claire.montbard@courriel.example",
    phone="+33 3 80 55 01 23",
    account_id="compte-8841",
    device_id="appareil-5577",
)
SECRETS = ("claire.montbard", "80 55 01 23", "compte-8841", "appareil-5577", "Montbard")


def erase(town: Town, report: Report) -> Report:
    """Forget who sent a report, as the citizen wants it."""
    with town.store.transaction() as tx:
        return erase_contact(tx, report.id, now=town.now, actor=CITIZEN)


def stored_rows(database_url: str) -> Iterator[str]:
    """Yield every row of every table, whatever tables there are."""
    engine = create_engine(database_url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield f"{table.name}: {dict(row._mapping)}"
    engine.dispose()


def busy_report(town: Town) -> Report:
    """Return a closed report in whose texts and records the contact is repeated."""
    mail, phone = CLAIRE.email.upper(), CLAIRE.phone
    report = town.file(contact=CLAIRE, description=f"A hole. Write to {mail}")
    refused = town.assign(report, "A")
    town.advance(refused, "refused", reason=f"called {phone}, nobody there")
    with town.store.transaction() as tx:
        changes = ReportChanges(description=f"A hole, says Claire Montbard ({mail})")
        amend_report(tx, report.id, changes, now=town.now, actor=ACTOR)
    with town.store.transaction() as tx:
        say = partial(take_note, tx, NoteSubject.REPORT, report.id, now=town.now, actor=ACTOR)
        say(f"Call {phone}", public=True)
        withdraw_note(tx, say(f"Call {phone}", public=False).id, now=town.now, actor=ACTOR)
    with town.store.transaction() as tx:
        note = f"We wrote to {CLAIRE.email}"
        close_report(tx, report.id, ReportStatus.REJECTED, note=note, now=town.now, actor=ACTOR)
    return town.report(report)


def test_no_table_holds_the_contact_any_more(town: Town, database_url: str) -> None:
    """Neither the report nor its texts, neither audit, note nor announcement, nor why a crew refused."""
    report = busy_report(town)
    before = "\n".join(stored_rows(database_url))
    assert all(secret.lower() in before.lower() for secret in SECRETS)
    erase(town, report)
    told = [row for row in stored_rows(database_url) if any(each.lower() in row.lower() for each in SECRETS)]
    assert told == []


def test_all_else_about_the_report_stays(town: Town) -> None:
    """What happened is still told, with black in the place of the person; the citizen's list sees no news."""
    report = busy_report(town)
    town.wait(minutes=5)
    erased = erase(town, report)
    assert erased == replace(
        report,
        contact=Contact(),
        description=f"A hole, says {BLACKED_OUT} ({BLACKED_OUT})",
        status_note=f"We wrote to {BLACKED_OUT}",
        version=report.version + 2,
    )
    assert town.report(report) == erased
    assert town.history(report)[-2:] == ["closed", "contact_erased"]


def test_the_audit_says_that_it_was_done_and_no_more(town: Town) -> None:
    """By whom and when, without a detail; an announcement has the consoles look again."""
    report = town.file(contact=CLAIRE)
    erase(town, report)
    with town.store.reading() as reading:
        entry = reading.audit("report", report.id)[-1]
        assert was_erased(reading, report.id)
    assert (entry.actor, entry.action, entry.at, entry.details) == (CITIZEN, "contact_erased", town.now, {})
    assert [event.report_id for event in town.events("report")] == [report.id, report.id]


def test_what_the_citizens_of_duplicates_were_told_is_cleaned_too(town: Town, database_url: str) -> None:
    """A note on the kept report is told to all of them; their own contacts stay."""
    kept = town.file(contact=CLAIRE)
    other = town.file(contact=Contact(email="other@courriel.example"))
    with town.store.transaction() as tx:
        merge_report(tx, other.id, kept.id, note="", now=town.now, actor=ACTOR)
    with town.store.transaction() as tx:
        note = f"We told {CLAIRE.email}"
        close_report(tx, kept.id, ReportStatus.DONE, note=note, now=town.now, actor=ACTOR)
    assert CLAIRE.email in town.report(other).status_note
    erase(town, kept)
    assert town.report(other).status_note == f"We told {BLACKED_OUT}"
    assert town.report(other).contact.email == "other@courriel.example"
    assert not any(CLAIRE.email in row for row in stored_rows(database_url))


def test_once_more_changes_nothing(town: Town) -> None:
    """Nor does it where there never was a contact."""
    report, nobodys = town.file(contact=CLAIRE), town.file()
    erased = erase(town, report)
    assert erase(town, report) == erased
    assert erase(town, nobodys) == nobodys
    assert town.history(report).count("contact_erased") == 1
    with town.store.reading() as reading:
        assert not was_erased(reading, nobodys.id)


def test_other_reports_keep_theirs(town: Town) -> None:
    """Also those of the same person: each has a link of its own."""
    first, second = town.file(contact=CLAIRE), town.file(contact=CLAIRE)
    erase(town, first)
    assert town.report(second).contact == CLAIRE


def test_a_contact_too_short_to_lead_anywhere_blacks_nothing_out(town: Town) -> None:
    """A first name alone is a word like others."""
    report = town.file(contact=Contact(first_name="Rose", phone="112"), description="Rose bushes, call 112")
    assert erase(town, report).description == "Rose bushes, call 112"
    assert town.report(report).contact == Contact()
