"""What is told with a new report or planned work, and everything that can be wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from equipage.dispatch.faults import Fault
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
        yield Fault("media_url", given=new.media_url[:40])
    for name in fields(new.contact):
        yield from faults_of_text(f"contact.{name.name}", getattr(new.contact, name.name))
    yield from faults_of_priority(new.priority)
    yield from faults_of_hold(new.hold_s)
    if new.service_code in services:
        yield from _faults_of_attributes(new.attributes, services[new.service_code])


def faults_of_service(code: ServiceCode, services: Mapping[ServiceCode, Service]) -> Iterator[str]:
    """Yield that there is no such service, with those there are."""
    if code not in services:
        known = {"known": tuple(sorted(services))} if services else {}
        yield Fault("no_service", service_code=code, **known)


def faults_of_place(lon: float, lat: float, zones: Sequence[Zone]) -> Iterator[str]:
    """Yield why a place in degrees cannot be, or is outside the city; zones may be empty."""
    if not (_is_degrees(lon, 180.0) and _is_degrees(lat, 90.0)):
        swapped = _is_degrees(lon, 90.0) and _is_degrees(lat, 180.0)
        yield Fault("no_place_swapped" if swapped else "no_place", lon=lon, lat=lat)
    elif zones and zone_at(zones, lon, lat) is None:
        swapped = _is_degrees(lon, 90.0) and zone_at(zones, lat, lon) is not None
        yield Fault("outside_swapped" if swapped else "outside", lon=lon, lat=lat, zones=len(zones))


def faults_of_text(name: str, text: str, *, most: int = LONGEST_TEXT) -> Iterator[str]:
    """Yield that a text is too long, or has a character that no database and no XML takes."""
    if "\0" in text:
        yield Fault("nul", name=name)
    if len(text) > most:
        yield Fault("too_long", name=name, length=len(text), most=most)


def faults_of_priority(priority: int | None) -> Iterator[str]:
    """Yield that a priority, where one is given, is out of range."""
    if priority is not None and not HIGHEST_PRIORITY <= priority <= LOWEST_PRIORITY:
        yield Fault("priority", highest=HIGHEST_PRIORITY, lowest=LOWEST_PRIORITY, given=priority)


def faults_of_hold(hold_s: int) -> Iterator[str]:
    """Yield that a hold is out of range."""
    if not 0 <= hold_s <= LONGEST_HOLD_S:
        yield Fault("hold", most_s=LONGEST_HOLD_S, given=hold_s)


def held_until(hold_s: int, now: datetime) -> datetime | None:
    """Return until when automatic assignment leaves a report alone; None for a hold of 0 seconds."""
    return now + timedelta(seconds=hold_s) if hold_s else None


def _is_degrees(value: float, most: float) -> bool:
    return math.isfinite(value) and abs(value) <= most


def _faults_of_attributes(given: Mapping[str, Any], service: Service) -> Iterator[str]:
    asked = {attribute.code: attribute for attribute in service.attributes}
    unknown = sorted(set(given) - set(asked))
    if unknown:
        known = {"known": tuple(asked)} if asked else {}
        yield Fault("not_asked", service_code=service.code, attributes=tuple(unknown), **known)
    for attribute in service.attributes:
        answers = _answers(given.get(attribute.code))
        if answers:
            yield from _faults_of_answers(attribute, answers)
        elif attribute.required and attribute.variable:
            yield Fault("unanswered", attribute=attribute.code, question=attribute.description)


def _answers(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(each) for each in values if each is not None and str(each).strip()]


def _faults_of_answers(attribute: ServiceAttribute, answers: Sequence[str]) -> Iterator[str]:
    code = attribute.code
    if len(answers) > 1 and attribute.datatype != "multivaluelist":
        yield Fault("one_answer", attribute=code, count=len(answers))
    if len(answers) > MOST_ATTRIBUTES:
        yield Fault("many_answers", attribute=code, count=len(answers), most=MOST_ATTRIBUTES)
    allowed = tuple(key for key, _ in attribute.values)
    for answer in answers[:MOST_ATTRIBUTES]:
        yield from faults_of_text(f"attribute {code}", answer, most=LONGEST_DESCRIPTION)
        if allowed and answer not in allowed:
            yield Fault("not_offered", attribute=code, known=allowed, given=answer[:40])
        elif attribute.datatype == "number" and not _is_number(answer):
            yield Fault("no_number", attribute=code, given=answer[:40])
        elif attribute.datatype == "datetime" and not _is_moment(answer):
            yield Fault("no_moment", attribute=code, given=answer[:40])


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
