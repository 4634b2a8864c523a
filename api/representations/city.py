"""The city, its catalogue and its conditions as callers see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import shapely

from equipage.api.representations.lists import Shown
from equipage.dispatch.model import (
    Condition,
    Depot,
    Key,
    PlannedWork,
    Service,
    ServiceAttribute,
    Skill,
    Translations,
    Zone,
)
from equipage.dispatch.status import ConditionKind, Mode, Policy, Role


class AttributeShown(Shown):
    """A further question that a service asks."""

    code: str
    description: str
    datatype: str
    required: bool
    datatype_description: str
    values: list[tuple[str, str]]
    descriptions: Translations
    datatype_descriptions: Translations
    value_names: Mapping[str, Translations]

    @classmethod
    def of(cls, attribute: ServiceAttribute) -> Self:
        """Show a question, with the answers to choose from where there are any."""
        shown = {name: getattr(attribute, name) for name in cls.model_fields}
        return cls(**{**shown, "values": list(attribute.values)})


class ServiceShown(Shown):
    """The kind of thing that is reported, with what its jobs need and what the city promises."""

    code: str
    name: str
    description: str
    group: str
    keywords: list[str]
    priority: int
    duration_s: int
    skills: list[str]
    respond_s: int
    policy: Policy
    mode: Mode
    public: bool
    attributes: list[AttributeShown]
    names: Translations
    descriptions: Translations
    groups: Translations

    @classmethod
    def of(cls, service: Service) -> Self:
        """Show a service."""
        shown = {name: getattr(service, name) for name in cls.model_fields}
        asked = sorted((each for each in service.attributes if each.variable), key=lambda each: each.order)
        lists = {
            "keywords": list(service.keywords),
            "skills": sorted(service.skills),
            "attributes": [AttributeShown.of(attribute) for attribute in asked],
        }
        return cls(**{**shown, **lists})


class SkillShown(Shown):
    """What a job may need and a crew may have."""

    code: str
    name: str
    names: Translations

    @classmethod
    def of(cls, skill: Skill) -> Self:
        """Show a skill."""
        return cls(code=skill.code, name=skill.name, names=skill.names)


class ZoneShown(Shown):
    """A part of the city."""

    id: str
    name: str
    commune: str
    population: int | None
    geometry: dict[str, Any]

    @classmethod
    def of(cls, zone: Zone) -> Self:
        """Show a zone."""
        return cls(
            id=zone.id,
            name=zone.name,
            commune=zone.commune,
            population=zone.population,
            geometry=_geometry(zone.geometry),
        )


class DepotShown(Shown):
    """Where crews start and end."""

    id: str
    name: str
    lon: float
    lat: float

    @classmethod
    def of(cls, depot: Depot) -> Self:
        """Show a depot."""
        return cls(id=depot.id, name=depot.name, lon=depot.lon, lat=depot.lat)


class ConditionShown(Shown):
    """A closure or a speed, as a person entered it."""

    id: str
    name: str
    kind: ConditionKind
    area: dict[str, Any] | None
    way_ids: list[int]
    road_classes: list[str]
    speed_factor: float | None
    speed_kph: float | None
    hours: str
    valid_from: datetime | None
    valid_until: datetime | None
    created_at: datetime
    created_by: str

    @classmethod
    def of(cls, condition: Condition) -> Self:
        """Show a condition."""
        shown = {name: getattr(condition, name) for name in cls.model_fields}
        area = None if condition.area is None else _geometry(condition.area)
        told = {"way_ids": list(condition.way_ids), "road_classes": list(condition.road_classes)}
        return cls(**{**shown, **told, "area": area})


class KeyShown(Shown):
    """Who may call the API; the key itself is shown once, when it is made."""

    id: str
    name: str
    role: Role
    prefix: str
    created_at: datetime
    services: list[str]
    communes: list[str]
    crew_id: str | None

    @classmethod
    def of(cls, key: Key) -> Self:
        """Show a key."""
        shown = {name: getattr(key, name) for name in cls.model_fields}
        return cls(**{**shown, "services": sorted(key.services), "communes": sorted(key.communes)})


class PlannedWorkShown(Shown):
    """Work that nobody reported."""

    id: str
    service_code: str
    name: str
    description: str
    lon: float
    lat: float
    commune: str
    earliest: datetime
    latest: datetime
    duration_s: int
    priority: int
    public: bool
    created_at: datetime
    cancelled_at: datetime | None

    @classmethod
    def of(cls, work: PlannedWork) -> Self:
        """Show planned work; its window is from `earliest` to `latest`."""
        plain = {name: getattr(work, name) for name in cls.model_fields.keys() & _FIELDS_OF_WORK}
        return cls(**plain, earliest=work.window.start, latest=work.window.end)


_FIELDS_OF_WORK = frozenset(PlannedWork.__dataclass_fields__)


def _geometry(geometry: shapely.Polygon | shapely.MultiPolygon) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(shapely.to_geojson(geometry))
    return shown
