"""Why something is so: a stable code with its facts, and the English sentence that they make.

`SENTENCES` is the one list of all reasons that dispatching knows. The pages word the same codes in their
reader's language (`api/static/js/i18n`, keys `why.…`); a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from equipage.dispatch.wording import duration_in_words, skills_in_words

if TYPE_CHECKING:
    from equipage.dispatch.model import Job

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
    "not_heard": ("its tracker has not been heard of for long",),
    "break_too_late": ("would take its break {late_s} too late",),
    "shift_ends_before": ("would finish {over_s} after its shift",),
    "pinned_elsewhere": ("pinned to crew {crew_id} by a dispatcher",),
    "has_to_do_first": (
        "has to do report {report_id} first",
        "has to do planned work {planned_work_id} first",
    ),
    "too_late_there": ("would be there {late_s} after the last moment",),
    "too_late_elsewhere": (
        "would come to report {report_id} {late_s} after the last moment",
        "would come to planned work {planned_work_id} {late_s} after the last moment",
    ),
    "planned_cut_off": (
        "is to go to report {report_id}, to which no road leads",
        "is to go to planned work {planned_work_id}, to which no road leads",
    ),
    "no_room": ("carries {excess} too little",),
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
    # What it does that a crew has a job, and what it would do that another has it
    "adds_drive": ("{drive_s} of driving",),
    "saves_drive": ("saves {drive_s} of driving",),
    "reached_in": ("reached in {arrives_in_s}",),
    "others_later": ("other jobs begin {later_s} later in all",),
    "others_sooner": ("other jobs begin {sooner_s} sooner in all",),
    "makes_late": (
        "makes report {report_id} late by {late_s}",
        "makes planned work {planned_work_id} late by {late_s}",
    ),
    "makes_later": (
        "makes report {report_id}, late already, another {later_s} later",
        "makes planned work {planned_work_id}, late already, another {later_s} later",
    ),
    "makes_less_late": (
        "makes report {report_id} {sooner_s} less late",
        "makes planned work {planned_work_id} {sooner_s} less late",
    ),
    "takes_over": ("takes it from crew {crew_id}",),
    "leaves_area": ("the area that it leaves has no other idle crew as near",),
    "told_otherwise": ("changes what the crew is to do next",),
    "more_drive": ("+{drive_s} of driving",),
    "less_drive": ("{drive_s} less driving",),
    "there_later": ("there {later_s} later",),
    "there_sooner": ("there {sooner_s} sooner",),
    "there_alike": ("there at the same time",),
    "dearer": ("costs more than those",),
    # Why it is with its crew
    "best_for_all": ("the best crew for all reports together",),
    "only_one": ("the only crew that can have it",),
    "nearest_goes": ("the nearest crew goes to reports of this kind",),
    "better_now": ("as things are now, crew {crew_id} would do better",),
    "told_next": ("the crew was told to do it next",),
    "pinned": ("pinned to this crew by a dispatcher",),
    "chosen": ("a dispatcher chose this crew",),
    "chosen_against": ("the planner would send crew {crew_id}",),
    "chosen_alike": ("the planner would choose it, too",),
    # Why it is reached later than was told
    "later_than_told": ("{later_s} later than was told when the crew was chosen",),
    "held_up": (
        "its crew is still busy with report {report_id}",
        "its crew is still busy with planned work {planned_work_id}",
    ),
    "came_between": (
        "report {report_id} came in between: {later_s}",
        "planned work {planned_work_id} came in between: {later_s}",
    ),
    # What would help
    "help_skill": ("somebody with {skills} joins crew {crew_id}",),
    "help_refusal": ("crew {crew_id} takes back its refusal",),
    "help_pin": ("it is unpinned from crew {crew_id}",),
    "help_room": ("crew {crew_id} makes room for {excess} more",),
    "help_way": ("a road to it is open", "a road from crew {crew_id} to it is open"),
    "help_first": (
        "crew {crew_id} puts off report {report_id}",
        "crew {crew_id} puts off planned work {planned_work_id}",
    ),
    "help_window": (
        "it may begin {late_s} later",
        "report {report_id} may begin {late_s} later",
        "planned work {planned_work_id} may begin {late_s} later",
    ),
    "help_break": ("crew {crew_id} takes its break {late_s} later",),
    "help_overtime": ("crew {crew_id} works {over_s} overtime",),
    "help_crew": (
        "one more crew from {depot}, {drive_s} by road",
        "one more crew with {skills} from {depot}, {drive_s} by road",
    ),
    "help_crew_near": (
        "one more crew that can be there in {arrives_in_s}",
        "one more crew with {skills} that can be there in {arrives_in_s}",
    ),
    "help_any_crew": ("one more crew", "one more crew with {skills}"),
    "help_due": ("it is due {late_s} later",),
    "help_by_hand": ("a dispatcher gives it to crew {crew_id}, which is free to have it",),
    "help_place": ("its place is moved onto a road",),
    "help_return": ("crew {crew_id} comes back to work",),
    "help_let_go": ("whoever takes the call lets go of it",),
    "help_time": ("its time comes: it is planned then",),
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
    "all_paused": ("every crew for it on shift is paused: {crews}",),
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
    "all_busy": ("every crew for it is busy; one is free within {free_in_s}",),
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
    "undone": ("{by} took a change back",),
    # What would be broken by a plan
    "unsound_twice": (
        "crew {crew_id} would do report {report_id} twice",
        "crew {crew_id} would do planned work {planned_work_id} twice",
    ),
    "unsound_fixed": (
        "crew {crew_id} would not go to report {report_id} first, as was settled",
        "crew {crew_id} would not go to planned work {planned_work_id} first, as was settled",
    ),
    "unsound_pin": (
        "crew {crew_id} would have report {report_id}, which is pinned to another",
        "crew {crew_id} would have planned work {planned_work_id}, which is pinned to another",
    ),
    "unsound_barred": (
        "crew {crew_id} has refused report {report_id}",
        "crew {crew_id} has refused planned work {planned_work_id}",
    ),
    "unsound_skill": (
        "crew {crew_id} lacks {skills} for report {report_id}",
        "crew {crew_id} lacks {skills} for planned work {planned_work_id}",
    ),
    "unsound_no_way": (
        "crew {crew_id} finds no road to report {report_id}",
        "crew {crew_id} finds no road to planned work {planned_work_id}",
    ),
    "unsound_window": (
        "crew {crew_id} would begin report {report_id} {late_s} after its last moment",
        "crew {crew_id} would begin planned work {planned_work_id} {late_s} after its last moment",
    ),
    "unsound_pinned": (
        "report {report_id} is pinned to crew {crew_id}",
        "planned work {planned_work_id} is pinned to crew {crew_id}",
    ),
    "unsound_under_way": (
        "crew {crew_id} has set off for report {report_id}",
        "crew {crew_id} has set off for planned work {planned_work_id}",
    ),
    "unsound_sent": (
        "crew {crew_id} is about to set off for report {report_id}",
        "crew {crew_id} is about to set off for planned work {planned_work_id}",
    ),
    "unsound_capacity": ("crew {crew_id} would carry too much",),
    "unsound_break": ("crew {crew_id} would begin a break {late_s} too late",),
    "unsound_shift_end": ("crew {crew_id} would finish {late_s} after its shift and overtime",),
    "unsound_crew": ("crew {crew_id} cannot be sent",),
    # Why a change cannot be taken back
    "undo_nothing": ("there is no change of yours to take back",),
    "undo_other": ("you have changed something else since",),
    "undo_closed": ("a report that it is about is closed by now",),
    "undo_under_way": ("crew {crew_id} is under way by now",),
    "undo_touched": ("{by} has changed it since", "{by} has changed report {report_id} since"),
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


def named(job: Job) -> dict[str, Fact]:
    """Return by which number people know a job, as a fact.

    Parameters
    ----------
    job : Job
        Of a report, or of planned work.
    """
    if job.report_id is not None:
        return {"report_id": job.report_id}
    return {"planned_work_id": str(job.planned_work_id)}


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
