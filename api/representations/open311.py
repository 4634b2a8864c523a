"""Services, reports and the interface itself as Open311 GeoReport v2 shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from equipage.api.open311_formats import JSON_MEDIA_TYPE, XML_MEDIA_TYPE
from equipage.dispatch.model import Report, Service, ServiceAttribute

_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# When what applications are told about this interface last changed; to be moved on with it.
_CHANGESET = "2026-11-26T00:00:00Z"


def interface_discovered(*, city: str, url: str, for_test: bool) -> dict[str, Any]:
    """Return where and how a city's Open311 is spoken.

    Parameters
    ----------
    city : str
        Its name.
    url : str
        What every path begins with.
    for_test : bool
        Whether what is filed there comes to nobody.
    """
    return {
        "changeset": _CHANGESET,
        "contact": f"Whoever runs this server for {city}",
        "key_service": f"Ask whoever runs this server for {city} for an api_key; only filing needs one",
        "endpoints": [
            {
                "specification": _SPECIFICATION,
                "url": url,
                "changeset": _CHANGESET,
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


def request_shown(report: Report, service: Service | None) -> dict[str, Any]:
    """Return a report without anything about who sent it."""
    return {
        "service_request_id": report.id,
        "status": "open" if report.status.is_open else "closed",
        "status_notes": report.status_note or None,
        "service_name": service.name if service else report.service_code,
        "service_code": report.service_code,
        "description": report.description or None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _zoned(report.requested_at),
        "updated_datetime": _zoned(report.updated_at),
        "expected_datetime": _zoned(report.expected_at or report.due_at),
        "address": report.address or None,
        "address_id": None,
        "zipcode": None,
        "lat": report.lat,
        "long": report.lon,
        "media_url": report.media_url or None,
    }


def request_taken(report: Report, *, follow_url: str, notice: str | None) -> Mapping[str, Any]:
    """Return what whoever filed a report is told; the link is only ever told here."""
    return {
        "service_request_id": report.id,
        "service_notice": notice,
        "account_id": report.contact.account_id or None,
        "follow_url": follow_url,
    }


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
