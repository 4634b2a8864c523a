"""Settings come from file, environment and command line, and faults are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipage.api.settings import Settings, SettingsError, load_settings
from equipage.data.population import PopulationFile
from equipage.data.zone_files import ZonesFile


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each source overrules the weaker one, setting by setting."""
    file = tmp_path / "equipage.toml"
    file.write_text("port = 1\nspeed = 2\nplanner_interval_s = 3\n")
    monkeypatch.setenv("EQUIPAGE_PORT", "10")
    monkeypatch.setenv("EQUIPAGE_SPEED", "20")

    settings = load_settings(file, port=100, host=None)

    assert (settings.port, settings.speed, settings.planner_interval_s) == (100, 20.0, 3.0)
    assert settings.host == "127.0.0.1"


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    """An unknown name and two impossible values are told together, with what there is."""
    file = tmp_path / "equipage.toml"
    file.write_text("databse_url = 'x'\nport = 70000\nspeed = 0\n")

    with pytest.raises(SettingsError) as caught:
        load_settings(file)

    message = str(caught.value)
    assert "databse_url is no setting; there are" in message
    assert "database_url" in message
    assert "port: Input should be less than or equal to 65535, not 70000" in message
    assert "speed: Input should be greater than 0, not 0" in message


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    """The message says which file it is about."""
    with pytest.raises(SettingsError, match=r"there is no settings file .*none\.toml"):
        load_settings(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("port = ")
    with pytest.raises(SettingsError, match=r"broken\.toml is not TOML"):
        load_settings(broken)


def test_the_demo_never_listens_to_the_world() -> None:
    """The key `demo` opens everything, so only loopback is allowed."""
    with pytest.raises(SettingsError, match=r"the demo listens on loopback only, not on '0\.0\.0\.0'"):
        load_settings(demo=True, host="0.0.0.0")


@pytest.mark.parametrize(
    ("said", "demo", "asks"),
    [("", False, False), ("", True, True), ("true", False, True), ("false", True, False)],
)
def test_idle_crews_are_asked_where_the_settings_say_so(
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    demo: bool,  # noqa: FBT001
    asks: bool,  # noqa: FBT001
) -> None:
    """Where they say nothing, in the demo only."""
    if said:
        monkeypatch.setenv("EQUIPAGE_STANDBY", said)
    assert load_settings(demo=demo).asks_to_stand_by is asks


def test_a_network_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A wrong path is found before the server starts."""
    with pytest.raises(SettingsError, match=r"network: there is no file .*roads\.osm\.pbf"):
        load_settings(network=tmp_path / "roads.osm.pbf")


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    """A misspelt profile is found before the server starts."""
    with pytest.raises(SettingsError, match=r"profile: .*'vann'.*van, truck, emergency"):
        load_settings(profile="vann")


def test_without_a_database_url_it_is_sqlite_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded default needs no server."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert load_settings().resolved_database_url() == f"sqlite:///{tmp_path}/equipage/equipage.sqlite"
    assert load_settings(database_url="postgresql://x").resolved_database_url() == "postgresql://x"


def test_zones_and_people_come_from_files_with_named_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of the settings file names columns; the environment and the command line give a path alone."""
    file = tmp_path / "equipage.toml"
    file.write_text(
        'population = "people.csv"\n[zones]\nfile = "communes.gpkg"\nname = "nom"\ninsee = "code"\n'
    )
    settings = load_settings(file)
    assert settings.zones == ZonesFile(file=Path("communes.gpkg"), name="nom", insee="code")
    assert settings.population == PopulationFile(file=Path("people.csv"))
    monkeypatch.setenv("EQUIPAGE_POPULATION", "cells.csv")
    assert load_settings(file).population == PopulationFile(file=Path("cells.csv"))
    assert load_settings(file, zones=Path("quartiers.shp")).zones == ZonesFile(file=Path("quartiers.shp"))
    assert Settings.model_validate_json(settings.model_dump_json()) == Settings(**settings.model_dump())


def test_faults_of_a_zones_table_are_named(tmp_path: Path) -> None:
    """An unknown key and no file, with what there is."""
    file = tmp_path / "equipage.toml"
    file.write_text('[zones]\nnmae = "nom"\n')
    with pytest.raises(
        SettingsError, match="zones: 'nmae' is unknown; 'file' is missing; there are file, name"
    ):
        load_settings(file)


def test_an_engine_that_is_not_there_is_named_with_those_that_are() -> None:
    """No server starts to plan with something unknown; `instant` is the planner without an engine."""
    with pytest.raises(SettingsError, match=r"planner_engine: No engine 'magic': there are own, .*instant"):
        load_settings(planner_engine="magic")
    assert load_settings(planner_engine="instant").planner_engine == "instant"
