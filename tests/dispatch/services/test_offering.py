"""Accepting a better plan: the crews have it, who accepted it is on record, and it can be taken back."""

from __future__ import annotations

import pytest

from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import CrewId
from equipage.dispatch.planning.replanning import Effort
from equipage.dispatch.services.offering import Offers, accept_offer
from equipage.dispatch.services.undoing import undo
from equipage.dispatch.situation import load_situation
from equipage.dispatch.solver.budget import looks, timed
from equipage.dispatch.what_if.offer import Offer, Worth, orders_in_force
from tests.dispatch.services.test_what_if import NoOtherRoads
from tests.dispatch.services.town import ACTOR, Town

EFFORT = Effort(engine="own", budget=lambda: looks(60))


def orders(town: Town) -> dict[str, tuple[str, ...]]:
    """Return what each crew has in order, behind what it does now."""
    with town.store.reading() as reading:
        found = orders_in_force(load_situation(reading, town.now))
    return {str(crew_id): tuple(order) for crew_id, order in found.items()}


def look(town: Town, offers: Offers, effort: Effort = EFFORT) -> None:
    """Look for a better plan."""
    worth = Worth(share=0.1, seconds=600.0)
    offers.look(town.store, router=town.router, now=town.now, effort=effort, worth=worth)


def looked(town: Town) -> Offers:
    """Give A six jobs in a bad order while B and C, at work too, have none; return what stands then."""
    for crew_id in "ABC":
        town.advance(town.assign(town.file(), crew_id), "en_route", "on_site")
    for km in (6, 1, 5, 2, 4, 3):
        town.assign(town.file((1000.0 * km, 0.0)), "A", position=9)
    offers = Offers()
    look(town, offers)
    return offers


def offered(town: Town) -> Offer:
    """Return what is offered."""
    offer = looked(town).current
    assert offer is not None
    return offer


def accept(town: Town, offer: Offer) -> None:
    """Accept an offer."""
    accept_offer(town.store, offer, router=town.router, now=town.now, actor=ACTOR)


def test_an_accepted_offer_is_in_force_and_on_record(town: Town) -> None:
    """Every crew has what was offered; who accepted it, and what it saves, is told with the plan."""
    offer = offered(town)
    accept(town, offer)
    assert orders(town) == dict(offer.after) != dict(offer.before)
    with town.store.reading() as reading:
        plan = reading.plan()
        [entry] = reading.audit("plan", str(plan.version))
    assert (entry.actor, entry.action) == (ACTOR, "offer_accepted")
    assert entry.details == {"saves_s": round(offer.saves_s)}


def test_an_accepted_offer_is_taken_back(town: Town) -> None:
    """Every crew has what it had, in the order that it had."""
    offer = offered(town)
    before = orders(town)
    accept(town, offer)
    with town.store.transaction() as tx:
        last = undo(tx, router=town.router, roads=NoOtherRoads(), now=town.now, actor=ACTOR)
    assert last.step.action == "offer_accepted"
    assert orders(town) == before


def test_an_offer_that_does_not_stand_changes_nothing(town: Town) -> None:
    """A job came behind the others meanwhile."""
    offer = offered(town)
    town.assign(town.file((500.0, 0.0)), "B", position=9)
    before = orders(town)
    with pytest.raises(ConflictError, match="the plan has changed"):
        accept(town, offer)
    assert orders(town) == before
    assert len(before[CrewId("B")]) == 1


def test_a_search_that_is_cut_short_leaves_what_stands(town: Town) -> None:
    """Something happens just when it begins: it finds nothing better, and is done again later."""
    offers = looked(town)
    found = offers.current
    assert found is not None
    offers.look_again()
    look(town, offers, Effort(engine="own", budget=lambda: timed(0.0, lambda: 0.0)))
    assert offers.current is found
