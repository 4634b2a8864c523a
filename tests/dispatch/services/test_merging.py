"""Merging reports of the same thing, and taking that back."""

from __future__ import annotations

import pytest

from equipage.dispatch.errors import AlreadyAssignedError, IllegalStepError, InvalidInputError
from equipage.dispatch.model import Report
from equipage.dispatch.services.links import followers_of, kept_report
from equipage.dispatch.services.merging import merge_report, suggested_duplicates, unmerge_report
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from tests.dispatch.services.town import ACTOR, Town


def merge(town: Town, report: Report, into: Report, note: str = "") -> Report:
    """Merge a report into another."""
    with town.store.transaction() as tx:
        return merge_report(tx, report.id, into.id, note=note, now=town.now, actor=ACTOR)


def unmerge(town: Town, report: Report) -> Report:
    """Take a report apart again."""
    with town.store.transaction() as tx:
        return unmerge_report(tx, report.id, now=town.now, actor=ACTOR)


def kept(town: Town, report: Report) -> str:
    """Return the id of the report that is dealt with in place of one."""
    with town.store.reading() as reading:
        return kept_report(reading, reading.report(report.id)).id


def open_jobs(town: Town) -> set[str | None]:
    """Return the reports that the planner sees."""
    with town.store.reading() as reading:
        return {job.report_id for job in reading.open_jobs()}


def test_the_likeliest_duplicate_comes_first(town: Town) -> None:
    """Near in place and time and of the same service, or linked by somebody; never the report itself."""
    old = town.file((1000.0, 0.0))
    town.wait(25 * 60)
    near = town.file((1020.0, 0.0))
    other_service = town.file((1010.0, 0.0), service="police")
    town.file((1300.0, 0.0))
    linked = town.file((1100.0, 0.0), service="manual", linked_to=near.id)
    town.wait(60)
    mine = town.file((1030.0, 0.0))
    with town.store.reading() as reading:
        found = suggested_duplicates(reading, mine.id)
        of_near = suggested_duplicates(reading, near.id)
    assert [(each.report.id, round(each.distance_m)) for each in found] == [(near.id, 10)]
    assert found[0].apart.total_seconds() == 3600
    assert [each.report.id for each in of_near] == [linked.id, mine.id]
    assert old.id != other_service.id


def test_the_kept_one_is_dealt_with_for_both(town: Town) -> None:
    """The duplicate is closed, linked and out of the planner's sight; the kept one is as it was."""
    first, second = town.file(), town.file()
    merged = merge(town, second, first, note="known")
    assert (merged.status, merged.linked_to, merged.status_note) == (
        ReportStatus.DUPLICATE,
        first.id,
        "known",
    )
    assert town.report(first) == first
    assert open_jobs(town) == {first.id}
    assert kept(town, second) == first.id
    assert town.history(second)[-1] == "merged"
    assert town.history(first)[-1] == "duplicate_merged"
    assert merge(town, second, first) == merged


def test_a_chain_is_resolved(town: Town) -> None:
    """A in B, B in C: both follow C; and what is merged into B later goes to C."""
    a, b, c, d = (town.file() for _ in range(4))
    merge(town, a, b)
    merge(town, b, c)
    assert merge(town, d, b).linked_to == c.id
    assert {kept(town, each) for each in (a, b, d)} == {c.id}
    with town.store.reading() as reading:
        assert {each.id for each in followers_of(reading, c.id)} == {a.id, b.id, d.id}
    assert "kept_closed" not in town.history(a)
    unmerge(town, b)
    assert kept(town, a) == b.id


def test_a_link_the_other_way_round_gives_way(town: Town) -> None:
    """What a caller had linked to the one that becomes the duplicate is kept all the same, in no circle."""
    first = town.file()
    second = town.file(linked_to=first.id)
    merge(town, first, second)
    assert town.report(second).linked_to is None
    with town.store.transaction() as tx:
        close_report(tx, second.id, ReportStatus.DUPLICATE, note="", now=town.now, actor=ACTOR)
    assert kept(town, first) == second.id


def test_a_report_is_not_merged_in_a_circle(town: Town) -> None:
    """Neither into itself nor into its own duplicate."""
    a, b = town.file(), town.file()
    with pytest.raises(InvalidInputError, match="into itself"):
        merge(town, a, a)
    merge(town, a, b)
    with pytest.raises(InvalidInputError, match="which is merged into it"):
        merge(town, b, a)


def test_a_closed_report_takes_part_in_no_merging(town: Town) -> None:
    """It is reopened first."""
    closed, other = town.file(), town.file()
    with town.store.transaction() as tx:
        close_report(tx, closed.id, ReportStatus.DONE, note="", now=town.now, actor=ACTOR)
    for pair in ((closed, other), (other, closed)):
        with pytest.raises(IllegalStepError, match="reopen"):
            merge(town, *pair)


def test_the_planned_crew_of_a_duplicate_is_released(town: Town) -> None:
    """With the reason why."""
    first, second = town.file(), town.file()
    assignment = town.assign(second, "B")
    merge(town, second, first)
    ended = town.assignment(assignment)
    assert (ended.status, ended.reason) == (
        AssignmentStatus.RELEASED,
        f"it was merged into report {first.id}",
    )
    with town.store.reading() as reading:
        assert reading.plan().stops == ()


def test_a_report_that_a_crew_is_under_way_to_is_the_one_to_keep(town: Town) -> None:
    """Merging it is refused and the way out is named; the other way round it goes."""
    first, second = town.file(), town.file()
    town.advance(town.assign(second, "B"), "en_route")
    with pytest.raises(AlreadyAssignedError, match=f"merge report {first.id} into it"):
        merge(town, second, first)
    merge(town, first, second)
    assert town.live() == {second.id: "B"}


def test_unmerging_takes_it_up_as_it_was(town: Town) -> None:
    """It waits, due as before, and the planner sees it; what is not merged cannot be taken apart."""
    first, second = town.file(), town.file()
    merge(town, second, first)
    town.wait(1)
    apart = unmerge(town, second)
    assert (apart.status, apart.linked_to, apart.due_at) == (ReportStatus.ACKNOWLEDGED, None, second.due_at)
    assert open_jobs(town) == {first.id, second.id}
    assert town.history(first)[-1] == "duplicate_unmerged"
    with pytest.raises(IllegalStepError, match="merged into none"):
        unmerge(town, second)


@pytest.mark.parametrize("by_crew", [True, False])
def test_closing_the_kept_one_is_told_to_its_followers(town: Town, *, by_crew: bool) -> None:
    """Whether the crew says it is done or a dispatcher closes it: each duplicate is announced."""
    first, second, third = town.file(), town.file(), town.file()
    merge(town, third, second)
    merge(town, second, first)
    town.wait(5)
    if by_crew:
        town.advance(town.assign(first, "B"), "en_route", "on_site", "done")
    else:
        with town.store.transaction() as tx:
            close_report(tx, first.id, ReportStatus.DONE, note="mended", now=town.now, actor=ACTOR)
    for each in (second, third):
        follower = town.report(each)
        assert follower.status is ReportStatus.DUPLICATE
        assert (follower.closed_at, follower.updated_at) == (town.now, town.now)
        assert follower.status_note == ("" if by_crew else "mended")
        assert town.history(each)[-1] == "kept_closed"
        assert any(event.report_id == each.id and event.at == town.now for event in town.events("report"))
