"""Where an idle crew waits: in the console, and on the crew's own telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from equipage.api import assemble
from equipage.dispatch.announcements import crew_changed
from equipage.dispatch.model import CrewId, Standby
from tests.api.conftest import Live, send_positions, wait_until
from tests.browser.accessibility import grave_faults
from tests.browser.conftest import CREW, Console, Telephone, let_go
from tests.browser.duties import give_job
from tests.browser.test_console import a_street
from tests.browser.test_crew_page import SMALLEST_TARGET, TOO_SMALL
from tests.browser.test_language import missing_in
from tests.browser.test_routes import scroll_to_crew

pytestmark = pytest.mark.browser

STILL_MS = 500
PATH = f"/api/v1/crews/{CREW}/standby"


@pytest.fixture(autouse=True)
def _idle(server: Live, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the crew heard of, with nothing to do and nowhere to wait; what it is asked, a test says."""
    monkeypatch.setattr(assemble, "standby_tick", lambda *_, **__: ())
    with server.client() as client:
        send_positions(client)
        yield
        let_go(server)
        client.delete(PATH).raise_for_status()


def crew_of(server: Live) -> dict[str, Any]:
    """Return the crew as the server shows it."""
    with server.client() as client:
        crew: dict[str, Any] = client.get(f"/api/v1/crews/{CREW}").json()
    return crew


def asked(server: Live) -> Any:
    """Return where the crew is asked to wait, or None."""
    return crew_of(server)["standby"]


def ask(server: Live) -> dict[str, Any]:
    """Ask the crew, as a person, to wait in a street; return the street."""
    street = dict(a_street(server))
    with server.client() as client:
        client.put(PATH, json={"lon": street["lon"], "lat": street["lat"]}).raise_for_status()
    return street


def planner_asks(server: Live, *, saves_s: float) -> None:
    """Ask the crew to wait in a street as the planner does."""
    street, context = a_street(server), server.context
    place = {"lon": street["lon"], "lat": street["lat"]}
    crew_id, now = CrewId(CREW), context.now()
    with context.store.transaction() as tx:
        tx.save_standby(
            Standby(crew_id=crew_id, **place, since=now, actor="planner", drive_s=360, saves_s=saves_s)
        )
        tx.announce(crew_changed(crew_id, at=now))


def open_crew(console: Console) -> Page:
    """Open the console with the crew's panel."""
    page = console.open()
    page.get_by_role("tab").nth(1).click()
    scroll_to_crew(page).click()
    expect(page.locator(".standby")).to_be_visible()
    wait_until(lambda: is_still(page))
    return page


def is_still(page: Page) -> bool:
    """Tell whether the map moves no more: to the crew that was chosen, beside its panel."""
    pane = page.locator(".leaflet-map-pane")
    before = pane.get_attribute("style")
    page.wait_for_timeout(STILL_MS)
    return pane.get_attribute("style") == before


def press(page: Page, name: str) -> None:
    """Press a button of the section."""
    page.locator(".standby").get_by_role("button", name=name).click()


def row_of_crew(page: Page) -> Locator:
    """Return the crew's row in the list."""
    return page.locator(f"#crews-list-{CREW}")


def test_a_place_is_clicked_on_the_map(console: Console) -> None:
    """The crew is asked to wait there, which panel, list and map tell; undo takes it back."""
    page = open_crew(console)
    expect(page.locator(".standby-place")).to_have_count(0)
    press(page, "Wait elsewhere")
    expect(page.locator(".standby")).to_contain_text("Click on the map where Phone is to wait")
    page.locator("#map").click(position={"x": 180, "y": 240})
    expect(page.locator(".toast")).to_contain_text("Phone is asked to wait")
    expect(page.locator(".standby-place")).to_have_text(re.compile(r"^To wait .* by road\)$"))
    expect(row_of_crew(page)).to_contain_text(page.locator(".standby-place").inner_text())
    place = wait_until(lambda: asked(console.server))
    assert place["actor"] == "demo"
    page.locator("#map").hover(position={"x": 182, "y": 241})
    expect(page.locator("#map-tip")).to_contain_text(page.locator(".standby-place").inner_text())
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".standby-place")).to_have_count(0)
    expect(row_of_crew(page)).to_contain_text("No job")
    assert asked(console.server) is None
    assert console.faults == []


def test_the_mark_on_the_map_leads_to_the_crew(console: Console) -> None:
    """A click on the hollow mark selects who is to wait there."""
    page = open_crew(console)
    press(page, "Wait elsewhere")
    page.locator("#map").click(position={"x": 180, "y": 240})
    expect(page.locator(".standby-place")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    page.locator("#map").click(position={"x": 180, "y": 240})
    expect(page.locator("#drawer-title")).to_have_text("Phone")


def test_help_shows_the_sign_of_standby(console: Console) -> None:
    """As it is on the map, among the signs of crews."""
    page = console.open()
    page.keyboard.press("?")
    sign = page.locator(".legend li", has_text="Where an idle crew is to wait")
    expect(sign.locator("svg.sign circle")).to_be_visible()


def test_a_place_is_chosen_by_keyboard(console: Console) -> None:
    """Escape gives up and leads back to the button; a street is chosen without the mouse."""
    page = open_crew(console)
    elsewhere = page.locator("#standby-elsewhere")
    elsewhere.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_have_class(re.compile("picking"))
    assert grave_faults(page) == []
    page.keyboard.press("Escape")
    expect(elsewhere).to_be_focused()
    expect(page.locator("#map")).not_to_have_class(re.compile("picking"))
    street = a_street(console.server)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(street["name"])
    expect(page.locator(".menu:visible li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Phone is asked to wait near")
    place = wait_until(lambda: asked(console.server))
    assert (place["lon"], place["lat"]) == (street["lon"], street["lat"])


def test_choosing_ends_with_the_panel(console: Console) -> None:
    """A click on the map after something else was opened asks nobody to wait."""
    page = open_crew(console)
    press(page, "Wait elsewhere")
    page.locator("#show-conditions").click()
    expect(page.locator("#map")).not_to_have_class(re.compile("picking"))
    page.locator("#map").click(position={"x": 180, "y": 240})
    page.wait_for_timeout(300)
    assert asked(console.server) is None


def test_a_crew_stays_where_it_is_and_is_let_go(console: Console) -> None:
    """Both can be undone, the last by its key, which it alone shows."""
    page = open_crew(console)
    press(page, "Stay here")
    expect(page.locator(".standby-place")).to_have_text(re.compile("^Waits "))
    expect(page.locator(".toast")).to_contain_text("Phone stays where it is")
    place = asked(console.server)
    press(page, "Cancel standby")
    expect(page.locator(".standby-place")).to_have_count(0)
    assert asked(console.server) is None
    expect(page.locator(".toast kbd:visible")).to_have_count(1)
    expect(page.locator(".toast", has=page.locator("kbd:visible"))).to_contain_text(
        "not asked to wait anywhere"
    )
    page.keyboard.press("z")
    expect(page.locator(".standby-place")).to_be_visible()
    again = asked(console.server)
    assert (again["lon"], again["lat"]) == (place["lon"], place["lat"])


def unheard_of(route: Route) -> None:
    """Answer with crews as if none had ever been heard of."""
    answer = route.fetch()
    crews = answer.json()
    for crew in crews["items"]:
        crew |= {"lon": None, "lat": None, "position": None}
    route.fulfill(response=answer, json=crews)


def test_a_crew_that_was_never_heard_of_stays_where_it_is(console: Console) -> None:
    """It is not said to have a way of no seconds: nobody knows where it is."""
    with console.server.client() as client:
        client.put(PATH, json={}).raise_for_status()
    console.page.route(re.compile(r"/api/v1/crews(\?|$)"), unheard_of)
    page = console.open()
    page.get_by_role("tab").nth(1).click()
    expect(row_of_crew(page)).to_contain_text("no signal yet")
    expect(row_of_crew(page)).to_contain_text("Waits near")


def test_what_the_planner_asks_is_told_with_its_worth(console: Console) -> None:
    """Undoing a person's word in its stead leaves it to the planner again, not to that person."""
    page = open_crew(console)
    planner_asks(console.server, saves_s=35.0)
    section = page.locator(".standby")
    expect(section).to_contain_text("(6\u00a0min by road)")
    expect(section).to_contain_text("The next reports should be reached 35\u00a0s sooner on average")
    expect(section).to_contain_text("(planner)")
    cancel = section.get_by_role("button", name="Cancel standby")
    expect(cancel).to_have_count(0)  # the planner would only ask again: staying here is the way to say no
    press(page, "Stay here")
    expect(section).to_contain_text("(demonstration)")
    expect(cancel).to_be_visible()
    expect(section).not_to_contain_text("sooner")
    page.keyboard.press("z")
    wait_until(lambda: asked(console.server) is None or asked(console.server)["actor"] == "planner")


def test_what_a_person_asked_before_is_asked_again(console: Console) -> None:
    """Undo leads back to the place before, not to none."""
    street = ask(console.server)
    page = open_crew(console)
    press(page, "Stay here")
    expect(page.locator(".standby-place")).to_have_text(re.compile("^Waits "))
    page.keyboard.press("z")
    expect(page.locator(".standby-place")).to_contain_text(f"To wait near {street['name']}")


def test_a_crew_with_a_job_is_not_asked(console: Console) -> None:
    """The section goes as soon as there is a job, and a place that was being chosen with it."""
    page = open_crew(console)
    press(page, "Wait elsewhere")
    give_job(console.server)
    expect(page.locator(".standby")).to_be_hidden()
    expect(page.locator("#map")).not_to_have_class(re.compile("picking"))
    assert console.faults == []


def test_a_crew_reads_where_to_wait(telephone: Telephone) -> None:
    """Place, who asked and the way there, in targets large enough; a job takes the place of it."""
    server = telephone.console.server
    page = telephone.open()
    expect(page.locator(".nothing")).to_be_visible()
    street = ask(server)
    card = page.locator(".standby")
    expect(card.locator("h2")).to_contain_text(street["name"])
    expect(card).to_contain_text(re.compile(r"\((demonstration|démonstration)\)"))
    expect(page.locator(".nothing")).to_have_count(0)
    expect(card.locator(".leaflet-tile-loaded").first).to_be_attached()
    href = card.locator(".links [data-navigation]").get_attribute("href") or ""
    assert f"{street['lat']:.6f},{street['lon']:.6f}" in unquote(href)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == []
    assert missing_in(page) == []
    assert grave_faults(page) == []
    with server.client() as client:
        client.put(PATH, json={}).raise_for_status()
    expect(card.locator("h2")).to_contain_text(re.compile("stay here|restez ici"))
    expect(card.locator("[data-navigation]")).to_have_count(0)
    give_job(server)
    expect(telephone.present).to_be_visible()
    expect(card).to_have_count(0)
    assert telephone.console.faults == []


def test_a_paused_crew_is_not_asked(english: Telephone) -> None:
    """It reads what the planner's place is good for; during a break the page says nothing of waiting."""
    page = english.open()
    ask(english.console.server)
    expect(page.locator(".standby")).to_be_visible()
    expect(page.locator(".standby")).not_to_contain_text("nearer to what is reported next")
    planner_asks(english.console.server, saves_s=35.0)
    expect(page.locator(".standby")).to_contain_text("nearer to what is reported next")
    page.locator("#pause").click()
    expect(page.locator(".nothing")).to_contain_text("Enjoy your break")
    expect(page.locator(".standby")).to_have_count(0)


def test_a_new_place_to_wait_is_felt(english: Telephone) -> None:
    """The telephone vibrates, shorter than for a new job: nobody looks at it all the time."""
    page = english.page
    page.add_init_script("navigator.vibrate = (ms) => { document.body.dataset.felt = ms; return true; };")
    english.open()
    page.locator("h1").click()
    ask(english.console.server)
    expect(page.locator("body[data-felt='150'] .standby")).to_be_visible()
    give_job(english.console.server)
    expect(page.locator("body[data-felt='300,150,300'] .job.present")).to_be_visible()


def test_a_crew_says_no_and_takes_it_back(english: Telephone) -> None:
    """It stays where it is, by its own word, which reaches the dispatcher; then it may be asked again."""
    server, page = english.console.server, english.open()
    planner_asks(server, saves_s=35.0)
    card = page.locator(".standby")
    card.get_by_role("button", name="We stay here").click()
    expect(card.locator("h2")).to_contain_text("stay here")
    wait_until(lambda: asked(server)["actor"] != "planner")
    assert asked(server)["drive_s"] == 0
    page.reload()
    expect(card.locator("h2")).to_contain_text("stay here, near")
    assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == []
    assert grave_faults(page) == []
    card.get_by_role("button", name="We go where we are needed").click()
    expect(card).to_have_count(0)
    wait_until(lambda: asked(server) is None)
    assert english.console.faults == []


def test_a_crew_does_not_overrule_a_dispatcher_by_a_tap(english: Telephone) -> None:
    """What a person said is talked about with that person."""
    page = english.open()
    ask(english.console.server)
    expect(page.locator(".standby")).to_be_visible()
    expect(page.locator(".standby button:not(.leaflet-control *)")).to_have_count(0)


def test_a_word_that_comes_too_late_is_refused(english: Telephone) -> None:
    """The crew was given something before its telephone had a connection again."""
    server, page = english.console.server, english.open()
    planner_asks(server, saves_s=35.0)
    stay = page.locator(".standby").get_by_role("button", name="We stay here")
    expect(stay).to_be_visible()
    page.context.set_offline(True)
    stay.click()
    expect(page.locator(".standby .unsent")).to_be_visible()
    give_job(server)
    page.context.set_offline(False)
    expect(page.locator("#notices")).to_contain_text("meanwhile you have something else to do")
    expect(english.present).to_be_visible()
