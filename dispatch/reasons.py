"""Why something is so: a stable code with its facts, and the English sentence that they make.

`SENTENCES` is the one list of all reasons that dispatching knows. The pages word the same codes in their
reader's language (`api/static/js/i18n`, keys `why.…`); a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from equipage.dispatch.wording import duration_in_words, skills_in_words

Fact = str | int | tuple[str, ...]

SENTENCES: Mapping[str, tuple[str, ...]] = {
    # What keeps a crew from a job
    "off_shift": ("off shift, and no shift in sight", "off shift; the next one begins in {begins_in_s}"),
    "absent": ("absent this shift",),
    "paused": ("paused",),
    "missing_skills": ("lacks {skills}",),
    "has_refused": ("has refused it",),
    "on_break": ("on break for another {left_s}",),
    "off_network": ("it is too far from any road",),
    "crew_off_network": ("the crew is too far from any road",),
    "unreachable": ("no road leads from the crew to it",),
    "break_too_late": ("would take its break {late_s} too late",),
    "shift_ends_before": ("would finish {over_s} after its shift",),
    # What speaks for or against a crew
    "has_it": ("has it planned already",),
    "under_way": ("is on its way there already",),
    "there": ("is there already",),
    "nearest": ("nearest: {drive_s} by road",),
    "drive": ("{drive_s} by road",),
    "free_later": (
        "free in {free_in_s}, after its break",
        "free in {free_in_s}, after report {report_id}",
        "free in {free_in_s}, after planned work {planned_work_id}",
    ),
    "doubtful": ("it may take {longer_s} longer to be free",),
    "put_off": ("before what else it has planned ({count})",),
    "skills": ("has {skills}",),
    "in_time": ("in time, with {spare_s} to spare",),
    "late": ("late by {late_s}",),
    "stale_position": ("its position is {age_s} old",),
    "no_position": ("no position yet: taken to be at its depot",),
    # What has become of a suggestion since it was looked at
    "given_meanwhile": ("crew {crew_id} has been given it meanwhile",),
    "taken_meanwhile": ("has been given report {report_id} meanwhile", "has been given other work meanwhile"),
    "eta_grew": ("would be there {later_s} later than was told",),
    # Why a job has no crew
    "not_yet": ("planned for later: it begins within {begins_in_s}",),
    "held": ("a dispatcher is taking the call",),
    "awaiting_decision": ("a dispatcher decides who goes",),
    "no_crew": ("there is no crew",),
    "nobody_skilled": ("no crew has {skills}",),
    "no_signal": ("no signal from {crews}; a dispatcher may send them all the same",),
    "nobody_on_shift": (
        "nobody is on shift",
        "nobody is on shift; the next shift begins within {begins_in_s}",
        "nobody with {skills} is on shift",
        "nobody with {skills} is on shift; the next shift begins within {begins_in_s}",
    ),
    "all_refused": ("every crew on shift that could go has refused it",),
    "all_cut_off": ("no road leads there from any crew that could go",),
    "breaks_first": ("every crew that could go has its break first",),
    "shifts_end_before": ("every shift ends before the work could be finished",),
    "all_busy": ("every crew that could go is busy; the first is free within {free_in_s}",),
    # Why its crew lost it
    "refused": ("crew {crew_id} refused it: {said}",),
    "released": ("it was released", "it was released: {said}"),
    "gave_way": ("it gave way to report {report_id}",),
    "crew_gone": ("crew {crew_id} is not at work any more",),
    "shift_shortened": ("crew {crew_id} ends earlier today",),
    "given_away": ("it was given to crew {crew_id} instead",),
    "better_placed": ("another crew is better placed",),
    "closed": ("the report was closed: {status}",),
    "merged": ("it was merged into report {report_id}",),
    "handed_over": ("it was handed to {to}",),
    "work_cancelled": ("the work was cancelled",),
    "mended": ("it was released, for the report was mended",),
    "unmerged": ("it is no duplicate of report {report_id} after all",),
    "reopened": ("it was reopened",),
}
"""By code, one sentence for each set of facts it may come with; `_s` is a duration in seconds."""


@cache
def facts_in(sentence: str) -> frozenset[str]:
    """Return the names of the facts that a sentence tells."""
    return frozenset(re.findall(r"\{(\w+)\}", sentence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is so: a stable code to test for, its facts, and a sentence to read.

    Parameters
    ----------
    code : str
        One of `SENTENCES`.
    params : mapping of str to str, int or tuple of str
        Names, counts and seconds, for one of the code's sentences; a person's own words stay as they are.

    Raises
    ------
    ValueError
        If no sentence of that code tells just these facts.
    """

    code: str
    params: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(facts_in(sentence) == self.params.keys() for sentence in SENTENCES.get(self.code, ())):
            raise ValueError(
                f"no reason {self.code!r} tells of {', '.join(sorted(self.params)) or 'nothing'};"
                " add its sentence to SENTENCES and to the pages' catalogues"
            )

    @property
    def text(self) -> str:
        """The reason as an English sentence."""
        (sentence,) = (each for each in SENTENCES[self.code] if facts_in(each) == self.params.keys())
        return sentence.format_map({name: _in_words(name, fact) for name, fact in self.params.items()})


def because(code: str, **facts: Fact | float) -> Reason:
    """Return a reason from its facts; seconds are rounded.

    Parameters
    ----------
    code : str
        One of `SENTENCES`.
    **facts : str, float or tuple of str
        What its sentence tells.

    Raises
    ------
    ValueError
        If no sentence of that code tells just these facts.
    """
    rounded = {name: round(fact) if isinstance(fact, float) else fact for name, fact in facts.items()}
    return Reason(code=str(code), params=rounded)


def stored_reason(code: str, params: Mapping[str, Any]) -> Reason:
    """Return a reason from what JSON made of it, where a tuple has become a list.

    Parameters
    ----------
    code : str
        As stored.
    params : mapping
        As stored.
    """
    facts = {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in params.items()}
    return Reason(code=code, params=facts)


def _in_words(name: str, fact: Fact) -> str:
    if isinstance(fact, tuple):
        return skills_in_words(fact) if name == "skills" else ", ".join(fact)
    return duration_in_words(fact) if isinstance(fact, int) and name.endswith("_s") else str(fact)
