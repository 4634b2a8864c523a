"""Plans made from nothing in the background: looked for when the plan changes, and accepted by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from equipage.dispatch.model import AuditEntry
from equipage.dispatch.planning.gate import require_sound
from equipage.dispatch.planning.replanning import Effort
from equipage.dispatch.ports import Store
from equipage.dispatch.roads import Roads
from equipage.dispatch.services.planning import save_decision
from equipage.dispatch.services.undoing import remembered
from equipage.dispatch.situation import load_situation
from equipage.dispatch.what_if.offer import (
    Offer,
    Orders,
    Worth,
    accepted,
    look_for_offer,
    orders_in_force,
    stands,
)

ACTION = "offer_accepted"
"""What the histories call a plan that was offered and accepted."""


@dataclass(slots=True)
class Offers:
    """The one offer that stands, if any, kept in memory: after a restart it is looked for again.

    Parameters
    ----------
    current : Offer or None
        The best that was found, as long as the crews that it changes have what they had then.
    """

    current: Offer | None = None
    _tried: Orders | None = field(default=None, init=False)

    def look(self, store: Store, *, router: Roads, now: datetime, effort: Effort, worth: Worth) -> None:
        """Look for a better plan where the one in force is another one than last time, and has what to gain.

        Parameters
        ----------
        store : Store
            Where the state lives; it is only read.
        router : Roads
            Asked outside any transaction.
        now : datetime
            The moment.
        effort : Effort
            With which engine, and how long.
        worth : Worth
            What an offer must save.
        """
        with store.reading() as reading:
            situation = load_situation(reading, now)
        if self.current is not None and not stands(self.current, situation):
            self.current = None
        orders = orders_in_force(situation)
        if orders == self._tried or max(map(len, orders.values()), default=0) < _LEAST_STOPS:
            return
        found = look_for_offer(situation, router, engine=effort.engine, budget=effort.budget(), worth=worth)
        if found is not None and (self.current is None or found.saves_s > self.current.saves_s):
            self.current = found
        self._tried = orders

    def look_again(self) -> None:
        """Look anew at the next occasion, though the plan may be the same: the search was cut short."""
        self._tried = None

    def forget(self) -> None:
        """Leave no offer standing, and look again at the next occasion."""
        self.current, self._tried = None, None


_LEAST_STOPS = 2
"""With one stop for each crew the instant layer has weighed all that there is."""


def accept_offer(store: Store, offer: Offer, *, router: Roads, now: datetime, actor: str) -> None:
    """Carry out an offer, so that it can be taken back.

    Parameters
    ----------
    store : Store
        Where the state lives.
    offer : Offer
        One that was found before.
    router : Roads
        Tells the arrivals as they are expected now.
    now : datetime
        When.
    actor : str
        Who accepts it.

    Raises
    ------
    ConflictError
        If the plan is another one by now; nothing is changed then.
    UnsoundPlanError
        If it would break anything.
    """
    with store.reading() as reading:
        situation = load_situation(reading, now)
    decision = accepted(offer, situation, router)
    require_sound(situation, router, decision)
    with store.transaction() as tx:
        with remembered(tx, ACTION, now=now, actor=actor):
            save_decision(tx, situation, decision, network_id=router.network.network_id)
        version = situation.plan.version + 1
        details = {"saves_s": round(offer.saves_s)}
        tx.record(
            AuditEntry(
                at=now,
                actor=actor,
                action=ACTION,
                subject="plan",
                subject_id=str(version),
                details=details,
            )
        )
