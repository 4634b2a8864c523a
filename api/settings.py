"""What an operator may set: `equipage.toml`, over it `EQUIPAGE_…` variables, over both the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from equipage.api.language import Language
from equipage.data.osm.overpass import OVERPASS_URL
from equipage.data.osm.place import NOMINATIM_URL
from equipage.data.population import PopulationFile
from equipage.data.store import default_database_url
from equipage.data.tables import Source
from equipage.data.zone_files import ZonesFile
from equipage.dispatch.planning.planner import ENGINE as INSTANT
from equipage.dispatch.solver.engines import MissingEngineError, UnknownEngineError, engine
from equipage.routing.profile import profile_named

DEFAULT_CITY = "la-serena-coquimbo"
DEFAULT_CONFIG = Path("equipage.toml")
MOST_DAYS = 5 * 366
"""Five years, for which hours of work have to be shown: nothing about people is kept for longer."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(ValueError):
    """The settings cannot be right; the message names every fault."""


def _optional(kind: type[Source]) -> Callable[[Any], Source | None]:
    return lambda given: None if given is None else kind.of(given)


def _known_profile(name: str | None) -> str | None:
    return None if name is None else profile_named(name).name


def _known_engine(name: str) -> str:
    """Return the name of an engine that is there, or of the planner without one."""
    if name == INSTANT:
        return name
    try:
        engine(name)
    except UnknownEngineError as error:
        raise ValueError(f"{error}, or {INSTANT}") from None
    except MissingEngineError as error:
        raise ValueError(str(error)) from None
    return name


class Settings(BaseSettings):
    """How this server runs.

    Parameters
    ----------
    database_url : str
        An SQLAlchemy URL; empty means SQLite in the user's data folder.
    network : Path or None
        A built road network or an OpenStreetMap file; none means the city's own roads.
    place : str
        A place whose roads are fetched from OpenStreetMap instead.
    overpass_url, nominatim_url : str
        The servers to fetch them from.
    city : str
        The name of a city that ships, or a folder made like one.
    zones, population : ZonesFile or PopulationFile or None
        Files with its zones and with the people in them: a path, or a table of `file` and the columns' names.
    profile : str or None
        The profile of the vehicles, one of those that routing has; none means the city's own.
    osrm_port : int or None
        A second port, at whose root OSRM's API begins.
    speed : float
        Seconds of the server's clock in one real second.
    demo : bool
        Whether the key `demo` opens everything; only ever on loopback.
    demo_language : Language or None
        What the demo's citizens and crews write; without it the city's first language, else French.
    planner_interval_s : float
        Seconds of the server's clock after which the planner looks again, even when nothing happened.
    planner_engine : str
        Which engine plans everybody's routes together where crews are short: one of those in
        `dispatch.solver.engines`. With `instant` none does; each crew then gets one job after the other.
    planner_budget_s : float
        Seconds that it may take for that; it stops sooner when something happens.
    planner_reserve_s : float
        For how long an area counts as left when its crew is sent away while others are idle: the longer, the
        dearer is leaving it. 0 prices nothing: on replayed days it gained nothing worth telling.
    planner_turns_around : bool
        Whether a crew that is on its way may be sent to a report of the highest priority instead.
    standby : bool or None
        Whether idle crews are asked to wait where they reach sooner what is likely to come; unset, only in
        the demo.
    offer_interval_s, offer_budget_s : float
        Seconds of the server's clock between two looks for a plan made from nothing, and seconds that one may
        take; 0 for none. It is only made while nothing happens, and only where the plan has changed since.
    offer_least_share, offer_least_s : float
        What it must save to be offered: of what the jobs that it changes still wait, and in seconds of
        driving and waiting.
    promises_interval_s : float
        Seconds of the server's clock between two looks at every promised arrival.
    session_hours : float
        How long a browser stays signed in.
    crew_session_days : float
        How long a crew's telephone stays signed in after its page was last loaded.
    positions_kept_days : int
        For how many days at most it is known where vehicles were; the CNIL's yardstick is two months.
    contacts_kept_days : int
        For how many days after a report was closed its citizen's contact is kept.
    most_requests_per_s, most_filings_per_s : float
        How often one address may call, and file a report by Open311, in the long run; more at once.
    most_fixes_per_s : float
        How often one tracker may post in the long run; five minutes' worth at once.
    max_body_bytes, max_media_bytes
        Greatest body of a request, and of a citizen's report with photographs.
    """

    model_config = SettingsConfigDict(env_prefix="EQUIPAGE_", extra="forbid", frozen=True)

    database_url: str = ""
    network: Path | None = None
    place: str = ""
    overpass_url: str = OVERPASS_URL
    nominatim_url: str = NOMINATIM_URL
    city: str = DEFAULT_CITY
    zones: Annotated[ZonesFile | None, NoDecode, BeforeValidator(_optional(ZonesFile))] = None
    population: Annotated[PopulationFile | None, NoDecode, BeforeValidator(_optional(PopulationFile))] = None
    profile: Annotated[str | None, AfterValidator(_known_profile)] = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    osrm_port: Annotated[int | None, Field(ge=0, le=65535)] = None
    speed: Annotated[float, Field(gt=0, le=1000)] = 1.0
    demo: bool = False
    demo_language: Language | None = None
    planner_interval_s: Annotated[float, Field(gt=0)] = 5.0
    planner_engine: Annotated[str, AfterValidator(_known_engine)] = "own"
    planner_budget_s: Annotated[float, Field(gt=0, le=60)] = 0.5
    planner_reserve_s: Annotated[float, Field(ge=0, le=7200)] = 0.0
    planner_turns_around: bool = True
    standby: bool | None = None
    offer_interval_s: Annotated[float, Field(gt=0)] = 60.0
    offer_budget_s: Annotated[float, Field(ge=0, le=60)] = 5.0
    offer_least_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    offer_least_s: Annotated[float, Field(ge=0)] = 900.0
    promises_interval_s: Annotated[float, Field(gt=0)] = 10.0
    session_hours: Annotated[float, Field(gt=0)] = 12.0
    crew_session_days: Annotated[float, Field(gt=0)] = 30.0
    positions_kept_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 60
    contacts_kept_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 60
    most_requests_per_s: Annotated[float, Field(gt=0)] = 100.0
    most_filings_per_s: Annotated[float, Field(gt=0)] = 2.0
    most_fixes_per_s: Annotated[float, Field(gt=0)] = 2.0
    max_body_bytes: Annotated[int, Field(ge=1024)] = 256 * 1024
    max_media_bytes: Annotated[int, Field(ge=1024)] = 20 * 1024 * 1024

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Give the sources, the strongest first."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        faults = []
        if self.network is not None and self.place:
            faults.append("give either network or place, not both")
        if self.network is not None and not self.network.exists():
            faults.append(f"network: there is no file {self.network}")
        if self.demo and self.host not in _LOOPBACK:
            faults.append(f"host: the demo listens on loopback only, not on {self.host!r}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def asks_to_stand_by(self) -> bool:
        """Whether idle crews are asked to wait somewhere."""
        return self.demo if self.standby is None else self.standby

    def resolved_database_url(self) -> str:
        """Return the URL of the database; unset it is SQLite in the user's data folder."""
        return self.database_url or default_database_url()


def load_settings(config: Path | None = None, **given: Any) -> Settings:
    """Return the settings of a file, the environment and what was given, the last being the strongest.

    Parameters
    ----------
    config : Path, optional
        A TOML file; without it `equipage.toml` of the current folder, where there is one.
    **given : Any
        Settings from the command line; `None` means not given.

    Raises
    ------
    SettingsError
        If something is unknown or cannot be right, naming everything that is.
    """
    if config is not None and not config.is_file():
        raise SettingsError(f"there is no settings file {config}")

    class _Configured(Settings):
        model_config = SettingsConfigDict(toml_file=config or DEFAULT_CONFIG)

    try:
        return _Configured(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("\n".join(map(_fault, error.errors()))) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{config or DEFAULT_CONFIG} is not TOML: {error}") from None


def _fault(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{name} is no setting; there are {', '.join(sorted(Settings.model_fields))}"
    message = error["msg"].removeprefix("Value error, ")
    given = f", not {error['input']!r}" if name else ""
    return f"{name}: {message}{given}" if name else message
