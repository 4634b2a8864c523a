"""A private PostgreSQL server with PostGIS, started from the system's binaries for one run of the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

PACKAGED = Path(os.environ.get("EQUIPAGE_POSTGRESQL", "/usr/lib/postgresql"))
"""Where Debian keeps the server's programs, a folder for each version, away from PATH."""

OWNERS = ("postgres", "nobody")
"""Whom the server belongs to when root runs the tests: PostgreSQL refuses to run as root."""

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
"""Nothing of a test outlives it, and nobody else is to reach it: its socket is in its own folder."""


@contextmanager
def private_server() -> Iterator[URL]:
    """Start a server and yield the URL of its database `postgres`, with the rights of a superuser."""
    programs = _programs()
    # Not pytest's folder: the server's owner may not enter it, and a socket's path may have 107 bytes only.
    folder = Path(tempfile.mkdtemp(prefix="equipage-pg-"))
    owner = _owner()
    if owner is not None:
        shutil.chown(folder, owner)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "--pgdata", str(data), *arguments]
        done = subprocess.run(command, user=owner, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            log = folder / "log"
            said = done.stderr + (log.read_text() if log.exists() else "")
            raise RuntimeError(f"{program} failed: {said}")

    options = " ".join(f"-c {option}" for option in (*QUICK, f"unix_socket_directories={folder}"))
    try:
        run(
            "initdb",
            "--no-sync",
            "--auth=trust",
            "--username=equipage",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        run("pg_ctl", "start", "--wait", "--log", str(folder / "log"), "--options", options)
        try:
            yield URL.create(
                "postgresql+psycopg", username="equipage", database="postgres", query={"host": str(folder)}
            )
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Return the folder of the newest PostgreSQL that is installed."""
    on_path = shutil.which("initdb")
    packaged = sorted(PACKAGED.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if on_path is None and not packaged:
        raise RuntimeError(
            "PostgreSQL is missing, and the storage tests need a real one; "
            "on Debian: apt-get install postgresql postgresql-postgis"
        )
    return packaged[-1].parent if packaged else Path(str(on_path)).parent


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in OWNERS if name in known)
