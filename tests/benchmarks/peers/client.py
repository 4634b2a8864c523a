"""Peers in a process of their own, asked over a pipe in turn with us."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tests.conftest import ROOT

Floats = npt.NDArray[np.float64]


class Peers:
    """A process of the peers' own Python. It ends with the context."""

    def __init__(self, python: Path, server: str = "server") -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            [python, "-m", f"tests.benchmarks.peers.{server}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.stdout.close()
        self._process.wait()
        self._said.close()

    def ask(self, do: str, **asked: object) -> dict[str, Any]:
        """Return the answer to one question; points may be arrays."""
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise SystemExit("the peers' process has no pipes")
        pipe_in.write(json.dumps({"do": do, **asked}, default=_as_list) + "\n")
        pipe_in.flush()
        line = pipe_out.readline()
        if not line:
            self._said.seek(0)
            said = self._said.read().decode()[-2000:]
            raise SystemExit(f"the peers' process ended on {do!r}:\n{said}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def seconds(self, do: str, **asked: object) -> float:
        """Return the processor's seconds that one question took."""
        return float(self.ask(do, **asked)["seconds"])


def _as_list(values: Any) -> object:
    return values.tolist()
