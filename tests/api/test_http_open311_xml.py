"""Open311 in XML beside JSON, discovery, and a client that others wrote reading both."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from georeport import GeoReport

from equipage.api import app as app_module
from tests.api.conftest import Live, demo_settings, serving

ROOT = "/open311/v2"
FORM = {"api_key": "demo", "service_code": "pothole", "lat": "-29.9027", "long": "-71.2519"}
FORMATS = ["json", "xml"]


def read(answer: httpx.Response, status: int = 200) -> ET.Element:
    """Check that an answer is XML as the standard wants it, and return its root."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    assert not any(element.tag.startswith("{") for element in root.iter()), "there is a namespace"
    return root


def told_twice(client: httpx.Client, path: str) -> tuple[ET.Element, Any]:
    """Return a resource as XML and as JSON."""
    return read(client.get(f"{ROOT}/{path}.xml")), client.get(f"{ROOT}/{path}.json").json()


def assert_same(element: ET.Element, value: Any) -> None:
    """Check that XML and JSON tell the same, in the same order."""
    if isinstance(value, dict):
        assert [child.tag for child in element] == list(value)
        entries = list(value.values())
    elif isinstance(value, list):
        assert len({child.tag for child in element}) <= 1
        entries = value
    else:
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        assert (element.text or "") == text.replace("\x0b", "\ufffd")
        return
    for child, entry in zip(element, entries, strict=True):
        assert_same(child, entry)


@pytest.fixture
def filed(anonymous: httpx.Client) -> str:
    """The id of a report whose description is hard to write."""
    form = {**FORM, "description": 'Trou <b>"profond"</b> & sale\x0b, ça déborde ]]> 🕳'}
    return str(anonymous.post(f"{ROOT}/requests.json", data=form).json()[0]["service_request_id"])


def test_every_resource_tells_the_same_in_xml_as_in_json(anonymous: httpx.Client, filed: str) -> None:
    """Under the standard's names, without a namespace."""
    for path, root, entry in (
        ("services", "services", "service"),
        ("services/pothole", "service_definition", None),
        ("requests", "service_requests", "request"),
        ("discovery", "discovery", None),
    ):
        element, content = told_twice(anonymous, path)
        assert element.tag == root
        assert entry is None or {child.tag for child in element} == {entry}
        assert len(element) > 0
        assert_same(element, content)
    element = read(anonymous.get(f"{ROOT}/requests/{filed}.xml"))
    [shown] = anonymous.get(f"{ROOT}/requests/{filed}.json").json()
    assert element.findtext("request/description") == shown["description"].replace("\x0b", "\ufffd")
    assert element.findtext("request/lat") == "-29.9027"


def test_a_service_with_questions_defines_them_in_xml(anonymous: httpx.Client) -> None:
    """Each with the values that may be chosen."""
    services = anonymous.get(f"{ROOT}/services.json").json()
    asking = [service["service_code"] for service in services if service["metadata"]]
    assert asking, "no service of the sample city asks anything"
    for code in asking:
        element, content = told_twice(anonymous, f"services/{code}")
        assert_same(element, content)
        assert element.findall("attributes/attribute/code")


def test_a_report_is_filed_in_xml(anonymous: httpx.Client) -> None:
    """The answer names the report, its link and its address, which is in XML too."""
    answer = anonymous.post(f"{ROOT}/requests.xml", data={**FORM, "description": "Deep"})
    taken = read(answer, 201)
    assert taken.tag == "service_requests"
    number = taken.findtext("request/service_request_id")
    assert (taken.findtext("request/follow_url") or "").startswith("http")
    assert answer.headers["Location"] == f"{ROOT}/requests/{number}.xml"
    assert read(anonymous.get(answer.headers["Location"])).findtext("request/description") == "Deep"


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        ("requests/999999.xml", {}, 404),
        ("services/nope.xml", {}, 404),
        ("nonsense.xml", {}, 404),
        ("requests.xml", {"status": "sad", "page": "0"}, 400),
        ("services.xml", {"api_key": "wrong"}, 403),
    ],
)
def test_a_fault_is_told_in_xml_where_that_was_asked_for(
    anonymous: httpx.Client, path: str, parameters: dict[str, str], status: int
) -> None:
    """An error each, with code and description."""
    root = read(anonymous.get(f"{ROOT}/{path}", params=parameters), status)
    assert root.tag == "errors"
    assert len(root) == max(1, len(parameters))
    for error in root:
        assert [child.tag for child in error] == ["code", "description"]
        assert error.findtext("code") == str(status)
        assert error.findtext("description")


@pytest.mark.parametrize(("form", "status"), [({"api_key": ""}, 403), ({"lat": "north"}, 400)])
def test_a_wrong_report_is_refused_in_xml(anonymous: httpx.Client, form: dict[str, str], status: int) -> None:
    """Keys and faults of the form alike."""
    root = read(anonymous.post(f"{ROOT}/requests.xml", data={**FORM, **form}), status)
    assert root.findtext("error/code") == str(status)


def test_a_body_that_is_too_long_is_refused_in_xml(anonymous: httpx.Client) -> None:
    """Before any route is looked for."""
    content = b"description=" + b"x" * (20 * 1024 * 1024)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    root = read(anonymous.post(f"{ROOT}/requests.xml", content=content, headers=form), 413)
    assert root.findtext("error/code") == "413"


def test_a_token_tells_its_request(anonymous: httpx.Client) -> None:
    """The last part of the link that only whoever filed it has; in both formats, and only to its commune."""
    [taken] = anonymous.post(f"{ROOT}/requests.json", data=FORM).json()
    token = taken["follow_url"].rpartition("/")[2]
    element, content = told_twice(anonymous, f"tokens/{token}")
    assert content == [{"service_request_id": taken["service_request_id"], "token": token}]
    assert element.tag == "service_requests"
    assert_same(element, content)
    elsewhere = anonymous.get(f"{ROOT}/tokens/{token}.xml", params={"jurisdiction_id": "coquimbo.example"})
    assert read(elsewhere, 404).findtext("error/code") == "404"


def test_a_report_in_an_unknown_format_is_not_filed(anonymous: httpx.Client) -> None:
    """400, as for reading; and nothing is kept of it."""
    answer = anonymous.post(f"{ROOT}/requests.yaml", data={**FORM, "description": "in no format"})
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)
    listed = anonymous.get(f"{ROOT}/requests.json").json()
    assert all(each["description"] != "in no format" for each in listed)


def test_a_server_that_is_starting_says_so_in_xml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With what it waits for."""
    monkeypatch.setattr(app_module, "_start", _never)
    with serving(demo_settings(tmp_path)) as loading:
        root = read(httpx.get(f"{loading.url}{ROOT}/services.xml"), 503)
    assert (root.findtext("error/description") or "").startswith("the server is starting")


async def _never(*_: Any) -> None:
    """Load nothing."""


def test_discovery_names_the_address_it_was_asked_at(live: Live, anonymous: httpx.Client) -> None:
    """Whatever host the asker knows the server by, and that a demo is for tests."""
    told = anonymous.get(f"{ROOT}/discovery.json").json()
    assert set(told) == {"changeset", "contact", "key_service", "endpoints"}
    [endpoint] = told["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == f"{live.url}{ROOT}"
    assert endpoint["type"] == "test"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert httpx.get(f"{endpoint['url']}/services.xml").status_code == 200

    assert "sample city" in told["contact"]
    assert "whoever runs this server" in told["key_service"]
    assert datetime.fromisoformat(told["changeset"]) <= live.context.now()
    assert endpoint["changeset"] == told["changeset"]

    elsewhere = anonymous.get(f"{ROOT}/discovery.xml", headers={"Host": "signaler.example"})
    assert read(elsewhere).findtext("endpoints/endpoint/url") == f"http://signaler.example{ROOT}"


@pytest.fixture(params=[None, "la-serena.example"], ids=["city", "commune"])
def jurisdiction(request: pytest.FixtureRequest) -> str | None:
    """Whom the client asks: the whole city, or one commune."""
    asked: str | None = request.param
    return asked


@pytest.fixture(params=FORMATS)
def georeport(request: pytest.FixtureRequest, live: Live, jurisdiction: str | None) -> GeoReport:
    """A client that others wrote, in one format."""
    return GeoReport(f"{live.url}{ROOT}", jurisdiction=jurisdiction, output_format=request.param)


def test_a_client_that_others_wrote_reads_services(georeport: GeoReport) -> None:
    """The list, and what each asks."""
    services = georeport.get_service_list()
    codes = {service["service_code"] for service in services}
    assert {"pothole", "flooding"} <= codes
    assert georeport.get_service_definition("pothole")["service_code"] == "pothole"


def test_a_client_that_others_wrote_reads_requests(
    anonymous: httpx.Client, georeport: GeoReport, filed: str
) -> None:
    """Alone and in a filtered list."""
    anonymous.post(f"{ROOT}/requests.json", data=FORM)
    shown = georeport.get_service_request(filed)
    assert (shown["service_request_id"], shown["status"]) == (filed, "open")
    assert "ça déborde" in shown["description"]
    assert float(shown["long"]) == -71.2519
    listed = georeport.get_service_requests(service_code="pothole", status="open")
    assert filed in {each["service_request_id"] for each in listed}
    newest = listed[0]
    span = {"start_date": shown["requested_datetime"], "end_date": newest["requested_datetime"]}
    assert filed in {each["service_request_id"] for each in georeport.get_service_requests(**span)}
    both = f"{filed},{newest['service_request_id']}"
    named = georeport.get_service_requests(service_request_id=both)
    assert {each["service_request_id"] for each in named} == set(both.split(","))
