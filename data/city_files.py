"""Turn a city's files into the domain's values, naming every fault in them at once.

`services.json` is in the city's own language. Beside each text may stand its translations, under the same
word in the plural, by language tag; what has none is shown in the city's own language::

    {
      "skills": [{"code": "roads", "name": "Voirie", "names": {"en": "Roads"}}],
      "services": [{
        "code": "pothole",
        "name": "Nid-de-poule",                    "names": {"en": "Pothole"},
        "description": "Un trou dans la chaussée", "descriptions": {"en": "A hole in the carriageway"},
        "group": "Voirie",                         "groups": {"en": "Roads"},
        "attributes": [{
          "code": "place",
          "description": "Où est-il ?",            "descriptions": {"en": "Where is it?"},
          "datatype_description": "…",             "datatype_descriptions": {"en": "…"},
          "values": [["pavement", "Sur le trottoir", {"en": "On the pavement"}]],
          …
        }],
        …
      }]
    }

`skills` is optional: a skill without an entry is shown by its code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

from equipage.data.errors import CityFileError
from equipage.dispatch.model import (
    Crew,
    CrewId,
    Depot,
    DepotId,
    Jurisdiction,
    RosterEntry,
    Service,
    ServiceAttribute,
    ServiceCode,
    Skill,
    Translations,
    Vehicle,
    VehicleId,
    Zone,
)
from equipage.dispatch.status import Mode, Policy

T = TypeVar("T")
Record = Mapping[str, Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises
    ------
    CityFileError
        When it is missing or not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CityFileError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CityFileError(f"{path} is not JSON: {error}.") from error


def read_items(path: Path, key: str, make: Callable[[Record], T]) -> tuple[T, ...]:
    """Return the values that the list `key` of a JSON file describes.

    Parameters
    ----------
    path
        The file, a JSON object.
    key
        Its member that holds the list.
    make
        Makes a value of one entry; what it raises (`KeyError`, `TypeError`, `ValueError`) is told as a fault.

    Raises
    ------
    CityFileError
        When the file cannot be read or entries are faulty; all of them are named.
    """
    content = read_json(path)
    entries = content.get(key) if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise CityFileError(f"{path} must be a JSON object with a list {key!r}.")
    values, faults = [], []
    for number, entry in enumerate(entries, 1):
        try:
            values.append(make(entry))
        except KeyError as error:
            faults.append(f"{key} {number}: {error.args[0]!r} is missing")
        except (TypeError, ValueError, AttributeError) as error:
            faults.append(f"{key} {number}: {error}")
    if faults:
        raise CityFileError(f"{path} is faulty: {'; '.join(faults)}.")
    return tuple(values)


def service_of(entry: Record) -> Service:
    """Return the service that an entry of `services.json` describes."""
    return Service(
        code=ServiceCode(entry["code"]),
        name=entry["name"],
        description=entry.get("description", ""),
        group=entry.get("group", ""),
        keywords=tuple(entry.get("keywords", ())),
        priority=entry["priority"],
        duration_s=round(entry["duration_minutes"] * 60),
        skills=frozenset(entry["skills"]),
        respond_s=round(entry["respond_minutes"] * 60),
        policy=Policy(entry["policy"]),
        mode=Mode(entry["mode"]),
        public=entry["public"],
        attributes=tuple(
            _attribute_of(order, attribute) for order, attribute in enumerate(entry.get("attributes", ()), 1)
        ),
        names=_translations(entry, "names"),
        descriptions=_translations(entry, "descriptions"),
        groups=_translations(entry, "groups"),
    )


def skill_of(entry: Record) -> Skill:
    """Return the skill that an entry of `services.json` names."""
    return Skill(code=entry["code"], name=entry["name"], names=_translations(entry, "names"))


def jurisdiction_of(entry: Record) -> Jurisdiction:
    """Return the Open311 jurisdiction of one commune that an entry of `city.json` describes."""
    return Jurisdiction(
        id=str(entry["id"]),
        name=entry["name"],
        commune=entry["commune"],
        services=frozenset(map(ServiceCode, entry.get("services", ()))),
    )


def depot_of(entry: Record) -> Depot:
    """Return the depot that an entry of `depots.json` describes."""
    return Depot(
        id=DepotId(entry["id"]), name=entry["name"], lon=float(entry["lon"]), lat=float(entry["lat"])
    )


def vehicle_of(entry: Record) -> Vehicle:
    """Return the vehicle that an entry of `crews.json` describes."""
    return Vehicle(
        id=VehicleId(entry["id"]),
        name=entry["name"],
        profile=entry.get("profile", "van"),
        depot_id=DepotId(entry["depot"]),
    )


def crew_of(entry: Record) -> Crew:
    """Return the crew that an entry of `crews.json` describes."""
    return Crew(
        id=CrewId(entry["id"]),
        name=entry["name"],
        skills=frozenset(entry["skills"]),
        depot_id=DepotId(entry["depot"]),
        vehicle_id=VehicleId(entry["vehicle"]),
        roster=tuple(_roster_entry_of(shift) for shift in entry["roster"]),
    )


def weekdays_of(text: str) -> frozenset[int]:
    """Return the weekdays (0 is Monday) of a text such as `mon-fri` or `sat,sun`.

    Raises
    ------
    ValueError
        When a day is not one of `WEEKDAYS`.
    """
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise ValueError(f"{part!r} is no day or range of days; write days as {', '.join(WEEKDAYS)}")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        # A range may run over the end of the week: fri-mon.
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def contradictions(
    depots: Sequence[Depot],
    services: Sequence[Service],
    vehicles: Sequence[Vehicle],
    crews: Sequence[Crew],
) -> list[str]:
    """Return what is wrong between a city's files, in sentences; empty when nothing is."""
    depot_ids, vehicle_ids = {depot.id for depot in depots}, {vehicle.id for vehicle in vehicles}
    faults = [
        f"there are several {what} {name!r}"
        for what, names in (
            ("depots", [depot.id for depot in depots]),
            ("services", [service.code for service in services]),
            ("vehicles", [vehicle.id for vehicle in vehicles]),
            ("crews", [crew.id for crew in crews]),
        )
        for name in _repeated(names)
    ]
    places = [(f"vehicle {vehicle.id!r}", vehicle.depot_id) for vehicle in vehicles]
    places += [(f"crew {crew.id!r}", crew.depot_id) for crew in crews]
    faults += [
        f"{who} is based at depot {depot_id!r}, which there is not"
        for who, depot_id in places
        if depot_id not in depot_ids
    ]
    faults += [
        f"crew {crew.id!r} drives vehicle {crew.vehicle_id!r}, which there is not"
        for crew in crews
        if crew.vehicle_id not in vehicle_ids
    ]
    faults += [
        f"no crew has all the skills of service {service.code!r}: {', '.join(sorted(service.skills))}"
        for service in services
        if not any(service.skills <= crew.skills for crew in crews)
    ]
    return faults


def contradictory_jurisdictions(
    jurisdictions: Sequence[Jurisdiction], zones: Sequence[Zone], services: Sequence[Service]
) -> list[str]:
    """Return what is wrong between a city's jurisdictions and the rest of it, in sentences.

    A city without zones of its own may have any communes: the map will tell where they are.
    """
    communes, codes = {zone.commune for zone in zones}, {service.code for service in services}
    faults = [f"there are several jurisdictions {name!r}" for name in _repeated(j.id for j in jurisdictions)]
    faults += [
        f"jurisdiction {each.id!r} is of commune {each.commune!r}, in which there is no zone"
        for each in jurisdictions
        if each.commune and zones and each.commune not in communes
    ]
    faults += [
        f"jurisdiction {each.id!r} offers {', '.join(sorted(each.services - codes))}, which are no services"
        for each in jurisdictions
        if each.services - codes
    ]
    return faults


def _attribute_of(order: int, entry: Record) -> ServiceAttribute:
    return ServiceAttribute(
        code=entry["code"],
        description=entry["description"],
        datatype=entry["datatype"],
        required=entry["required"],
        order=order,
        datatype_description=entry.get("datatype_description", ""),
        values=tuple((key, name) for key, name, *_ in entry.get("values", ())),
        descriptions=_translations(entry, "descriptions"),
        datatype_descriptions=_translations(entry, "datatype_descriptions"),
        value_names={
            key: _translated(others, key) for key, _, *more in entry.get("values", ()) for others in more
        },
    )


def _translations(entry: Record, name: str) -> Translations:
    return _translated(entry.get(name, {}), name)


def _translated(texts: Any, name: str) -> Translations:
    """Return texts by language; a list or a number would only be noticed by whoever reads that language."""
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise TypeError(f'{name!r} must have a text for each language, such as {{"fr": "…"}}, not {texts!r}')
    return texts


def _roster_entry_of(entry: Record) -> RosterEntry:
    return RosterEntry(
        days=weekdays_of(entry["days"]),
        start=time.fromisoformat(entry["start"]),
        end=time.fromisoformat(entry["end"]),
        breaks=tuple(
            (time.fromisoformat(start), time.fromisoformat(end)) for start, end in entry.get("breaks", ())
        ),
    )


def _repeated(names: Iterable[str]) -> list[str]:
    names = list(names)
    return sorted({name for name in names if names.count(name) > 1})
