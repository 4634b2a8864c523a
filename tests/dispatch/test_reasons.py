"""Reasons: one list of codes, each with sentences that tell exactly its facts."""

from __future__ import annotations

import pytest

from equipage.dispatch.eligibility import Obstacle
from equipage.dispatch.planning.suggest import Because
from equipage.dispatch.planning.waiting import WaitingFor
from equipage.dispatch.reasons import SENTENCES, Reason, because, facts_in, stored_reason


def test_every_code_of_a_decision_has_its_sentence() -> None:
    """Obstacles, reasons to wait and reasons for a crew are all in the one list."""
    assert set(Obstacle) | set(WaitingFor) | set(Because) <= set(SENTENCES)


@pytest.mark.parametrize("code", SENTENCES)
def test_the_facts_choose_the_sentence(code: str) -> None:
    """No two sentences of a code tell the same facts: storage need not keep which of them is meant."""
    told = [facts_in(sentence) for sentence in SENTENCES[code]]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (because("nobody_on_shift"), "nobody is on shift"),
        (because("nobody_on_shift", skills=("gas", "lift")), "nobody with the skills gas, lift is on shift"),
        (because("in_time", spare_s=4799.7), "in time, with 1 h 20 min to spare"),
        (
            because("no_signal", crews=("A", "B")),
            "no signal from A, B; a dispatcher may send them all the same",
        ),
        (because("refused", crew_id="A", said="{crew_id}?"), "crew A refused it: {crew_id}?"),
    ],
)
def test_the_sentence_is_made_of_the_facts(reason: Reason, text: str) -> None:
    """Durations and skills are worded; what a person said stays as it is."""
    assert reason.text == text


@pytest.mark.parametrize(("code", "facts"), [("off_shift", {"over_s": 1}), ("late", {}), ("bad_luck", {})])
def test_a_reason_that_nobody_can_word_is_refused(code: str, facts: dict[str, int]) -> None:
    """A code without a sentence for just these facts is an error where it is made, not where it is read."""
    with pytest.raises(ValueError, match=rf"no reason '{code}' tells of"):
        because(code, **facts)


def test_a_stored_reason_is_the_same_again() -> None:
    """Lists, which JSON makes of tuples, are tuples again, so that an unchanged reason is no news."""
    reason = because("missing_skills", skills=("gas",))
    assert stored_reason(reason.code, {"skills": ["gas"]}) == reason
