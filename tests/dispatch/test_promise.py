"""What a citizen was told first, and whether that still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from equipage.dispatch.model import Assignment
from equipage.dispatch.promise import first_promise, lost_its_crew, slipped_by
from tests.dispatch.worlds import NOW, an_assignment

MINUTE = timedelta(minutes=1)


def made(minutes: int, promised: int | None, status: str = "released") -> Assignment:
    """Return an assignment made some minutes from now, that promised a crew after so many."""
    return replace(
        an_assignment("J1", status=status),
        created_at=NOW + minutes * MINUTE,
        promised_at=None if promised is None else NOW + promised * MINUTE,
    )


@pytest.mark.parametrize(
    ("assignments", "since", "promised"),
    [
        ((), 0, None),
        ((made(1, None, "planned"),), 0, None),
        ((made(1, 20), made(9, 40, "planned")), 0, 20),
        ((made(1, 20), made(3, 40), made(9, 60, "planned")), 0, 40),
        ((made(1, None), made(5, 40, "planned")), 0, 40),
        ((made(1, 20, "done"), made(90, 130, "planned")), 60, 130),
    ],
    ids=["no crew", "none told", "the first", "settled", "the first told", "since it was reopened"],
)
def test_the_first_promise_that_settled_counts(
    assignments: tuple[Assignment, ...], since: int, promised: int | None
) -> None:
    """Whichever crew it was; once a report was reopened everything begins anew."""
    told = first_promise(assignments, since=NOW + since * MINUTE, now=NOW + 100 * MINUTE)
    assert told == (None if promised is None else NOW + promised * MINUTE)


def test_what_was_told_a_moment_ago_is_no_promise_yet() -> None:
    """Four minutes after the first crew was found there is none; after five, that of whoever has it then."""
    burst = [made(0, 20), made(2, 65, "planned")]
    assert first_promise(burst, since=NOW, now=NOW + 4 * MINUTE) is None
    assert first_promise(burst, since=NOW, now=NOW + 5 * MINUTE) == NOW + 65 * MINUTE


@pytest.mark.parametrize(
    ("promised", "late"),
    [(NOW, None), (NOW - 4 * MINUTE, None), (NOW - 5 * MINUTE, 5 * MINUTE), (None, None)],
)
def test_five_minutes_are_a_delay(promised: datetime | None, late: timedelta | None) -> None:
    """Less is within what an arrival's interval says anyway, and an earlier one is no delay."""
    assert slipped_by(promised, NOW) == late
    assert slipped_by(NOW + 60 * MINUTE, NOW) is None


@pytest.mark.parametrize(
    ("statuses", "lost"),
    [
        ((), False),
        (("planned",), False),
        (("released",), True),
        (("refused", "released"), True),
        (("refused", "en_route"), False),
        (("done",), False),
    ],
)
def test_a_crew_is_lost_when_no_other_has_come(statuses: tuple[str, ...], lost: bool) -> None:  # noqa: FBT001
    """A report that never had one just waits."""
    assert lost_its_crew([made(1, 20, each) for each in statuses], since=NOW) is lost
    assert not lost_its_crew([made(1, 20, each) for each in statuses], since=NOW + 2 * MINUTE)
