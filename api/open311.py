"""What citizens' applications file in Open311's words, read: every fault named at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from equipage.api.open311_pairs import (
    Open311Error,
    Pairs,
    UnknownServiceError,
    given_once,
    number_of,
)
from equipage.dispatch.intake import NewReport, faults_of_content, faults_of_place
from equipage.dispatch.model import Contact, Jurisdiction, Service, ServiceCode, Zone
from equipage.dispatch.status import Source
from equipage.dispatch.zones import zone_at

_ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](\[\])?")
_CONTACT = ("first_name", "last_name", "email", "phone", "account_id", "device_id")


def read_filed(
    pairs: Pairs,
    *,
    jurisdiction: Jurisdiction,
    services: Mapping[ServiceCode, Service],
    zones: Sequence[Zone],
    locate: Callable[[str], tuple[float, float] | None],
) -> NewReport:
    """Return the report that a form tells.

    Parameters
    ----------
    pairs : sequence of (name, value)
        What was sent.
    jurisdiction : Jurisdiction
        With whom it is filed.
    services : mapping
        What can be reported in the whole city.
    zones : sequence of Zone
        The city's.
    locate : callable
        Returns lon, lat of an address, for whoever gives no more than that.

    Raises
    ------
    UnknownServiceError
        If all that is wrong is that there is no such service.
    Open311Error
        Naming every fault in what is said.
    """
    given = given_once(pairs)
    faults: list[str] = []
    code = ServiceCode(given.get("service_code", ""))
    offered = {each: service for each, service in services.items() if jurisdiction.offers(each)}
    unknown = bool(code) and code not in offered
    if not code:
        faults.append("service_code is missing")
    elif unknown:
        faults.append(f"there is no service_code {code[:80]!r}; the list of services names those there are")
    place = _place(given, faults) or _located(given, locate, faults)
    lon, lat = place or (0.0, 0.0)
    new = replace(_told(pairs, given, code, lon, lat), commune=jurisdiction.commune)
    if place is not None:
        faults.extend(_faults_of_jurisdiction(jurisdiction, lon, lat, zones))
    faults.extend(faults_of_content(new, offered))
    if faults:
        raise (UnknownServiceError if unknown and len(faults) == 1 else Open311Error)(faults)
    return new


def _told(pairs: Pairs, given: Mapping[str, str], code: ServiceCode, lon: float, lat: float) -> NewReport:
    return NewReport(
        service_code=code,
        lon=lon,
        lat=lat,
        source=Source.OPEN311,
        description=given.get("description", ""),
        address=given.get("address_string", ""),
        contact=Contact(**{name: given.get(name, "") for name in _CONTACT}),
        attributes=_attributes(pairs),
        media_url=given.get("media_url", ""),
    )


def _place(given: Mapping[str, str], faults: list[str]) -> tuple[float, float] | None:
    """Return lon, lat where a form gives them and they are numbers."""
    if "lat" not in given and "long" not in given:
        return None
    faults.extend(
        f"{name} is missing; a place has lat and long" for name in ("long", "lat") if name not in given
    )
    lon, lat = (number_of(given, name, faults, unit="degrees") for name in ("long", "lat"))
    return None if lon is None or lat is None else (lon, lat)


def _located(
    given: Mapping[str, str], locate: Callable[[str], tuple[float, float] | None], faults: list[str]
) -> tuple[float, float] | None:
    """Return lon, lat of the address where a form gives no more than that."""
    if "lat" in given or "long" in given:
        return None
    address = given.get("address_string")
    if address is None:
        ids = "; no address is known here by an address_id" if "address_id" in given else ""
        faults.append(f"a place is missing: give lat and long, or address_string{ids}")
        return None
    place = locate(address)
    if place is None:
        faults.append(f"no street is known for {address[:80]!r}; give lat and long")
    return place


def _faults_of_jurisdiction(
    jurisdiction: Jurisdiction, lon: float, lat: float, zones: Sequence[Zone]
) -> Iterator[str]:
    """Yield why a place is none of the city's, or in another commune than the jurisdiction's."""
    outside = list(faults_of_place(lon, lat, zones))
    zone = zone_at(zones, lon, lat) if zones and not outside else None
    yield from outside
    if zone is not None and zone.commune and not jurisdiction.holds(zone.commune):
        yield (
            f"lat {lat}, long {lon} is in {zone.commune}, and jurisdiction_id {jurisdiction.id} is for "
            f"{jurisdiction.commune} only; leave jurisdiction_id out, or give that of {zone.commune}"
        )


def _attributes(pairs: Pairs) -> dict[str, Any]:
    """Return the answers to a service's further questions: a list for a name with `[]` or given again."""
    attributes: dict[str, Any] = {}
    for name, value in pairs:
        found = _ATTRIBUTE.fullmatch(name)
        if found is None or not value.strip():
            continue
        if found[2] or found[1] in attributes:
            before = attributes.get(found[1], [])
            attributes[found[1]] = [*(before if isinstance(before, list) else [before]), value]
        else:
            attributes[found[1]] = value
    return attributes
