"""The options of one request, each taken once; what is not offered is refused, never passed over.

`hints` and `alternatives` alone are taken and have no effect: the place counts, and there is one route.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from equipage.api.osrm.faults import Code, OsrmError, malformed
from equipage.api.osrm.requests import OsrmRequest

Value = TypeVar("Value")

FLAG = {"true": True, "false": False}
# By option, the elements that ask for what is done anyway.
_NOT_OFFERED: Mapping[str, frozenset[str]] = {
    "bearings": frozenset({""}),
    "approaches": frozenset({"", "unrestricted"}),
    "exclude": frozenset({""}),
    "snapping": frozenset({"default"}),
    "continue_straight": frozenset({"default", "false"}),
    "waypoints": frozenset(),
    "fallback_speed": frozenset(),
    "fallback_coordinate": frozenset({"input"}),
    "scale_factor": frozenset({"1"}),
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

    def refuse_what_is_not_offered(self) -> None:
        """Take options that are not offered, where they ask for what is done anyway."""
        for name, usual in _NOT_OFFERED.items():
            _, text = self._left.pop(name, (0, None))
            if text is not None and not usual.issuperset(text.split(";")):
                other = " or ".join(sorted(usual - {""}))
                raise OsrmError(
                    Code.INVALID_OPTIONS,
                    f"{name}={text:.80} is not offered: leave it out{f' or give {other}' if other else ''}",
                )

    def done(self) -> None:
        """Refuse what nobody took."""
        for name, (position, _) in self._left.items():
            raise malformed(position - len(name) - 1, f"{self._service} has no option {name:.80}")
