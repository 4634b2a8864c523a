"""Drawing a part of a page again (`redraw` in `api/static/js/dom.js`), on trees of every shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from tests.api.conftest import Live

pytestmark = pytest.mark.browser

DRAW = """async ({ drawings, how }) => {
  const { fill, h, hold, redraw } = await import("/static/js/dom.js");
  const kept = hold(h("i", {}, "kept"));
  const pressed = [];
  let drawing = 0;
  const build = (tree) => {
    if (typeof tree === "string") return tree === "kept" ? kept : tree;
    const [tag, name, ...children] = tree;
    const said = drawing;
    const on = tag === "button" ? { click: () => pressed.push(said) } : {};
    return h(tag, { class: name, on }, children.map(build));
  };
  const box = h("div");
  document.body.append(box);
  for (const trees of drawings) {
    drawing += 1;
    (how === "redraw" ? redraw : fill)(box, trees.map(build));
  }
  for (const button of box.querySelectorAll("button")) button.click();
  const isThere = box.contains(kept);
  box.remove();
  return { html: box.innerHTML, pressed, isThere };
}"""

texts = st.sampled_from(["", "a", "b"])
elements = st.recursive(
    st.tuples(st.sampled_from(["p", "button"]), texts, texts),
    lambda inner: st.tuples(st.sampled_from(["p", "b"]), texts, inner, st.one_of(inner, texts)),
    max_leaves=6,
)
drawings = st.lists(st.lists(st.one_of(elements, texts), max_size=4), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def page(browser: Browser, server: Live) -> Iterator[Page]:
    """A page that has the script."""
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{server.url}/login")
    yield opened
    context.close()


@given(drawings=drawings)
@settings(max_examples=60, deadline=None)
def test_a_page_drawn_again_is_as_if_drawn_anew(page: Page, drawings: Any) -> None:
    """Whatever was there before, it reads as the last drawing, and every button does what that one says."""
    again, anew = (page.evaluate(DRAW, {"drawings": drawings, "how": how}) for how in ("redraw", "fill"))
    assert again == anew
    assert set(again["pressed"]) <= {len(drawings)}


@given(before=st.lists(elements, max_size=3), after=st.lists(elements, max_size=3))
@settings(max_examples=30, deadline=None)
def test_what_is_held_never_becomes_another(page: Page, before: Any, after: Any) -> None:
    """A part that is drawn by itself stands where the last drawing has it, and goes where it has not."""
    held = {"drawings": [[["p", "", "kept"], *before], [*after, ["b", "", "kept"]]], "how": "redraw"}
    told = page.evaluate(DRAW, held)
    assert told["isThere"]
    assert told["html"].endswith("<i>kept</i></b>")
    gone = page.evaluate(DRAW, {"drawings": [[["p", "", "kept"], *before], after], "how": "redraw"})
    assert not gone["isThere"]
    assert "kept" not in gone["html"]
