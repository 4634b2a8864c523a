"""The options of one request, each taken once; what is not offered is refused, never passed over.

`hints` and `alternatives` alone are taken and have no effect: the place counts, and there is one route.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from equipage.api.osrm.faults import Code, OsrmError, malformed
from equipage.api.osrm.requests import OsrmRequest

Value = TypeVar("Value")

FLAG = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _NotOffered:
    """An option that is read, and refused where it asks for anything else than what is done anyway.

    Parameters
    ----------
    element : str
        The regular expression of a single value.
    usual : frozenset of str
        Values that are taken.
    expected : str
        What it should be.
    each : bool
        Whether there is a value for each coordinate.
    """

    element: str
    usual: frozenset[str]
    expected: str
    each: bool = False


NOT_OFFERED: Mapping[str, _NotOffered] = {
    "bearings": _NotOffered(r"\d+,\d+", frozenset({""}), "degrees,degrees", each=True),
    "approaches": _NotOffered(
        "unrestricted|curb|opposite", frozenset({"", "unrestricted"}), "unrestricted", each=True
    ),
    "snapping": _NotOffered("default|any", frozenset({"default"}), "default"),
}
NOT_OFFERED_ON_ROUTES: Mapping[str, _NotOffered] = {
    "continue_straight": _NotOffered(
        "default|true|false", frozenset({"default", "false"}), "default or false"
    ),
}


class Given:
    """The options of one request, each taken once by whoever knows it."""

    def __init__(self, request: OsrmRequest) -> None:
        self._service = request.service
        self._count = len(request.lonlat)
        self._left = dict(request.options)

    def take(self, name: str, read: Callable[[str], Value], default: Value, *, expected: str) -> Value:
        """Return an option's value, read by a function that raises for what cannot be."""
        if name not in self._left:
            return default
        position, text = self._left.pop(name)
        try:
            return read(text)
        except (KeyError, ValueError, OverflowError):
            raise malformed(position, f"{name} must be {expected}") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an option that is true or false."""
        return self.take(name, FLAG.__getitem__, default, expected="true or false")

    def choice(self, name: str, *values: str) -> str:
        """Return one of some values; the first without the option."""
        of_values = {value: value for value in values}
        return self.take(name, of_values.__getitem__, values[0], expected=" or ".join(values))

    def each(self, name: str, read: Callable[[str], Value], default: Value, *, expected: str) -> list[Value]:
        """Return an option's elements, one for each coordinate; an empty one is the default."""
        elements = self.take(
            name,
            lambda text: [read(element) if element else default for element in text.split(";")],
            [default] * self._count,
            expected=f"{expected} for each coordinate, with ; between them",
        )
        if len(elements) != self._count:
            raise OsrmError(
                Code.INVALID_OPTIONS,
                f"Number of elements in {name} size {len(elements)} does not match coordinate size"
                f" {self._count}",
            )
        return elements

    def refuse(self, not_offered: Mapping[str, _NotOffered]) -> None:
        """Take options that are not offered, where they ask for what is done anyway."""
        for name, option in not_offered.items():
            read = partial(_read, re.compile(option.element), option.usual)
            if option.each:
                values = self.each(name, read, "", expected=option.expected)
            else:
                values = [self.take(name, read, "", expected=option.expected)]
            asked = next((value for value in values if value and value not in option.usual), "")
            if asked:
                other = " or ".join(sorted(option.usual - {""}))
                raise OsrmError(
                    Code.INVALID_OPTIONS,
                    f"{name}={asked:.80} is not offered: leave it out{f' or give {other}' if other else ''}",
                )

    def done(self) -> None:
        """Refuse what nobody took."""
        for name, (position, _) in self._left.items():
            raise malformed(position - len(name) - 1, f"{self._service} has no option {name:.80}")


def _read(element: re.Pattern[str], usual: frozenset[str], text: str) -> str:
    if text not in usual and not element.fullmatch(text):
        raise ValueError(text)
    return text
