"""The command line lets people and trackers in, and tells faults in one line."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipage.api.cli import app
from equipage.data.city import load_city
from equipage.data.store import SqlStore, open_store, upgrade
from equipage.dispatch.access import hash_secret
from equipage.dispatch.services.fleet import install_city

RUNNER = CliRunner()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with the sample city."""
    url = f"sqlite:///{tmp_path / 'cli.sqlite'}"
    upgrade(url)
    store = open_store(url)
    with store.transaction() as tx:
        install_city(tx, load_city("la-serena-coquimbo"))
    store.close()
    return url


def opened(url: str) -> SqlStore:
    """Open the database."""
    return open_store(url)


def test_a_key_is_printed_once_and_stored_as_a_hash(url: str) -> None:
    """With its role and its limits."""
    arguments = ["key", "add", "--role", "dispatcher", "--name", "Ana", "--service", "pothole"]
    done = RUNNER.invoke(app, [*arguments, "--database-url", url])
    assert done.exit_code == 0, done.output
    [secret] = done.stdout.split()
    store = opened(url)
    with store.reading() as reading:
        key = reading.key_by_hash(hash_secret(secret))
    store.close()
    assert key is not None
    assert (key.name, key.role.value, set(key.services)) == ("Ana", "dispatcher", {"pothole"})
    assert secret.encode() not in Path(url.removeprefix("sqlite:///")).read_bytes()


def test_keys_are_listed_and_taken_back(url: str) -> None:
    """What the list shows tells nobody the key; a key taken back is in it no more."""
    there = ["--database-url", url]
    empty = RUNNER.invoke(app, ["key", "list", *there])
    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "equipage key add" in empty.stderr
    made = RUNNER.invoke(app, ["key", "add", "--role", "analyst", "--name", "Ana", *there])
    secret = made.stdout.strip()
    line = RUNNER.invoke(app, ["key", "list", *there]).stdout
    key_id, beginning, role, name = line.split()
    assert (role, name) == ("analyst", "Ana")
    assert secret.startswith(beginning.removesuffix("…"))
    assert secret not in line
    revoked = RUNNER.invoke(app, ["key", "revoke", key_id, *there])
    assert revoked.exit_code == 0, revoked.output
    assert RUNNER.invoke(app, ["key", "list", *there]).stdout == ""
    assert RUNNER.invoke(app, ["key", "revoke", "nobody", *there]).exit_code == 1


def test_a_link_for_a_crews_telephone_is_printed_with_its_code(url: str) -> None:
    """Its secret is behind `#`, and is stored as a hash only."""
    arguments = ["key", "link", "--crew", "phone", "--name", "Ana", "--url", "https://city.example/"]
    done = RUNNER.invoke(app, [*arguments, "--database-url", url])
    assert done.exit_code == 0, done.output
    link = done.stdout.split()[0]
    address, _, secret = link.partition("#link=")
    assert address == "https://city.example/login"
    assert len(done.stdout.splitlines()) > 10
    store = opened(url)
    with store.reading() as reading:
        [key] = reading.keys()
    store.close()
    assert (key.name, key.crew_id) == ("Ana", "phone")
    assert secret.encode() not in Path(url.removeprefix("sqlite:///")).read_bytes()


def test_a_tracker_gets_an_address_an_id_and_a_code_to_scan(url: str) -> None:
    """The token in the address is the device's."""
    arguments = ["device", "add", "--vehicle", "lsc-01", "--url", "https://city.example/"]
    done = RUNNER.invoke(app, [*arguments, "--database-url", url])
    assert done.exit_code == 0, done.output
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[:3])
    assert told["address"] == f"https://city.example/t/{told['token']}"
    assert "█" in done.stdout or "▀" in done.stdout
    store = opened(url)
    with store.reading() as reading:
        device = reading.device_by_token(hash_secret(told["token"]))
    store.close()
    assert device is not None
    assert (str(device.id), str(device.vehicle_id)) == (told["id"], "lsc-01")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["key", "add", "--role", "crew", "--name", "x"], "names its crew"),
        (["key", "add", "--role", "analyst", "--name", "x", "--service", "nope"], "no service nope"),
        (["device", "add", "--vehicle", "nope"], "no vehicle 'nope'"),
    ],
)
def test_faults_are_told_and_exit_with_1(url: str, arguments: list[str], said: str) -> None:
    """On stderr, so that a script does not take them for a key."""
    done = RUNNER.invoke(app, [*arguments, "--database-url", url])
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr


def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Nothing is made by accident."""
    file = tmp_path / "none.sqlite"
    arguments = ["key", "add", "--role", "admin", "--name", "x", "--database-url", f"sqlite:///{file}"]
    done = RUNNER.invoke(app, arguments)
    assert done.exit_code == 1
    assert "none.sqlite" in done.stderr
    assert not file.exists()


@pytest.mark.parametrize(
    "arguments",
    [["key", "link", "--crew", "phone", "--name", "Ana"], ["device", "add", "--vehicle", "lsc-01"]],
)
def test_where_no_database_is_named_the_servers_own_may_be_meant(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs a demo is told how its database is named, and not only to make another."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("EQUIPAGE_DATABASE_URL", raising=False)
    done = RUNNER.invoke(app, arguments)
    assert done.exit_code == 1
    assert "run `equipage db upgrade`, unless your server uses another" in done.stderr
    assert "the demo's is sqlite:///.equipage/demo.sqlite" in done.stderr


def test_wrong_settings_end_serve_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fault is named, with exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "equipage.toml").write_text("sped = 3\n")
    done = RUNNER.invoke(app, ["serve", "--port", "70000"])
    assert done.exit_code == 2
    assert "sped is no setting" in done.stderr
    assert "port" in done.stderr


def test_a_port_in_use_ends_serve_before_it_loads_anything(tmp_path: Path) -> None:
    """Each such port is named, with what to do, and nothing is made."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [str(each.getsockname()[1]) for each in (one, other)]
        done = RUNNER.invoke(app, ["serve", "--port", ports[0], "--osrm-port", ports[1]])
    assert done.exit_code == 1
    assert all(f"port {port} cannot be had" in done.stderr for port in ports)
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["key", "link", "--crew", "phone", "--name", "Ana"], ["device", "add", "--vehicle", "lsc-01"]],
)
def test_a_code_that_no_telephone_can_follow_is_told(url: str, arguments: list[str]) -> None:
    """The address of this machine is no telephone's; one that is given is not doubted."""
    plain = RUNNER.invoke(app, [*arguments, "--database-url", url])
    assert (plain.exit_code, "give --url" in plain.stderr) == (0, True)
    given = RUNNER.invoke(app, [*arguments, "--url", "https://city.example", "--database-url", url])
    assert (given.exit_code, given.stderr) == (0, "")


def test_the_version_is_told() -> None:
    """As the package has it."""
    assert RUNNER.invoke(app, ["--version"]).stdout.strip() == "0.1.0"


def test_a_fault_of_the_settings_is_told_to_the_letter() -> None:
    """What stands in brackets is no colour."""
    done = RUNNER.invoke(app, ["serve", "--config", "[bold]city.toml"])
    assert done.exit_code == 2
    assert "[bold]city.toml" in done.output
