"""The package is whole however it is built, and cheap to import."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT


def _run(arguments: Sequence[str | Path], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _tracked_files() -> set[str]:
    listing = subprocess.run(
        ["git", "ls-files", "geo", "routing", "dispatch", "data", "api"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {f"equipage/{name}" for name in listing.stdout.split()} | {
        "equipage/__init__.py",
        "equipage/py.typed",
    }


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution of the checkout."""
    folder = tmp_path_factory.mktemp("sdist")
    _run(["-m", "build", "--no-isolation", "--sdist", "--outdir", folder, ROOT], folder)
    return next(folder.glob("*.tar.gz"))


@pytest.mark.parametrize("origin", ["checkout", "sdist"])
def test_the_wheel_holds_every_file_once_and_imports_elsewhere(
    origin: str, sdist: Path, tmp_path: Path
) -> None:
    """A wheel from either origin carries all tracked files of the five folders, and works when installed."""
    source = ROOT if origin == "checkout" else tmp_path / "unpacked"
    if origin == "sdist":
        _run(["-m", "tarfile", "-e", sdist, source], tmp_path)
        source = next(source.iterdir())
    _run(["-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, source], tmp_path)
    wheel = next(tmp_path.glob("*.whl"))

    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    missing = _tracked_files() - set(names)
    assert not missing, f"not in the wheel: {sorted(missing)[:10]}"
    strangers = {name.split("/")[0] for name in names if ".dist-info/" not in name} - {"equipage"}
    assert not strangers

    target = tmp_path / "installed"
    _run(["-m", "pip", "install", "--quiet", "--no-deps", "--target", target, wheel], tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(target)!r})\n"
        "import equipage, equipage.routing.router, equipage.api.cli\n"
        "print(equipage.__file__); print(equipage.load_city('la-serena-coquimbo').name)"
    )
    home, city = _run(["-c", program], tmp_path).splitlines()
    assert home.startswith(str(target))
    assert city == "La Serena–Coquimbo"


def test_importing_the_package_loads_no_heavy_library() -> None:
    """`import equipage` is cheap: names come when they are first used."""
    heavy = "numpy", "pandas", "geopandas", "sqlalchemy", "fastapi", "ortools"
    program = f"import sys, equipage; print([name for name in {heavy!r} if name in sys.modules])"
    assert _run(["-c", program], ROOT).strip() == "[]"


def test_a_server_starts_without_tables() -> None:
    """What maps for analysts need comes with the first of them: a start does not wait for it."""
    tables = "pandas", "geopandas", "folium"
    program = f"import sys, equipage.api.server; print([name for name in {tables!r} if name in sys.modules])"
    assert _run(["-c", program], ROOT).strip() == "[]"


def test_an_unknown_name_of_the_package_is_named() -> None:
    """A typing mistake is answered with what there is."""
    import equipage

    with pytest.raises(AttributeError, match=r"no attribute 'Routr'; it has .*Router"):
        _ = equipage.Routr
