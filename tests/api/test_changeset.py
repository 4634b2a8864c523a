"""Open311's changeset moves on when what the city offers has changed, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from equipage.api.changeset import changeset_of, keep_changeset
from equipage.data.city import City, load_city
from equipage.data.store import SqlStore, open_store, upgrade

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CITY = load_city("la-serena-coquimbo")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """A new database."""
    url = f"sqlite:///{tmp_path / 'test.sqlite'}"
    upgrade(url)
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("later", "moves"),
    [
        (CITY, False),
        (replace(CITY, zoom=7), False),
        (replace(CITY, key_service="keys@ville.example"), True),
        (replace(CITY, services=CITY.services[1:]), True),
        (replace(CITY, jurisdictions=CITY.jurisdictions[:1]), True),
    ],
    ids=["same", "map", "key_service", "services", "jurisdictions"],
)
def test_the_changeset_moves_with_what_is_offered(store: SqlStore, later: City, moves: bool) -> None:  # noqa: FBT001
    """A start with the same services, jurisdictions and contacts keeps the moment."""
    for city, at in ((CITY, NOW), (later, NOW + timedelta(days=1))):
        with store.transaction() as tx:
            keep_changeset(tx, city, at)
    with store.reading() as reading:
        assert changeset_of(reading) == (NOW + timedelta(days=1) if moves else NOW)
