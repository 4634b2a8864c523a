"""An environment for the peers that need a Python of their own, made once in the user's cache folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import platformdirs

ROUTING = ("numpy==2.5.5", "osrm-bindings==26.10.0", "pyroutingkit==0.2.1")
PLANNING = ("numpy==2.5.5", "ortools==9.15.6755", "pyvroom==1.15.2", "pyvrp==0.14.1")
VERSIONS = ("3.12", "3.13")
"""osrm-bindings has wheels for these only, and the planners have them, too."""


def cache_folder() -> Path:
    """Return the folder for what benchmarks prepare once."""
    return platformdirs.user_cache_path("equipage") / "bench-peers"


def peers_python(packages: tuple[str, ...] = ROUTING) -> Path:
    """Return a Python that has packages, made with the first fit interpreter on PATH or among pyenv's."""
    folder = cache_folder() / "-".join(["env", *packages]).replace("==", "-")
    python = folder / "bin" / "python"
    done = folder / "complete"
    if not done.exists():
        print(f"Installing {', '.join(packages)} into {folder} (once) …", flush=True)
        subprocess.run([_interpreter(), "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        done.touch()
    return python


def _interpreter() -> str:
    for version in VERSIONS:
        for candidate in (shutil.which(f"python{version}"), *_of_pyenv(version)):
            if candidate and _runs(candidate, version):
                return candidate
    raise SystemExit(f"the peers need Python {' or '.join(VERSIONS)}: install one, on PATH or by pyenv")


def _of_pyenv(version: str) -> list[str]:
    root = Path.home() / ".pyenv" / "versions"
    return [str(path) for path in sorted(root.glob(f"{version}.*/bin/python{version}"))]


def _runs(python: str, version: str) -> bool:
    """Tell whether it is that Python: one of pyenv's shims may stand for a version that is not chosen."""
    tell = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    told = subprocess.run([python, "-c", tell], check=False, capture_output=True, text=True)
    return told.stdout.strip() == version
