"""The city's own words in another language, where somebody has translated them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from equipage.dispatch.model import Service, ServiceAttribute, ServiceCode


def in_language(service: Service, language: str) -> Service:
    """Return a service with its words in a language; what is not translated stays in the city's own.

    Parameters
    ----------
    service : Service
        As the city describes it.
    language : str
        A tag such as `fr`; empty is the city's own.
    """
    return replace(
        service,
        name=service.names.get(language, service.name),
        description=service.descriptions.get(language, service.description),
        group=service.groups.get(language, service.group),
        attributes=tuple(_attribute_in(attribute, language) for attribute in service.attributes),
    )


def all_in_language(services: Mapping[ServiceCode, Service], language: str) -> Mapping[ServiceCode, Service]:
    """Return services with their words in a language, where somebody has translated them.

    Parameters
    ----------
    services : mapping
        As the city describes them.
    language : str
        A tag such as `fr`; empty is the city's own.
    """
    return {code: in_language(service, language) for code, service in services.items()}


def _attribute_in(attribute: ServiceAttribute, language: str) -> ServiceAttribute:
    names = attribute.value_names
    return replace(
        attribute,
        description=attribute.descriptions.get(language, attribute.description),
        datatype_description=attribute.datatype_descriptions.get(language, attribute.datatype_description),
        values=tuple((key, names.get(key, {}).get(language, name)) for key, name in attribute.values),
    )
