"""What the city has comes back from the store as it was saved."""

from __future__ import annotations

from equipage.data.store import SqlStore
from equipage.dispatch.model import Depot, DepotId


def test_a_depot_comes_back_as_it_was_saved(store: SqlStore) -> None:
    """A depot saved in one transaction is the same value in a later look."""
    depot = Depot(id=DepotId("nord"), name="Dépôt Nord", lon=5.04, lat=47.34)
    with store.transaction() as tx:
        tx.save_depot(depot)
    with store.reading() as reading:
        assert reading.depots() == [depot]
