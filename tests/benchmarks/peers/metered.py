"""Commands measured in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT


@dataclass(frozen=True, slots=True)
class Used:
    """What a command took: seconds of the processor, those of its children included, and its peak memory."""

    seconds: float
    peak_mb: float

    def __add__(self, other: Used) -> Used:
        """Return what one command after the other took."""
        return Used(self.seconds + other.seconds, max(self.peak_mb, other.peak_mb))


def metered(command: Sequence[str | Path]) -> Used:
    """Return what a command took; where it fails, its output is shown."""
    meter = [sys.executable, "-S", Path(__file__).with_name("meter.py"), *command]
    done = subprocess.run(meter, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    told = json.loads(done.stdout.splitlines()[-1])
    return Used(told["seconds"], told["peak_mb"])
