"""`equipage key` and `equipage device`: let people and trackers in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlsplit

import typer

from equipage.api.cli_faults import faults_told
from equipage.dispatch.status import Role

if TYPE_CHECKING:
    from equipage.data.store import SqlStore, SqlTransaction

keys = typer.Typer(no_args_is_help=True, help="Let people and programs call the API.")
devices = typer.Typer(no_args_is_help=True, help="Let trackers post their positions.")

_ACTOR = "command line"
DatabaseUrl = Annotated[
    str,
    typer.Option(envvar="EQUIPAGE_DATABASE_URL", help="By default a file in the user's data folder."),
]


@keys.command("add")
def add_key(
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
    name: Annotated[str, typer.Option(help="Whose it is.")],
    service: Annotated[list[str] | None, typer.Option(help="Limit it to a service; repeatable.")] = None,
    commune: Annotated[list[str] | None, typer.Option(help="Limit it to a commune; repeatable.")] = None,
    crew: Annotated[str | None, typer.Option(help="The crew that a key of role crew speaks for.")] = None,
    database_url: DatabaseUrl = "",
) -> None:
    """Make a key, and print it this once."""
    # Here and below: a second of imports that --help and faulty calls do without.
    from equipage.api.clock import Clock  # noqa: PLC0415
    from equipage.api.secrets import new_key_secret  # noqa: PLC0415
    from equipage.dispatch.model import CrewId  # noqa: PLC0415
    from equipage.dispatch.services.keys import issue_key  # noqa: PLC0415

    secret = new_key_secret()
    with _transaction(database_url) as tx:
        issue_key(
            tx,
            secret=secret,
            name=name,
            role=role,
            services=frozenset(service or ()),
            communes=frozenset(commune or ()),
            crew_id=CrewId(crew) if crew else None,
            now=Clock().now(),
            actor=_ACTOR,
        )
    typer.echo(secret)


@keys.command("link")
def add_link(
    crew: Annotated[str, typer.Option(help="The crew that the telephone will speak for.")],
    name: Annotated[str, typer.Option(help="Whose telephone it is.")],
    url: Annotated[str, typer.Option(help="Where telephones reach this server.")] = "http://localhost:8000",
    database_url: DatabaseUrl = "",
) -> None:
    """Let a crew's telephone in: print a link and a code to scan, which work once and within a day."""
    from equipage.api.clock import Clock  # noqa: PLC0415
    from equipage.api.scan_codes import show_in_terminal  # noqa: PLC0415
    from equipage.api.secrets import link_url, new_link_secret  # noqa: PLC0415
    from equipage.dispatch.model import CrewId  # noqa: PLC0415
    from equipage.dispatch.services.signin import issue_link  # noqa: PLC0415

    secret = new_link_secret()
    with _transaction(database_url) as tx:
        issue_link(tx, secret=secret, name=name, crew_id=CrewId(crew), now=Clock().now(), actor=_ACTOR)
    link = link_url(url, secret)
    typer.echo(link)
    show_in_terminal(link)
    _warn_of_this_machine(url)


@keys.command("list")
def list_keys(database_url: DatabaseUrl = "") -> None:
    """List the keys that are in force: id, beginning of the key, role, name."""
    with _transaction(database_url) as tx:
        everyone = tx.keys()
    held = [key for key in everyone if key.revoked_at is None]
    if not held:
        typer.echo("There is no key yet: equipage key add --role admin --name …", err=True)
    for key in held:
        limits = [*sorted(key.services), *sorted(key.communes), *filter(None, [key.crew_id])]
        typer.echo("  ".join([key.id, f"{key.prefix}…", key.role.value, key.name, *limits]))


@keys.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `equipage key list` tells it.")],
    database_url: DatabaseUrl = "",
) -> None:
    """Take a key back: whoever holds it is signed out at once."""
    from equipage.api.clock import Clock  # noqa: PLC0415
    from equipage.dispatch.model import KeyId  # noqa: PLC0415
    from equipage.dispatch.services.keys import revoke_key  # noqa: PLC0415

    with _transaction(database_url) as tx:
        key = revoke_key(tx, KeyId(key_id), now=Clock().now(), actor=_ACTOR)
    typer.echo(f"revoked  {key.id}  {key.role.value}  {key.name}")


@devices.command("add")
def add_device(
    vehicle: Annotated[str, typer.Option(help="The id of the vehicle it is in.")],
    url: Annotated[str, typer.Option(help="Where trackers reach this server.")] = "http://localhost:8000",
    database_url: DatabaseUrl = "",
) -> None:
    """Set up a tracker; print its address, its id and token, and a code to scan, this once."""
    from equipage.api.clock import Clock  # noqa: PLC0415
    from equipage.api.scan_codes import show_in_terminal  # noqa: PLC0415
    from equipage.api.secrets import new_device_secrets  # noqa: PLC0415
    from equipage.api.trackers.setup import setups  # noqa: PLC0415
    from equipage.dispatch.model import VehicleId  # noqa: PLC0415
    from equipage.dispatch.services.devices import issue_device  # noqa: PLC0415

    device_id, token = new_device_secrets()
    with _transaction(database_url) as tx:
        issue_device(
            tx,
            device_id=device_id,
            token=token,
            vehicle_id=VehicleId(vehicle),
            now=Clock().now(),
            actor=_ACTOR,
        )
    traccar = setups(url, token=token, vehicle_id=vehicle)[0]
    typer.echo(f"address  {traccar.values['server']}\nid       {device_id}\ntoken    {token}\n")
    show_in_terminal(traccar.link)
    typer.echo("Scan it in the settings of Traccar Client, or enter the address as the server.")
    typer.echo(f"Other applications: {url.rstrip('/')}/trackers/{quote(vehicle)}")
    _warn_of_this_machine(url)


def _warn_of_this_machine(url: str) -> None:
    if urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}:
        typer.echo(
            f"No telephone reaches {url}: give --url with the address it knows this server by.", err=True
        )


@contextmanager
def _transaction(database_url: str) -> Iterator[SqlTransaction]:
    """Return a transaction on an up-to-date database; tell a fault on stderr and exit with 1."""
    with faults_told(), closing(_store(database_url)) as store, store.transaction() as tx:
        yield tx


def _store(database_url: str) -> SqlStore:
    """Open the database that is named; of the default one, which may be nobody's, say that it is a guess."""
    from equipage.api.demo.cli import FOLDER, NAME  # noqa: PLC0415
    from equipage.data.errors import DatabaseStateError  # noqa: PLC0415
    from equipage.data.store import default_database_url, open_store  # noqa: PLC0415

    if database_url:
        return open_store(database_url)
    try:
        return open_store(default_database_url())
    except DatabaseStateError as error:
        raise DatabaseStateError(
            f"{error}, unless your server uses another: name that with --database-url or"
            f" EQUIPAGE_DATABASE_URL (the demo's is sqlite:///{FOLDER / NAME}.sqlite in the folder where"
            " it was started)"
        ) from error
