"""What `equipage replay` leaves in a folder: tables of calls and figures, a report to read, a map to see."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pandas as pd

from equipage.api.language import Language
from equipage.api.maps.pages import CityPage
from equipage.api.words.maps import MapWords
from equipage.api.words.replay import REPLAY_WORDS, ReplayWords
from equipage.dispatch.replay.day import Day
from equipage.dispatch.replay.simulation import Replayed
from equipage.dispatch.replay.tables import MEASURES, calls_table, differences, summary

Runs = Mapping[str, Sequence[Replayed]]

_WITH_DECIMALS = (*MEASURES, "standby_h")

_MOST_DATES = 7
"""As many dates are named one by one."""


def write_files(folder: Path, runs: Runs, against: str, page: CityPage) -> list[Path]:
    """Write tables, report and map of replayed days, and return the files.

    Parameters
    ----------
    folder : Path
        Made where it is not there.
    runs : mapping of str to sequence of Replayed
        The days under each policy.
    against : str
        The policy that the others are compared with.
    page : CityPage
        The city, and the language of report and map.
    """
    folder.mkdir(parents=True, exist_ok=True)
    everything = [each for days in runs.values() for each in days]
    tables = {
        "calls.csv": pd.concat(
            [
                calls_table(each).assign(day=number)
                for days in runs.values()
                for number, each in enumerate(days, 1)
            ]
        ),
        "summary.csv": _numbered(summary(everything)),
        "differences.csv": pd.concat(
            {name: differences(days, runs[against]) for name, days in runs.items() if name != against}
            or {against: differences(runs[against], runs[against])},
            names=["policy", "measure"],
        ),
    }
    for name, table in tables.items():
        table.to_csv(folder / name, index=name != "summary.csv")
    first = [days[0] for days in runs.values()]
    pages = {
        "report.md": "\n".join(_report(runs, against, page)),
        "map.html": page.replayed(first, days=len(runs[against])),
    }
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in (*tables, *pages)]


def headline(days: Sequence[Replayed], own: ReplayWords) -> str:
    """Return the dates of days, how many calls came in on each, and how many crews there were.

    Parameters
    ----------
    days : sequence of Replayed
        Under one policy; several may be of the same date.
    own : ReplayWords
        The language. Of more than `_MOST_DATES` dates the first and the last are named.
    """
    dates = sorted({f"{each.day.span.start:%Y-%m-%d}" for each in days})
    told = (
        ", ".join(dates) if len(dates) <= _MOST_DATES else own.dates.format(dates[0], dates[-1], len(dates))
    )
    fewest, most = (found(len(each.day.calls) for each in days) for found in (min, max))
    calls = f"{fewest}" if fewest == most else f"{fewest}–{most}"
    return own.day.format(told, calls, len(days[0].day.crews))


def compared(runs: Runs, against: str, words: MapWords) -> Iterator[list[str]]:
    """Yield the figures of all policies, a row for each measure: its name, then each policy's mean.

    Parameters
    ----------
    runs : mapping of str to sequence of Replayed
        The same days under each policy.
    against : str
        The policy that the others are compared with; in brackets stands by how much they differ from it,
        and the interval that holds that with 95 % confidence where there are several days.
    words : MapWords
        The language.
    """
    every = summary([each for days in runs.values() for each in days])
    figures = every.groupby("policy", sort=False).mean()
    gaps = {name: differences(days, runs[against]) for name, days in runs.items()}
    measures = [
        name for name in map(str, figures) if name.endswith((*_WITH_DECIMALS, "unserved", "breaches"))
    ]
    for measure in sorted(measures, key=_rank):
        cells = [_figure(measure, float(figures[measure][name]), words) for name in runs]
        changes = [_change(gaps[name], measure, words) if name != against else "" for name in runs]
        told = [cell + change for cell, change in zip(cells, changes, strict=True)]
        yield [_measure(measure, words.language), *told]


def _numbered(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with the number of the day, as `calls.csv` has it, after the policy."""
    figures.insert(1, "day", figures.groupby("policy").cumcount() + 1)
    return figures


def _rank(measure: str) -> str:
    """Return what to order measures by: those of all calls first, then priority by priority."""
    return measure[:2] if re.match(r"p\d_", measure) else ""


def _report(runs: Runs, against: str, page: CityPage) -> Iterator[str]:
    words, own = page.words, REPLAY_WORDS[page.words.language]
    days = runs[against]
    title = own.title if len({each.day.span for each in days}) == 1 else own.title_of_dates
    yield f"# {title.format(page.city.name)}\n"
    yield headline(days, own) + "  "
    yield _fleet(days[0].day, page) + "  "
    minutes = sum(each.vehicle_minutes for each in days)
    yield own.days_of.format(len(days), words.number(minutes)) + "\n"
    yield own.how + "\n"
    yield (own.one_day if len(days) == 1 else own.compared.format(against)) + "\n"
    yield f"| | {' | '.join(runs)} |"
    yield "|---|" + "---:|" * len(runs)
    for row in compared(runs, against, words):
        yield f"| {' | '.join(row)} |"
    yield ""
    yield from (f"- {own.policy.format(name, own.policies[name])}" for name in runs if name in own.policies)


def _fleet(day: Day, page: CityPage) -> str:
    """Return from where how many crews start, and how long their shifts of a day are."""
    words, own = page.words, REPLAY_WORDS[page.words.language]
    of_depot = Counter(crew.depot_id for crew in day.crews.values())
    told = ", ".join(f"{day.depots[depot_id].name} ({count})" for depot_id, count in of_depot.most_common())
    spans = [shift.span for shift in day.shifts if shift.span.start in day.span]
    hours = sorted((span.end - span.start) / timedelta(hours=1) for span in spans)
    ends = dict.fromkeys(words.number(each, 0 if each.is_integer() else 1) for each in hours[:1] + hours[-1:])
    return own.starts.format(told) + (own.shifts.format("–".join(ends)) if ends else "")


def _change(gaps: pd.DataFrame, measure: str, words: MapWords) -> str:
    if measure not in gaps.index:
        return ""
    change, low, high = (float(gaps[name][measure]) for name in ("change", "low", "high"))
    if not math.isfinite(change):
        return ""
    interval = f"; {_signed(low, words)} … {_signed(high, words)}" if math.isfinite(low) else ""
    return f" ({_signed(change, words)}{interval})"


def _signed(share: float, words: MapWords) -> str:
    sign = "+" if share > 0 else "\N{MINUS SIGN}" if share < 0 else ""
    return sign + words.share(abs(share))


def _measure(name: str, language: Language) -> str:
    """Return what a column of `summary` is called, its priority included."""
    own = REPLAY_WORDS[language]
    if name in {"unserved", "breaches"}:
        return own.unserved if name == "unserved" else own.breaches
    base = next(measure for measure in _WITH_DECIMALS if name.endswith(measure))
    priority = name.removesuffix(base).strip("p_")
    return own.measures[base] + (f", {own.of_priority.format(priority)}" if priority else "")


def _figure(name: str, value: float, words: MapWords) -> str:
    if name.endswith("_share"):
        return words.share(value)
    return words.number(value, 1 if name.endswith(_WITH_DECIMALS) else 0)
