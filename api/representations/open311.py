"""Services, reports and the interface itself as Open311 GeoReport v2 shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from equipage.api.open311_formats import JSON_MEDIA_TYPE, XML_MEDIA_TYPE
from equipage.api.words.pages import PageWords
from equipage.data.city import City
from equipage.dispatch.model import Report, Service, ServiceAttribute

_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def interface_discovered(city: City, *, url: str, changeset: datetime, for_test: bool) -> dict[str, Any]:
    """Return where and how a city's Open311 is spoken.

    Parameters
    ----------
    city : City
        Whose.
    url : str
        What every path begins with.
    changeset : datetime
        When what applications find there last changed.
    for_test : bool
        Whether what is filed there comes to nobody.
    """
    changed, runs = _zoned(changeset), f"runs this server for {city.name}"
    return {
        "changeset": changed,
        "contact": city.contact or f"Whoever {runs}",
        "key_service": city.key_service or f"Ask whoever {runs} for an api_key; only filing needs one",
        "endpoints": [
            {
                "specification": _SPECIFICATION,
                "url": url,
                "changeset": changed,
                "type": "test" if for_test else "production",
                "formats": [XML_MEDIA_TYPE, JSON_MEDIA_TYPE],
            }
        ],
    }


def service_listed(service: Service) -> dict[str, Any]:
    """Return a service as the list of services shows it."""
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description,
        "metadata": bool(service.attributes),
        "type": "realtime",
        "keywords": ", ".join(service.keywords),
        "group": service.group,
    }


def service_defined(service: Service) -> dict[str, Any]:
    """Return what else a service asks the citizen."""
    return {
        "service_code": service.code,
        "attributes": [_attribute(each) for each in sorted(service.attributes, key=lambda each: each.order)],
    }


def request_shown(
    report: Report, service: Service | None, *, agency: str, words: PageWords
) -> dict[str, Any]:
    """Return a report without anything about who sent it, nor what a photograph may tell of others.

    Parameters
    ----------
    report : Report
        A public one.
    service : Service or None
        Its service, where that is still known.
    agency : str
        Who is responsible.
    words : PageWords
        In which language to say how it stands.
    """
    expected_at = report.expected_at or (report.due_at if report.status.is_open else None)
    return {
        "service_request_id": report.id,
        "status": "open" if report.status.is_open else "closed",
        "status_notes": " ".join(filter(None, (words.statuses[report.status], report.status_note))),
        "service_name": service.name if service else report.service_code,
        "service_code": report.service_code,
        "description": report.description or None,
        "agency_responsible": agency,
        "service_notice": None,
        "requested_datetime": _zoned(report.requested_at),
        # The standard: for a closed one the date on which it was closed.
        "updated_datetime": _zoned(report.closed_at or report.updated_at),
        "expected_datetime": _zoned(expected_at) if expected_at else None,
        "address": report.address or None,
        "address_id": None,
        "zipcode": None,
        "lat": report.lat,
        "long": report.lon,
        "media_url": None,
    }


def request_taken(report: Report, *, follow_url: str, notice: str) -> Mapping[str, Any]:
    """Return what whoever filed a report is told; the link is only ever told here."""
    return {
        "service_request_id": report.id,
        "service_notice": notice,
        "account_id": report.contact.account_id or None,
        "follow_url": follow_url,
    }


def token_resolved(report: Report, token: str) -> Mapping[str, Any]:
    """Return whose token it is."""
    return {"service_request_id": report.id, "token": token}


def _attribute(attribute: ServiceAttribute) -> dict[str, Any]:
    return {
        "variable": attribute.variable,
        "code": attribute.code,
        "datatype": attribute.datatype,
        "required": attribute.required,
        "datatype_description": attribute.datatype_description or None,
        "order": attribute.order,
        "description": attribute.description,
        "values": [{"key": key, "name": name} for key, name in attribute.values],
    }


def _zoned(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
