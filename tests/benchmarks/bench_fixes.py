"""Storing fixes by COPY beside INSERT, on a private PostGIS, in one run: `make bench-fixes`."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from unittest.mock import patch

from equipage.data.database import tracking
from equipage.data.store import SqlStore, open_store
from equipage.dispatch.model import JudgedFix
from tests.data.examples import new_fix, save_city
from tests.postgres import private_server
from tests.stores import postgis_copies

COUNTS = (1, 10, 50, 100, 500, 1000, 5000)
ROUNDS = 9
NEVER = 10**9


def main() -> None:
    """Print a line for each size of batch: both ways in milliseconds, and their ratio."""
    with ExitStack() as stack:
        server = stack.enter_context(private_server())
        copy = stack.enter_context(postgis_copies(server))
        url = stack.enter_context(copy(Path(tempfile.gettempdir())))
        store = stack.enter_context(closing(open_store(url)))
        with store.transaction() as tx:
            save_city(tx)
        print("fixes   INSERT ms   COPY ms   INSERT / COPY")
        for count in COUNTS:
            inserted, copied = _compare(store, count)
            print(f"{count:5}   {inserted:9.2f}   {copied:7.2f}   {inserted / copied:13.2f}")


def _compare(store: SqlStore, count: int) -> tuple[float, float]:
    """Return the median milliseconds of both ways, taken in turns."""
    inserted: list[float] = []
    copied: list[float] = []
    for number in range(2 * ROUNDS):
        batch = [new_fix(number * count + second, vehicle=count % 3) for second in range(count)]
        is_copy = bool(number % 2)
        with patch.object(tracking, "WORTH_COPYING", 0 if is_copy else NEVER):
            (copied if is_copy else inserted).append(_time(store, batch))
    return statistics.median(inserted), statistics.median(copied)


def _time(store: SqlStore, batch: Sequence[JudgedFix]) -> float:
    begun = time.perf_counter()
    with store.transaction() as tx:
        tx.add_fixes(batch)
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
