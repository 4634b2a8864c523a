"""The analysts' notebooks, executed as a person would, from the first cell to the last."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FETCHED = re.compile(r"src=(?:&quot;|&#34;|&#x27;)?https?:|url\(https?:|&lt;link rel")
"""What a map would fetch from elsewhere, as it stands in the frame of a notebook."""

CELL_TIMEOUT_S = 240
"""Many times what a cell takes, for busy machines; they take ten seconds, replays half a minute."""

pytestmark = pytest.mark.filterwarnings(
    # Jupyter's own affairs: its client leaves sockets to the collector.
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


def cells_of(file: Path) -> list[dict[str, Any]]:
    """Return the cells as they stand in the file."""
    cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return cells


def test_there_are_notebooks() -> None:
    """A first look, coverage, a day from the database, and replayed days."""
    assert [file.stem[:2] for file in NOTEBOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_kept_without_its_results(file: Path) -> None:
    """Results are made, not kept; and every piece of code is told about before or after."""
    code = [cell for cell in cells_of(file) if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert len(cells_of(file)) > len(code) > 5


@pytest.mark.slow
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_from_the_first_cell_to_the_last(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing given, no warning told, maps without foreign files, and pictures where they are drawn."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv("EQUIPAGE_STUDY_URL", raising=False)
    notebook = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": FOLDER}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    shown = [output.data for output in outputs if "data" in output]
    maps = [data["text/html"] for data in shown if "srcdoc" in data.get("text/html", "")]
    assert len(maps) >= 2
    assert [html for html in maps if FETCHED.search(html)] == []
    assert any("image/png" in data for data in shown)
