"""What is told with a new report or planned work, and everything that can be wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from equipage.dispatch.model import (
    HIGHEST_PRIORITY,
    LOWEST_PRIORITY,
    Contact,
    ReportId,
    Service,
    ServiceAttribute,
    ServiceCode,
    Zone,
)
from equipage.dispatch.status import Source
from equipage.dispatch.zones import zone_at

LONGEST_DESCRIPTION = 4_000
LONGEST_TEXT = 500
LONGEST_NOTE = 2 * LONGEST_TEXT
LONGEST_HOLD_S = 900
"""How long a dispatcher may keep the planner away: no call takes longer than a quarter of an hour."""

MOST_ATTRIBUTES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report as somebody tells it.

    Parameters
    ----------
    lon, lat : float
        In degrees.
    address : str
        Empty takes the street's name.
    attributes : mapping
        Answers to the service's further questions, by their code.
    public : bool or None
        None leaves it to the service; only what comes by Open311 is public then.
    priority : int or None
        None takes the service's.
    hold_s : int
        Seconds for which automatic assignment leaves it alone.
    linked_to : ReportId or None
        An earlier report of the same thing.
    commune : str
        Whom it was told to, which counts where no zone tells the commune.
    """

    service_code: ServiceCode
    lon: float
    lat: float
    source: Source
    description: str = ""
    address: str = ""
    contact: Contact = field(default_factory=Contact)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    media_url: str = ""
    public: bool | None = None
    priority: int | None = None
    hold_s: int = 0
    linked_to: ReportId | None = None
    commune: str = ""


def faults_of_report(
    new: NewReport, *, services: Mapping[ServiceCode, Service], zones: Sequence[Zone]
) -> Iterator[str]:
    """Yield everything that is wrong with a new report, apart from what it is linked to.

    Parameters
    ----------
    new : NewReport
        As it was told.
    services : mapping
        What the city offers.
    zones : sequence of Zone
        The city's; without any, no place is outside it.
    """
    yield from faults_of_service(new.service_code, services)
    yield from faults_of_place(new.lon, new.lat, zones)
    yield from faults_of_content(new, services)


def faults_of_content(new: NewReport, services: Mapping[ServiceCode, Service]) -> Iterator[str]:
    """Yield everything that is wrong with a new report apart from its place and that its service is none."""
    yield from faults_of_text("description", new.description, most=LONGEST_DESCRIPTION)
    yield from faults_of_text("address", new.address)
    yield from faults_of_text("media_url", new.media_url, most=2 * LONGEST_TEXT)
    if new.media_url and not new.media_url.lower().startswith(("http://", "https://")):
        yield f"media_url must begin with http:// or https://, not be {new.media_url[:40]!r}"
    for name in fields(new.contact):
        yield from faults_of_text(f"contact.{name.name}", getattr(new.contact, name.name))
    yield from faults_of_priority(new.priority)
    yield from faults_of_hold(new.hold_s)
    if new.service_code in services:
        yield from _faults_of_attributes(new.attributes, services[new.service_code])


def faults_of_service(code: ServiceCode, services: Mapping[ServiceCode, Service]) -> Iterator[str]:
    """Yield that there is no such service, with those there are."""
    if code not in services:
        known = f"there are {', '.join(sorted(services))}" if services else "the city has none yet"
        yield f"there is no service {code!r}; {known}"


def faults_of_place(lon: float, lat: float, zones: Sequence[Zone]) -> Iterator[str]:
    """Yield why a place in degrees cannot be, or is outside the city; zones may be empty."""
    if not (_is_degrees(lon, 180.0) and _is_degrees(lat, 90.0)):
        hint = "; they look swapped" if _is_degrees(lon, 90.0) and _is_degrees(lat, 180.0) else ""
        yield f"lon must be within ±180 and lat within ±90 degrees, not lon {lon}, lat {lat}{hint}"
    elif zones and zone_at(zones, lon, lat) is None:
        swapped = _is_degrees(lon, 90.0) and zone_at(zones, lat, lon) is not None
        hint = "; they look swapped: give lon, lat" if swapped else ""
        yield f"lon {lon}, lat {lat} is outside the city, in none of its {len(zones)} zones{hint}"


def faults_of_text(name: str, text: str, *, most: int = LONGEST_TEXT) -> Iterator[str]:
    """Yield that a text is too long, or has a character that no database and no XML takes."""
    if "\0" in text:
        yield f"{name} has a NUL character (U+0000), which means nothing"
    if len(text) > most:
        yield f"{name} has {len(text)} characters; at most {most} are taken"


def faults_of_priority(priority: int | None) -> Iterator[str]:
    """Yield that a priority, where one is given, is out of range."""
    if priority is not None and not HIGHEST_PRIORITY <= priority <= LOWEST_PRIORITY:
        yield f"priority must be {HIGHEST_PRIORITY} (most urgent) to {LOWEST_PRIORITY}, not {priority}"


def faults_of_hold(hold_s: int) -> Iterator[str]:
    """Yield that a hold is out of range."""
    if not 0 <= hold_s <= LONGEST_HOLD_S:
        yield f"hold_s must be 0 to {LONGEST_HOLD_S} seconds, not {hold_s}"


def held_until(hold_s: int, now: datetime) -> datetime | None:
    """Return until when automatic assignment leaves a report alone; None for a hold of 0 seconds."""
    return now + timedelta(seconds=hold_s) if hold_s else None


def _is_degrees(value: float, most: float) -> bool:
    return math.isfinite(value) and abs(value) <= most


def _faults_of_attributes(given: Mapping[str, Any], service: Service) -> Iterator[str]:
    asked = {attribute.code: attribute for attribute in service.attributes}
    unknown = sorted(set(given) - set(asked))
    if unknown:
        known = f"it asks for {', '.join(asked)}" if asked else "it asks for none"
        yield f"service {service.code} does not ask for the attributes {', '.join(unknown)}; {known}"
    for attribute in service.attributes:
        answers = _answers(given.get(attribute.code))
        if answers:
            yield from _faults_of_answers(attribute, answers)
        elif attribute.required and attribute.variable:
            yield f"attribute {attribute.code} is missing: {attribute.description}"


def _answers(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(each) for each in values if each is not None and str(each).strip()]


def _faults_of_answers(attribute: ServiceAttribute, answers: Sequence[str]) -> Iterator[str]:
    name = f"attribute {attribute.code}"
    if len(answers) > 1 and attribute.datatype != "multivaluelist":
        yield f"{name} takes one answer, not {len(answers)}"
    if len(answers) > MOST_ATTRIBUTES:
        yield f"{name} has {len(answers)} answers; at most {MOST_ATTRIBUTES} are taken"
    allowed = [key for key, _ in attribute.values]
    for answer in answers[:MOST_ATTRIBUTES]:
        yield from faults_of_text(name, answer, most=LONGEST_DESCRIPTION)
        if allowed and answer not in allowed:
            yield f"{name} must be one of {', '.join(allowed)}, not {answer[:40]!r}"
        elif attribute.datatype == "number" and not _is_number(answer):
            yield f"{name} must be a number, not {answer[:40]!r}"
        elif attribute.datatype == "datetime" and not _is_moment(answer):
            yield f"{name} must be a date and time such as 2026-03-01T08:00:00Z, not {answer[:40]!r}"


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
