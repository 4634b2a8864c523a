"""The two formats that Open311 is spoken in: one content, written as JSON or as XML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from xml.etree import ElementTree as ET

from fastapi.responses import JSONResponse, Response

XML_MEDIA_TYPE = "text/xml"
JSON_MEDIA_TYPE = "application/json"
# What one entry of a list is called in XML; JSON has no name for it.
_ENTRY = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
# XML 1.0 section 2.2: these may not even be escaped, and one of them makes a whole document unreadable.
_NEVER_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


class Format(StrEnum):
    """How a path ends, and so how it is answered."""

    JSON = "json"
    XML = "xml"


def format_of(path: str) -> Format:
    """Return the format that a path asks for; JSON where it asks for none that is spoken."""
    return Format.XML if path.endswith(f".{Format.XML}") else Format.JSON


def answer(
    spoken: Format,
    root: str,
    content: Mapping[str, Any] | Sequence[Any],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the content in a format.

    Parameters
    ----------
    spoken : Format
        The format.
    root : str
        What the document is called in XML; JSON goes without, as the standard has it.
    content : mapping or sequence
        Numbers, truths, texts and None, in mappings and lists.
    status : HTTPStatus
        The answer's status.
    headers : mapping, optional
        Further headers.
    """
    if spoken is Format.JSON:
        # The standard has the encoding told for JSON, too.
        return JSONResponse(content, status, headers=headers, media_type=f"{JSON_MEDIA_TYPE}; charset=utf-8")
    return Response(to_xml(root, content), status, headers=headers, media_type=XML_MEDIA_TYPE)


def to_xml(root: str, content: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return a document without a namespace; None is an empty element, what XML forbids is U+FFFD."""
    document: bytes = ET.tostring(_element(root, content), encoding="utf-8", xml_declaration=True)
    return document


def _element(name: str, content: Any) -> ET.Element:
    element = ET.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, Sequence) and not isinstance(content, str):
        element.extend(_element(_ENTRY[name], entry) for entry in content)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = _NEVER_IN_XML.sub(_REPLACEMENT, str(content))
    return element
