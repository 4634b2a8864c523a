"""A database as analysts see it: tables to study, read-only, and nobody's name in them."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Engine, Select
from sqlalchemy.exc import DatabaseError

from equipage.data.database import studies
from equipage.data.database.engine import make_read_only_engine, parse_url
from equipage.data.database.schema import engine_state, unusable
from equipage.data.database.studies import Excerpt
from equipage.data.errors import DatabaseStateError, InvalidExcerptError

Moment = datetime | str
"""An aware datetime, or ISO 8601 text with a zone such as `2026-11-26T08:00+01:00`."""

Names = str | Collection[str]

_PSEUDONYM_LENGTH = 8
_IN_TIME = re.compile(r"\w+_(at|time)")


class World:
    """What happened in a city, as GeoDataFrames in EPSG:4326 with times in UTC; use `connect`.

    Parameters
    ----------
    engine : Engine
        From `make_read_only_engine`.
    key : bytes
        What pseudonyms are made with.

    Notes
    -----
    Contacts are never read, nor names of crews, nor what a tracker posts as its id, nor speeds. Crews and
    vehicles have pseudonyms: the same in all tables of one `World`, others in the next unless it is opened
    with the same key. Who knows the rosters and a day's tracks may still guess: tracks are personal data, to
    be kept no longer than the study takes.
    """

    def __init__(self, engine: Engine, key: bytes) -> None:
        self._engine = engine
        self._key = key

    def __repr__(self) -> str:
        """Return the URL, without the password."""
        return f"<equipage.World {self._engine.url.render_as_string(hide_password=True)}, read-only>"

    def reports(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        service: Names = (),
        commune: Names = (),
        descriptions_of_all: bool = False,
    ) -> gpd.GeoDataFrame:
        """Return reports by when they were made.

        Parameters
        ----------
        since, until : datetime or str, optional
            From the first on, up to and without the second, both with a time zone.
        service, commune : str or collection of str
            Service codes and communes; empty for all.
        descriptions_of_all : bool
            Whether to give description and address of reports that are not public as well (police work,
            calls). They may name people: say in your study why you need them.

        Returns
        -------
        GeoDataFrame
            Indexed by report id: service_code, service, status, priority, source, public, commune, zone_id,
            linked_to, requested_at, due_at, arrived_at (the first crew on site), closed_at, response_min
            (minutes from request to arrival), description, address; missing where there is none.

        Raises
        ------
        InvalidExcerptError
            Where times are none, have no zone, or end before they begin.
        """
        excerpt = _excerpt(since, until, service, commune)
        query = studies.reports_of(excerpt, words_of_all=descriptions_of_all)
        table = self._points(query, index="id")
        waited = table["arrived_at"] - table["requested_at"]
        return table.assign(response_min=waited.dt.total_seconds() / 60.0)

    def assignments(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        service: Names = (),
        commune: Names = (),
    ) -> gpd.GeoDataFrame:
        """Return assignments by when they were made, at the places of their jobs.

        Parameters
        ----------
        since, until, service, commune
            As for `reports`.

        Returns
        -------
        GeoDataFrame
            Indexed by assignment id: job_id, report_id, crew and vehicle (pseudonyms), status, pinned,
            by_planner, service_code, priority, commune, duration_s (usual seconds of work), created_at,
            promised_at, predicted_at, en_route_at, arrived_at, ended_at, due_at.

        Raises
        ------
        InvalidExcerptError
            As for `reports`.
        """
        query = studies.assignments_of(_excerpt(since, until, service, commune))
        return self._points(query, index="id").astype({"by_planner": bool})

    def tracks(self, vehicle: Names = (), *, since: Moment, until: Moment) -> gpd.GeoDataFrame:
        """Return where vehicles were, by vehicle and time.

        Parameters
        ----------
        vehicle : str or collection of str
            Pseudonyms as in `vehicles`; empty for all.
        since, until : datetime or str
            From the first on, up to and without the second, both with a time zone.

        Returns
        -------
        GeoDataFrame
            One accepted fix a row: vehicle (pseudonym), fix_time, accuracy_m.

        Raises
        ------
        InvalidExcerptError
            As for `reports`, and naming each pseudonym that no vehicle has.
        """
        excerpt = _excerpt(since, until)
        return self._points(studies.tracks_of(excerpt, self._vehicle_ids(_names(vehicle))))

    def shifts(self, *, since: Moment | None = None, until: Moment | None = None) -> pd.DataFrame:
        """Return the shifts that were worked or are to be, by when they begin.

        Parameters
        ----------
        since, until : datetime or str, optional
            As for `reports`.

        Returns
        -------
        DataFrame
            crew and vehicle (pseudonyms), depot_id, starts_at, ends_at.
        """
        return self._table(studies.shifts_of(_excerpt(since, until)))

    def services(self) -> pd.DataFrame:
        """Return the kinds of things reported, by code, with what the city promises (`respond_s`)."""
        return self._table(studies.all_services()).set_index("code")

    def zones(self) -> gpd.GeoDataFrame:
        """Return the zones by id: name, commune, population."""
        return gpd.GeoDataFrame(self._table(studies.all_zones()).set_index("id"), crs="EPSG:4326")

    def depots(self) -> gpd.GeoDataFrame:
        """Return the depots by id, with their names."""
        return self._points(studies.all_depots(), index="id")

    def crews(self) -> pd.DataFrame:
        """Return the crews by pseudonym: depot_id, vehicle (pseudonym), skills."""
        table = self._table(studies.all_crews())
        return (
            table.assign(id=table["id"].map(self._pseudonym)).rename(columns={"id": "crew"}).set_index("crew")
        )

    def vehicles(self) -> pd.DataFrame:
        """Return the vehicles by pseudonym: profile, depot_id."""
        table = self._table(studies.all_vehicles())
        shown = table.assign(id=table["id"].map(self._pseudonym))
        return shown.rename(columns={"id": "vehicle"}).set_index("vehicle")

    def _points(self, query: Select[Any], index: str | None = None) -> gpd.GeoDataFrame:
        table = self._table(query)
        places = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
        found = gpd.GeoDataFrame(table, geometry=places, crs="EPSG:4326")
        return found if index is None else found.set_index(index)

    def _table(self, query: Select[Any]) -> pd.DataFrame:
        """Return the rows of a query with times in UTC and pseudonyms for crews and vehicles."""
        try:
            with self._engine.connect() as connection, connection.begin():
                rows = connection.execute(query).all()
        except DatabaseError as error:
            raise unusable(self._engine, "read", error) from error
        table = pd.DataFrame(rows, columns=list(query.selected_columns.keys()))
        for name in filter(_IN_TIME.fullmatch, table.columns):
            table[name] = pd.to_datetime(table[name], utc=True).astype("datetime64[us, UTC]")
        for name in table.columns.intersection(["crew_id", "vehicle_id"]):
            table[name] = table[name].map(self._pseudonym)
        for name in table.columns.intersection(["status", "source", "policy", "mode"]):
            table[name] = table[name].astype(str)
        return table.rename(columns={"crew_id": "crew", "vehicle_id": "vehicle"})

    def _vehicle_ids(self, pseudonyms: frozenset[str]) -> frozenset[str] | None:
        if not pseudonyms:
            return None
        ids = self._table(studies.all_vehicles())["id"]
        known = {self._pseudonym(vehicle_id): vehicle_id for vehicle_id in ids}
        unknown = sorted(pseudonyms - set(known))
        if unknown:
            raise InvalidExcerptError(f"no vehicle has the pseudonym {', '.join(unknown)}; see vehicles()")
        return frozenset(known[each] for each in pseudonyms)

    def _pseudonym(self, name: str) -> str:
        return hmac.digest(self._key, name.encode(), "sha256").hex()[:_PSEUDONYM_LENGTH]


def connect(url: str, *, key: str | None = None) -> World:
    """Open a database to study it: nothing can be written through it.

    Parameters
    ----------
    url : str
        `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; a role that may only read is enough.
    key : str, optional
        What pseudonyms are made with: the same key gives the same ones. Where left out they are others each
        time.

    Returns
    -------
    World
        `reports`, `assignments`, `tracks`, `shifts`, `services`, `zones`, `depots`, `crews`, `vehicles` as
        tables, each read when it is asked for.

    Raises
    ------
    DatabaseUrlError
        If the URL cannot be used; the message says what may be given.
    DatabaseStateError
        If the database is empty, older or newer than this program, another program's, or cannot be reached;
        the message says what to do.
    """
    parsed = parse_url(url)
    engine = make_read_only_engine(parsed)
    problem = engine_state(engine, counted=False).problem
    if problem:
        raise DatabaseStateError(f"{parsed.render_as_string(hide_password=True)} cannot be used: {problem}")
    return World(engine, key.encode() if key else secrets.token_bytes(32))


def _excerpt(since: Moment | None, until: Moment | None, service: Names = (), commune: Names = ()) -> Excerpt:
    begin, end = _moment("since", since), _moment("until", until)
    if begin is not None and end is not None and end <= begin:
        raise InvalidExcerptError(
            f"until must be after since, not {end.isoformat()} after {begin.isoformat()}"
        )
    return Excerpt(since=begin, until=end, service_codes=_names(service), communes=_names(commune))


def _moment(name: str, given: Moment | None) -> datetime | None:
    if given is None:
        return None
    try:
        moment: datetime = pd.Timestamp(given).to_pydatetime()
    except ValueError as error:
        raise InvalidExcerptError(f"{name} must be a datetime or ISO 8601 text, not {given!r}") from error
    if moment.tzinfo is None:
        raise InvalidExcerptError(
            f"{name} has no time zone: {given}; say which, such as {moment.isoformat()}+01:00"
        )
    return moment


def _names(given: Names | Iterable[str]) -> frozenset[str]:
    return frozenset([given] if isinstance(given, str) else given)
