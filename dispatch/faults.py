"""What can be wrong with what somebody gives: stable codes with their facts, and their English sentences.

`FAULTS` is the one list of them. The pages word the same codes in their reader's language
(`api/static/js/i18n`, keys `given.…`); a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from equipage.dispatch.reasons import Reason

FAULTS: Mapping[str, tuple[str, ...]] = {
    # Any field
    "missing": ("{name} is missing",),
    "unreadable": ("{name} cannot be read",),
    "nul": ("{name} has a NUL character (U+0000), which means nothing",),
    "too_long": ("{name} has {length} characters; at most {most} are taken",),
    "length": ("{name} must have 1 to {most} characters, not {length}",),
    "empty": ("{name} must not be empty",),
    # Where and what
    "no_place": ("lon must be within ±180 and lat within ±90 degrees, not lon {lon}, lat {lat}",),
    "no_place_swapped": (
        "lon must be within ±180 and lat within ±90 degrees, not lon {lon}, lat {lat}; they look swapped",
    ),
    "outside": ("lon {lon}, lat {lat} is outside the city, in none of its {zones} zones",),
    "outside_swapped": (
        "lon {lon}, lat {lat} is outside the city, in none of its {zones} zones; they look swapped",
    ),
    "half_place": ("give lon and lat, or neither",),
    "off_road": ("lon {lon}, lat {lat} is too far from any road",),
    "no_way": ("no road leads from crew {crew_id} to lon {lon}, lat {lat}",),
    "no_service": (
        "there is no service {service_code!r}; there are {known}",
        "there is no service {service_code!r}; the city has none yet",
    ),
    "media_url": ("media_url must begin with http:// or https://, not be {given!r}",),
    "priority": ("priority must be {highest} (most urgent) to {lowest}, not {given}",),
    "hold": ("hold_s must be 0 to {most_s} seconds, not {given}",),
    "hold_closed": ("hold_s is for open reports, and report {report_id} is {status}",),
    # Answers to a service's questions
    "not_asked": (
        "service {service_code} does not ask for the attributes {attributes}; it asks for {known}",
        "service {service_code} does not ask for the attributes {attributes}; it asks for none",
    ),
    "unanswered": ("attribute {attribute} is missing: {question}",),
    "one_answer": ("attribute {attribute} takes one answer, not {count}",),
    "many_answers": ("attribute {attribute} has {count} answers; at most {most} are taken",),
    "not_offered": ("attribute {attribute} must be one of {known}, not {given!r}",),
    "no_number": ("attribute {attribute} must be a number, not {given!r}",),
    "no_moment": (
        "attribute {attribute} must be a date and time such as 2026-03-01T08:00:00Z, not {given!r}",
    ),
    # Duplicates, handing over, closing, notes
    "linked_to_itself": ("report {report_id} cannot be linked to itself, nor to one that is linked to it",),
    "no_link": ("linked_to {linked_to!r} is no report",),
    "merged_into_itself": (
        "report {report_id} cannot be merged into itself",
        "report {report_id} cannot be merged into report {into}, which is merged into it",
    ),
    "one_of_two": ("give the service_code to hand it to, or the organisation, one of the two",),
    "same_service": ("report {report_id} is of service {service_code} already",),
    "no_closing": ("a report is closed as {known}, not {status}",),
    "no_reason": ("reason is missing: say why the crew refuses",),
    "says_nothing": ("text must say something",),
    "not_public": ("only a note on a report can be public, not one on a {subject}",),
    # Closures and speeds
    "closure_with_speed": (
        "a closure has no speed_factor and no speed_kph, and {given} was given; make it a speed",
    ),
    "two_speeds": ("give speed_factor or speed_kph, one of the two, not {factor} and {kph}",),
    "speed_kph": ("a speed needs a speed_kph of {least} to {most}, not {kph}",),
    "speed_factor": ("a speed needs a speed_factor of {least} to {most}, not {factor}",),
    "over": ("valid_until {until} is over; it is {now}",),
    "bad_ground": ("{said}",),
    "no_geometry": ("area is no GeoJSON geometry: {said}",),
    "no_area": ("area must be a Polygon, MultiPolygon or LineString, not {given!r}",),
    "many_corners": ("area has more than {most} corners; simplify it",),
    # Shifts and planned work
    "ends_before": ("it must end after it starts, not from {start} to {end}",),
    "moved_too_far": ("a shift moves by {hours} hours at most; this one is from {start} to {end}",),
    "breaks": ("breaks must follow each other within the shift, not be from {start} to {end}",),
    "vehicle_driven": ("crew {crew_id} drives vehicle {vehicle_id} during these hours",),
    "no_shift": ("crew {crew_id} has no shift now or within a day",),
    "no_such_shift": ("crew {crew_id!r} has no shift that is to start at {start}",),
    "duration": ("duration_s must be 0 to {most_s} seconds, not {given}",),
    "window_over": ("the window must end after now ({now}), not at {end}",),
    # Who and with what
    "no_vehicle": (
        "there is no vehicle {vehicle_id!r}; there are {known}",
        "there is no vehicle {vehicle_id!r}",
    ),
    "no_crew": ("there is no crew {crew_id!r}",),
    "not_idle": ("only an idle crew is told where to wait, and crew {crew_id} is none: {why}",),
    "no_services": ("there is no service {unknown}; there are: {known}",),
    "no_communes": ("there is no commune {unknown}; there are: {known}",),
    "crew_of_key": (
        "a key of role crew, and no other, names its crew: give crew_id (--crew); role is {role}",
        "a key of role crew, and no other, names its crew; role is {role}, crew_id (--crew) is {crew_id}",
    ),
    # Changes that are tried out
    "no_changes": ("there is nothing to try out: give at least one change",),
    "many_changes": ("at most {most} changes are tried out at once",),
    "named_twice": ("report {report_id} is named by several changes; give one for each report",),
    "no_report": ("there is no report {report_id!r}",),
    "report_closed": ("report {report_id} is {status}; reopen it first",),
    "running": ("crew {crew_id} is {status} for report {report_id}; only what has not begun can be changed",),
    "nobody_has_it": ("report {report_id} has no crew: there is nothing to pin or to let go",),
    "position": ("position must be 1 (next) or more, not {given}",),
    "unfit_crew": ("crew {crew_id} cannot have report {report_id}: {why}",),
    "crew_exists": ("there is a crew or vehicle {crew_id!r} already; give a new crew another id",),
    "no_depot": ("there is no depot {depot_id!r}; there are {known}",),
    "no_skills": ("no crew and no service knows the skills {unknown}; there are {known}",),
    "crew_hours": ("hours must be more than 0 and at most {most}, not {given}",),
    # Routes that are to be carried out
    "job_twice": ("job {job_id} is on several routes, or twice on one",),
    "no_open_job": ("job {job_id!r} is not open",),
    "running_moved": ("crew {crew_id} has begun job {job_id}, which must stay the first of its route",),
    "unfit_route": ("crew {crew_id} cannot have job {job_id}: {why}",),
    # What is not there, or not any more
    "alarm_gone": ("there is no alarm {alarm_id!r} that nobody has acknowledged",),
    "no_district": ("there is no district to flood: the city has no zones on this map",),
}
"""By code, one sentence for each set of facts it may come with."""


class Fault(str):
    """What is wrong: an English sentence that knows its stable code and its facts.

    Parameters
    ----------
    code : str
        One of `FAULTS`.
    **params : str, int, float, datetime, Reason or tuple of str
        What a sentence of that code tells.

    Raises
    ------
    ValueError
        If no sentence of that code tells just these facts.
    """

    __slots__ = ("code", "params")

    code: str
    params: Mapping[str, Any]

    def __new__(cls, code: str, **params: Any) -> Self:
        """Return the sentence of these facts."""
        sentence = next((each for each in FAULTS.get(code, ()) if told_in(each) == params.keys()), None)
        if sentence is None:
            raise ValueError(
                f"no fault {code!r} tells of {', '.join(sorted(params)) or 'nothing'};"
                " add its sentence to FAULTS and to the pages' catalogues"
            )
        facts = {name: _plain(fact) for name, fact in params.items()}
        fault = super().__new__(cls, sentence.format_map({name: _said(fact) for name, fact in facts.items()}))
        fault.code, fault.params = code, facts
        return fault


def told_in(sentence: str) -> frozenset[str]:
    """Return the names of the facts that a sentence tells."""
    return frozenset(re.findall(r"\{(\w+)(?:!r)?\}", sentence))


def _plain(fact: Any) -> Any:
    """Return a fact as JSON has it."""
    if isinstance(fact, Reason):
        return {"code": fact.code, "params": dict(fact.params), "text": fact.text}
    return fact.isoformat() if isinstance(fact, datetime) else fact


def _said(fact: Any) -> Any:
    if isinstance(fact, dict):
        return fact["text"]
    return ", ".join(fact) if isinstance(fact, tuple) else fact
