"""Names and values as Open311's forms and queries bring them, and what is said when they are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Pairs = Sequence[tuple[str, str]]


class Open311Error(ValueError):
    """What was asked cannot be understood; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class UnknownServiceError(Open311Error):
    """There is no such service, and that is all that is wrong."""


def given_once(pairs: Pairs) -> Mapping[str, str]:
    """Return what was given, the first of each name; a parameter without a value counts as absent."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, value.strip())
    return given


def parts_of(pairs: Pairs, name: str) -> tuple[str, ...]:
    """Return the parts of a list: with commas between them, under a name given several times, or both."""
    texts = (value for each, value in pairs if each == name)
    return tuple(part.strip() for text in texts for part in text.split(",") if part.strip())


def number_of(given: Mapping[str, str], name: str, faults: list[str], *, unit: str) -> float | None:
    """Return a number, None where it is missing or none; what is wrong with it is added to the faults."""
    if name not in given:
        return None
    try:
        return float(given[name])
    except ValueError:
        faults.append(f"{name} must be a number of {unit}, not {given[name][:40]!r}")
        return None
