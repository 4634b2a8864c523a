"""`eq.map`: what analysts have, on a map that shows itself and asks nobody for anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import equipage as eq
from equipage.api.maps.colours import MISSING, STEPS, colours_of
from equipage.api.words.maps import ENGLISH
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.replay.study import replay_all
from tests.dispatch.days import a_call, a_day
from tests.dispatch.worlds import StraightRoads
from tests.routing.roads import LAT, LON, STEP, grid

START, END = (LON, LAT), (LON + 4 * STEP, LAT + 4 * STEP)


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tiles of networks made up here stay out of the user's cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def router() -> eq.Router:
    """A grid of streets."""
    return eq.Router(grid(5, 5))


def quarters(**columns: object) -> gpd.GeoDataFrame:
    """Return two zones, west and east, with columns of two values."""
    west = shapely.box(LON, LAT, LON + 2 * STEP, LAT + 4 * STEP)
    east = shapely.box(LON + 2 * STEP, LAT, LON + 4 * STEP, LAT + 4 * STEP)
    return gpd.GeoDataFrame(columns, geometry=[west, east], index=["west", "east"], crs="EPSG:4326")


def shown(*things: object, **more: object) -> str:
    """Return the page of a map without the scripts of others."""
    page: str = eq.map(*things, **more).figure.render()  # type: ignore[arg-type]
    assert re.findall(r"""(?:src|href)=["']?(?!data:)([^"'\s>]+)""", page.split("</head>")[1]) == []
    return page.split("</head>")[1]


def test_a_map_shows_itself_in_a_notebook(router: eq.Router) -> None:
    """As an iframe with everything within it."""
    html = eq.map(router)._repr_html_()
    assert html.startswith("<div")
    assert "srcdoc" in html
    assert "L.map(" in html


def test_a_route_tells_minutes_and_length(router: eq.Router) -> None:
    """In the panel, over our own roads as pictures within the page."""
    route = router.route(START, END)
    page = shown(route, network=router)
    assert f"Route: {route.duration_s / 60:.1f}\xa0min, {route.distance_m / 1000:.1f}\xa0km" in page
    assert "data:image/png;base64," in page


def test_isochrones_are_bands_in_the_legend(router: eq.Router) -> None:
    """Two bands, the shorter darker."""
    page = shown(router.isochrones([START], minutes=[0.5, 1]), network=router.network)
    assert page.index("in 0.5\xa0min") < page.index("in 1\xa0min")


def test_coverage_brings_its_own_roads_and_people(router: eq.Router) -> None:
    """With people in the legend, and zones and depots as layers, in French where asked for."""
    found = eq.coverage(router, [START], quarters(population=[1000, 500]), minutes=[15])
    page = shown(found, language="fr")
    assert "1\u202f500 habitants (100\xa0%)" in page
    assert "data:image/png;base64," in page


def test_a_table_is_coloured_by_a_column(router: eq.Router) -> None:
    """Numbers in steps, in any CRS; the legend tells their bounds and how many are in each."""
    page = shown(quarters(minutes_more=[3.0, 8.5]).to_crs(2154), network=router, column="minutes_more")
    assert STEPS[0] in page
    assert STEPS[-1] in page
    assert re.search(r"<h2>minutes_more</h2>", page)


def test_text_of_a_table_is_no_markup(router: eq.Router) -> None:
    """What stands in a cell or a column's name is shown as it is."""
    nasty = "<b onclick=alert(1)>`${alert(2)}`</script><script>alert(3)</script>"
    page = shown(quarters(**{nasty: [nasty, "b"]}), network=router, column=nasty)
    assert "<b onclick" not in page
    assert "alert(3)</script>" not in page


def test_without_a_network_the_ground_is_empty() -> None:
    """No foreign tiles come in its place."""
    page = shown(quarters(name=["a", "b"]))
    assert "L.TileLayer" not in page
    assert "L.tileLayer" not in page


def test_what_cannot_be_drawn_is_told_at_once() -> None:
    """Another kind of thing, a table without CRS, a column that no table has."""
    bare = quarters().set_crs(None, allow_override=True)
    with pytest.raises(InvalidInputError) as told:
        eq.map(7, bare, column="x")
    first, second, third = told.value.faults
    assert first.startswith("a int (thing 0) cannot be drawn; give any of RoadNetwork, Router, City, Route")
    assert second.startswith("thing 1 has no CRS")
    assert third == "no table has a column 'x'"
    with pytest.raises(InvalidInputError, match="nothing to draw"):
        eq.map()


def test_steps_are_fifths_and_what_is_out_of_reach_is_grey() -> None:
    """One extreme value does not make all the others alike; inf and missing have a colour of their own."""
    values = pd.Series([1.0, 2.0, 3.0, 4.0, 1000.0, np.inf, np.nan], name="min")
    colours, legend = colours_of(values, ENGLISH)
    assert colours.tolist() == [*STEPS, MISSING, MISSING]
    assert "other, or none" in legend


@pytest.mark.parametrize("values", [[5.0, 5.0], [np.inf, np.inf], [True, False], ["a", None]])
def test_every_column_has_colours(values: list[object]) -> None:
    """One value only, none within reach, truths, and kinds with gaps."""
    colours, legend = colours_of(pd.Series(values, name="x"), ENGLISH)
    assert len(colours) == 2
    assert "swatch" in legend


def test_a_study_is_drawn_under_each_policy() -> None:
    """A layer of calls for each policy, and in the legend how many waited how long under each."""
    study = replay_all([a_day([a_call("one", 0, (2400.0, 0.0))])], ["nearest", "instant"], StraightRoads())
    page = shown(study)
    for told in ("Calls: nearest", "Calls: instant", "(nearest / instant)", "1 / 1", "1 calls, 1 crews"):
        assert told in page
    assert "Appels" in shown(study, language="fr")
    assert "data:image/png;base64," not in page  # made-up times are of no roads


def test_a_study_brings_its_own_roads(router: eq.Router) -> None:
    """Those that its crews drove on."""
    call, base = replace(a_call("one", 0, (0.0, 0.0)), lon=END[0], lat=END[1]), a_day([])
    depots = {name: replace(depot, lon=LON, lat=LAT) for name, depot in base.depots.items()}
    study = eq.replay([replace(base, calls=(call,), depots=depots)], ["nearest"], router)
    assert "data:image/png;base64," in shown(study)
