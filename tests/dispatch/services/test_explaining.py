"""Which crews had a report before, from the record."""

from __future__ import annotations

from equipage.dispatch.services.explaining import earlier_crews
from tests.dispatch.services.town import Town


def test_crews_that_lost_a_report_are_told_with_why_the_latest_first(town: Town) -> None:
    """A is given it and refuses in its own words; B is given it, and a dispatcher gives it to C instead."""
    report = town.file()
    refused = town.assign(report, "A")
    town.wait(1)
    town.advance(refused, "refused", reason="no ladder")
    refused_at = town.now
    town.assign(report, "B")
    town.wait(1)
    town.assign(report, "C")
    with town.store.reading() as reading:
        found = earlier_crews(reading, report.id)
    assert [(each.crew_id, each.until, each.reason.text) for each in found] == [
        ("B", town.now, "it was given to crew C instead"),
        ("A", refused_at, "crew A refused it: no ladder"),
    ]
