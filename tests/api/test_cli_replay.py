"""`equipage replay`: what it prints and writes, and what it says to what cannot be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from equipage.api.cli import app
from equipage.api.replay_files import headline
from equipage.api.words.replay import ENGLISH
from equipage.data.city import load_city
from equipage.data.store import open_store, upgrade
from equipage.dispatch.intake import NewReport
from equipage.dispatch.model import ServiceCode, TimeSpan
from equipage.dispatch.replay.simulation import Replayed
from equipage.dispatch.services.filing import file_report
from equipage.dispatch.services.fleet import install_city
from equipage.dispatch.services.merging import merge_report
from equipage.dispatch.status import Source
from equipage.routing.router import Router
from tests.api.test_maps import FETCHED
from tests.dispatch.days import a_call, a_day

NOON = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
ON_THAT_DAY = ("--date", "2026-11-26")


def test_a_day_is_compared_printed_and_written(tmp_path: Path) -> None:
    """Both policies have the same calls; the folder holds tables, a report and a map that needs no server."""
    out = tmp_path / "out"
    asked = ["replay", *ON_THAT_DAY, "--calls", "12", "--days", "2", "--out", str(out), "--lang", "en"]
    answer = CliRunner().invoke(app, asked, env={"COLUMNS": "160"})
    assert answer.exit_code == 0, answer.output
    assert "12 calls, 33 crews, 2 day(s)" in answer.output
    shares = [int(share) for share in re.findall(r"^ *(\d+)% \w", answer.stderr, re.MULTILINE)]
    assert shares == sorted(set(shares))
    assert (shares[0], shares[-1], len(shares) <= 11) == (0, 100, True)
    for told in (
        "strong-nearest",
        "standby",
        "Driving to wait",
        "Mean wait, min",
        "Plans broken",
        "map.html",
    ):
        assert told in answer.output
    calls = pd.read_csv(out / "calls.csv")
    assert calls.groupby(["policy", "day"])["work_min"].sum().groupby("day").nunique().tolist() == [1, 1]
    figures = pd.read_csv(out / "summary.csv")
    assert (figures["calls"] == 12).all()
    assert figures.groupby("policy")["day"].agg(list).tolist() == [[1, 2]] * 4
    report = (out / "report.md").read_text(encoding="utf-8")
    ranks = [int(rank) for rank in re.findall(r"^\| .*priority (\d)", report, re.MULTILINE)]
    assert ranks == sorted(ranks)
    assert report.index("95 % wait at most") < report.index("priority")
    explained = re.findall(r"^- \*(.+)\*: .+", report, re.MULTILINE)
    assert explained == ["strong-nearest", "instant", "plan", "standby"]
    assert "| Driving to calls, h |" in report
    assert "mean_min" in set(pd.read_csv(out / "differences.csv")["measure"])
    assert "| Mean wait, min |" in report
    page = (out / "map.html").read_text(encoding="utf-8")
    assert FETCHED.findall(re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)) == []
    assert "Calls: instant" in page
    assert "Shown is the first of 2 days." in page


def test_reports_of_a_database_are_replayed(tmp_path: Path) -> None:
    """What citizens filed that day comes in again, duplicates only once; the database stays as it is."""
    city, url = load_city("la-serena-coquimbo"), f"sqlite:///{tmp_path / 'day.sqlite'}"
    upgrade(url)
    store = open_store(url)
    router = Router(city.network)
    with store.transaction() as tx:
        install_city(tx, city)
        filed = []
        for hours in (0, 0, 12):
            new = NewReport(
                service_code=ServiceCode("pothole"), lon=-71.2519, lat=-29.9027, source=Source.PHONE
            )
            now = NOON + timedelta(hours=hours)
            filed.append(file_report(tx, new, router=router, now=now, actor="citizen").id)
        merge_report(tx, filed[1], filed[0], note="", now=NOON, actor="dispatcher")
    store.close()
    asked = ["replay", *ON_THAT_DAY, "--database-url", url, "--days", "1", "--policy", "nearest"]
    answer = CliRunner().invoke(app, asked)
    assert answer.exit_code == 0, answer.output
    assert "1 calls, 33 crews" in answer.output  # one is a duplicate, and one was filed at midnight


def test_what_leaves_nothing_to_chance_is_replayed_once(tmp_path: Path) -> None:
    """Where all work was recorded a date is one day whatever --days says; other dates are further days."""
    file = tmp_path / "calls.csv"
    file.write_text(
        "lon,lat,time,service,work_min\n"
        "-71.25,-29.90,2026-11-26T08:00,pothole,10\n"
        "-71.24,-29.91,2026-11-27T08:00,pothole,12\n",
        encoding="utf-8",
    )
    asked = ["replay", *ON_THAT_DAY, "--recorded", str(file), "--days", "2", "--policy", "nearest"]
    alone = CliRunner().invoke(app, asked, env={"COLUMNS": "160"})
    assert "1 calls, 33 crews, 1 day(s)" in alone.output
    assert "One day tells nothing about chance" in alone.output
    asked += ["--date", "2026-11-27", "--out", str(tmp_path)]
    both = CliRunner().invoke(app, asked, env={"COLUMNS": "160"})
    assert "2026-11-26, 2026-11-27: 1 calls, 33 crews, 2 day(s)" in both.output
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "journées rejouées" in report
    assert "2026-11-26, 2026-11-27\xa0: 1 appels, 33 équipes" in report
    assert "- *nearest*\xa0: l’équipe libre la plus proche" in report


def test_many_dates_are_told_by_the_first_the_last_and_how_many() -> None:
    """Some are named one by one; calls that differ from day to day, by the fewest and the most."""
    days = []
    for number in range(8):
        start = NOON + timedelta(days=number)
        calls = tuple(replace(a_call(f"{k}", 0, (0.0, 0.0)), at=start) for k in range(number + 1))
        day = a_day([], span=TimeSpan(start=start, end=start + timedelta(hours=12)))
        days.append(Replayed(policy="any", day=replace(day, calls=calls), served=(), until=start, plans=0))
    assert headline(days, ENGLISH) == "2026-11-26 to 2026-12-03 (8 dates): 1–8 calls, 1 crews"
    assert headline(days[:2], ENGLISH) == "2026-11-26, 2026-11-27: 1–2 calls, 1 crews"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--policy", "wise"], "there is no policy wise; there are nearest, strong-nearest"),
        (["--policy", "no.such:thing"], "no.such:thing: No module named"),
        (["--policy", "math:nothing"], "has no attribute 'nothing'"),
        (["--city", "atlantis"], "there is no city 'atlantis'"),
        (
            ["--crews", "0", "--shift-hours", "30"],
            "1 crew or more, not 0; a shift lasts 1 to 24 hours, not 30",
        ),
        (
            ["--depot", "moon", "--depot", "0,0"],
            "there is no depot 'moon'; there are la-serena, las-companias",
        ),
        (["--depot", "moon", "--depot", "0,0"], "no depot can be there: "),
        (["--recorded", "nowhere.csv"], "nowhere.csv: No such file"),
        (["--recorded", "a.csv", "--database-url", "sqlite:///b"], "give one of them"),
    ],
)
def test_what_cannot_be_is_told(asked: list[str], told: str) -> None:
    """Faults are sentences, not traces."""
    answer = CliRunner().invoke(app, ["replay", *ON_THAT_DAY, *asked], env={"COLUMNS": "200"})
    assert answer.exit_code != 0
    assert told in answer.output
    assert "Traceback" not in answer.output


def test_another_fleet_is_replayed(tmp_path: Path) -> None:
    """As many calls as for the city's own crews, six for each; the report tells the fleet."""
    asked = ["replay", *ON_THAT_DAY, "--days", "1", "--policy", "nearest", "--against", "nearest"]
    asked += ["--crews", "9", "--depot", "la-serena", "--depot", "-71.255,-29.935", "--shift-hours", "10.5"]
    answer = CliRunner().invoke(app, [*asked, "--out", str(tmp_path)], env={"COLUMNS": "160"})
    assert answer.exit_code == 0, answer.output
    assert "198 calls, 9 crews, 1 day(s)" in " ".join(answer.output.split())
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "Départ des équipes\xa0: La Serena, Cordovez (5), -71.255,-29.935 (4)" in report
    assert "un service dure 10,5\xa0h" in report


def test_a_policy_of_ones_own_is_replayed() -> None:
    """Any function of the moment and the roads can be named."""
    own = "equipage.dispatch.planning.planner:decide"
    asked = ["replay", *ON_THAT_DAY, "--calls", "3", "--days", "1", "--against", "nearest", "--policy", own]
    answer = CliRunner().invoke(app, asked, env={"COLUMNS": "160"})
    assert answer.exit_code == 0, answer.output
    assert own in answer.output
