"""Closing and slowing streets from the console, in French: at a desk and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.api.conftest import Live
from tests.browser.accessibility import grave_faults
from tests.browser.conftest import TELEPHONE, WAIT_MS, Console

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1440, "height": 900}


@pytest.fixture(params=[DESK, TELEPHONE], ids=["desk", "telephone"])
def french(request: pytest.FixtureRequest, browser: Browser, server: Live) -> Iterator[Console]:
    """The console in a French browser of either size, not yet loaded; afterwards all roads are as usual."""
    context = browser.new_context(viewport=request.param, locale="fr-FR")
    context.set_default_timeout(WAIT_MS)
    opened = Console(context.new_page(), server)
    opened.listen()
    yield opened
    context.close()
    with server.client() as client:
        for each in entered(server):
            client.delete(f"/api/v1/conditions/{each['id']}").raise_for_status()


def entered(server: Live) -> list[dict[str, Any]]:
    """Return the conditions that the server has."""
    with server.client() as client:
        items: list[dict[str, Any]] = client.get("/api/v1/conditions").json()["items"]
    return items


def draw(page: Page, *corners: tuple[float, float]) -> None:
    """Draw an area by clicks, each so many shares of the map's width and height from its corner."""
    page.locator("#show-conditions").click()
    page.get_by_role("button", name="Tracer une zone sur la carte").click()
    expect(page.locator(".toast")).to_contain_text("Cliquez sur les sommets")
    box = page.locator("#map").bounding_box()
    assert box is not None
    for x, y in corners:
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.get_by_role("button", name="Terminer").click()


def name_it(page: Page, name: str, **chosen: str) -> None:
    """Fill in the open form, by the names of its fields, and send it."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nom (motif)").fill(name)
    for label, value in chosen.items():
        dialog.get_by_label(label.replace("_", " ")).select_option(label=value)
    dialog.get_by_role("button", name="Appliquer").click()


SQUARE = ((0.3, 0.4), (0.6, 0.4), (0.6, 0.6), (0.3, 0.6))
BOW_TIE = ((0.3, 0.4), (0.6, 0.6), (0.6, 0.4), (0.3, 0.6))


def test_a_drawn_area_is_closed_and_opened_again(french: Console) -> None:
    """The area is listed and on the map; undo opens it, and the button that ends it can be undone, too."""
    page = french.open()
    draw(page, *SQUARE)
    name_it(page, "Inondation", Durée="2 heures")
    panel = page.locator("#drawer")
    expect(panel).to_contain_text("Inondation")
    expect(panel).to_contain_text("Fermeture · jusqu’à")
    (closed,) = entered(french.server)
    assert (closed["kind"], len(closed["area"]["coordinates"][0])) == ("closure", 5)
    lasts = datetime.fromisoformat(closed["valid_until"]) - datetime.fromisoformat(closed["created_at"])
    assert abs(lasts - timedelta(hours=2)) < timedelta(minutes=1)
    assert grave_faults(page) == []
    panel.get_by_role("button", name="Lever").click()
    page.get_by_role("dialog").get_by_role("button", name="Lever").click()
    ended = page.locator(".toast", has_text="Mesure levée")
    expect(panel).to_contain_text("Aucune rue n’est fermée ni ralentie")
    ended.get_by_role("button", name="Annuler").click()
    expect(panel).to_contain_text("Inondation")
    (again,) = entered(french.server)
    assert (again["area"], again["valid_until"]) == (closed["area"], closed["valid_until"])
    page.locator(".toast", has_text="Mesure appliquée").get_by_role("button", name="Annuler").click()
    expect(page.locator(".toast").last).to_contain_text("Annulé")
    assert french.faults == []


def test_the_whole_city_is_slowed_down_at_some_hours(french: Console) -> None:
    """Main roads at 30 km/h on the mornings of working days, said in words; undo takes it back."""
    page = french.open()
    page.locator("#show-conditions").click()
    page.get_by_role("button", name="Ralentir toute la ville").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Effet")).not_to_contain_text("Rues fermées")
    dialog.get_by_label("De (heure").fill("07:00")
    dialog.get_by_label("À (heure").fill("09:30")
    chosen = {"Effet": "30 km/h", "Rues_concernées": "Grands axes seulement", "Jours": "Du lundi au vendredi"}
    name_it(page, "Rentrée", **chosen)
    panel = page.locator("#drawer")
    expect(panel).to_contain_text("30 km/h, certaines rues seulement, à certaines heures")
    expect(panel).to_contain_text("du lundi au vendredi 07:00–09:30")
    (slow,) = entered(french.server)
    assert (slow["speed_kph"], slow["hours"], slow["area"]) == (30.0, "Mo-Fr 07:00-09:30", None)
    assert {"primary", "secondary"} <= set(slow["road_classes"])
    assert "residential" not in slow["road_classes"]
    page.locator(".toast", has_text="Mesure appliquée").get_by_role("button", name="Annuler").click()
    expect(panel).to_contain_text("Aucune rue n’est fermée ni ralentie")
    assert entered(french.server) == []
    assert french.faults == []


def test_what_is_no_area_is_told_in_french(french: Console) -> None:
    """Two corners are too few, and sides that cross are refused with what to do."""
    page = french.open()
    draw(page, *SQUARE[:2])
    expect(page.locator(".toast p")).to_have_text("Aucune zone tracée\u00a0: il faut au moins trois sommets.")
    page.locator(".toast").get_by_role("button").click()
    draw(page, *BOW_TIE)
    name_it(page, "Nœud")
    expect(page.locator(".toast.fault")).to_contain_text(
        "Tracez-la de nouveau, sans que ses côtés se croisent."
    )
    assert entered(french.server) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_is_legible_by_day_and_night(french: Console, scheme: str) -> None:
    """While an area is drawn the map is seen whole, and axe finds no grave fault in the form."""
    french.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page = french.open()
    draw(page, *SQUARE)
    expect(page.get_by_role("dialog").get_by_label("Nom (motif)")).to_be_focused()
    assert grave_faults(page) == []
    page.get_by_role("button", name="Retour").click()
    expect(page.locator("#drawer")).to_contain_text("Aucune rue n’est fermée ni ralentie")
