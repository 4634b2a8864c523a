"""Which language a page is in: French unless the visitor says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from fastapi import Request, Response

LANGUAGE_COOKIE = "equipage_language"
_PARAMETER = "lang"
_KEPT = timedelta(days=365)


class Language(StrEnum):
    """A language that the pages speak, by its tag in HTML and HTTP."""

    FRENCH = "fr"
    ENGLISH = "en"

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return _OWN_NAMES[self]


DEFAULT = Language.FRENCH
_OWN_NAMES = {Language.FRENCH: "Français", Language.ENGLISH: "English"}


def language_of(request: Request) -> Language:
    """Return the language of the answer: `?lang=`, then the cookie, then `Accept-Language`, then French."""
    return asked_language(request) or DEFAULT


def language_in(request: Request, city: Sequence[str]) -> Language:
    """Return the language asked for, else the first of a city's that we speak, else French."""
    own = filter(None, map(_spoken, city))
    return asked_language(request) or next(own, DEFAULT)


def asked_language(request: Request) -> Language | None:
    """Return the language that was asked for: `?lang=`, then the cookie, then `Accept-Language`; or None."""
    return (
        _spoken(request.query_params.get(_PARAMETER, ""))
        or _spoken(request.cookies.get(LANGUAGE_COOKIE, ""))
        or preferred(request.headers.get("accept-language", ""))
    )


def remember_language(response: Response, request: Request) -> None:
    """Keep a language that was asked for by `?lang=` in the browser, so that the next pages speak it, too."""
    asked = _spoken(request.query_params.get(_PARAMETER, ""))
    if asked is None:
        return
    response.set_cookie(
        LANGUAGE_COOKIE,
        asked,
        max_age=int(_KEPT.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def preferred(accept_language: str) -> Language | None:
    """Return the language that an `Accept-Language` header likes best; None if it likes none of ours.

    Parameters
    ----------
    accept_language : str
        The header as sent, such as ``en-GB,en;q=0.9,fr;q=0.5``. Regions do not matter; of equals the first
        wins; what cannot be read is passed over.

    References
    ----------
    RFC 9110, section 12.5.4.
    """
    best, best_weight = None, 0.0
    for choice in accept_language.split(","):
        tag, _, parameters = choice.partition(";")
        language, weight = _spoken(tag), _weight(parameters)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def _spoken(tag: str) -> Language | None:
    primary = tag.strip().lower().partition("-")[0]
    return next((language for language in Language if language == primary), None)


def _weight(parameters: str) -> float:
    """Return q: 1 where none is given, 0 where it is not a number between 0 and 1."""
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
