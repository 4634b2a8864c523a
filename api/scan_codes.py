"""Codes to scan: QR codes as pictures for pages, and for a terminal."""

from __future__ import annotations

import segno


def picture(text: str) -> str:
    """Return a code as the `data:` address of an SVG, black on white by night, too: so cameras read it."""
    address: str = _code(text).svg_data_uri(scale=6, dark="#000", light="#fff", border=4)
    return address


def show_in_terminal(text: str) -> None:
    """Print a code."""
    _code(text).terminal(compact=True)


def _code(text: str) -> segno.QRCode:
    # A seventh of it may be covered or dirty: it is scanned from a screen.
    return segno.make(text, error="m")
