"""What a crew is doing, from its shift and its work."""

from __future__ import annotations

import pytest

from equipage.dispatch.crews import crew_status, current_shift
from equipage.dispatch.model import CrewId, Shift
from equipage.dispatch.status import CrewStatus
from tests.dispatch.worlds import NOW, a_crew, a_shift, an_assignment, at

A = CrewId("A")


def test_the_current_shift_is_the_crews_own_that_is_on_now() -> None:
    """Neither another crew's shift nor one that is over or to come counts."""
    own, other = a_shift("A", (-2, 6)), a_shift("B", (-2, 6))
    over, to_come = a_shift("A", (-20, -12)), a_shift("A", (22, 30))
    assert current_shift([other, over, to_come, own], A, NOW) == own
    assert current_shift([other, over, to_come], A, NOW) is None


def test_a_shift_starts_with_its_first_second_and_ends_before_its_last() -> None:
    """At the start it is on, at the end no longer."""
    shift = a_shift("A", (0, 8))
    assert current_shift([shift], A, shift.span.start) == shift
    assert current_shift([shift], A, shift.span.end) is None


def test_of_two_shifts_at_once_the_earlier_counts() -> None:
    """A doubled roster is no error; the shift that began first is the current one."""
    early, late = a_shift("A", (-3, 5)), a_shift("A", (-1, 7))
    assert current_shift([late, early], A, NOW) == early


@pytest.mark.parametrize(
    "shift", [None, a_shift("A", (2, 10)), a_shift("A", (-10, -2)), a_shift("A", absent=True)]
)
def test_a_crew_without_a_shift_now_is_off(shift: Shift | None) -> None:
    """No shift, one to come, one that is over, or one that it does not come to."""
    assert crew_status(a_crew(), shift, [], NOW) is CrewStatus.OFF_SHIFT


def test_an_idle_crew_on_shift_is_available() -> None:
    """Having something planned changes nothing as long as it has not set off."""
    assert crew_status(a_crew(), a_shift(), [], NOW) is CrewStatus.AVAILABLE
    assert crew_status(a_crew(), a_shift(), [an_assignment()], NOW) is CrewStatus.AVAILABLE


def test_a_scheduled_break_and_a_pause_are_breaks() -> None:
    """From the break's first second until its last, or as long as the pause lasts."""
    shift = a_shift(breaks=[(0, 30)])
    assert crew_status(a_crew(), shift, [], NOW) is CrewStatus.ON_BREAK
    assert crew_status(a_crew(), shift, [], at(30)) is CrewStatus.AVAILABLE
    assert crew_status(a_crew(paused_since=at(-3)), a_shift(), [], NOW) is CrewStatus.ON_BREAK


@pytest.mark.parametrize("status", ["en_route", "on_site"])
@pytest.mark.parametrize("shift", [a_shift(), a_shift("A", (-10, -2)), a_shift(breaks=[(-5, 30)]), None])
def test_work_that_has_begun_says_what_a_crew_does(status: str, shift: Shift | None) -> None:
    """Even in its break or after its shift a crew that drives or works is driving or working."""
    live = [an_assignment("j2"), an_assignment(status=status)]
    assert crew_status(a_crew(), shift, live, NOW) == status
