"""The simulators' processes: started with the demo, started again if one fails, ended with it."""

from __future__ import annotations

import subprocess
import sys
import threading
from types import TracebackType
from typing import Self

from equipage.api.settings import Settings

SIMULATORS = ("equipage.api.demo.crews", "equipage.api.demo.reports")
LOOK_EVERY_S = 2.0
END_WITHIN_S = 3.0


class Simulators:
    """Crews and citizens, each kind a process of its own that talks to the server as any client does.

    Parameters
    ----------
    base_url : str
        The server's root; the simulators wait until it is ready.
    key : str
        The API key they use.
    settings : Settings
        The server's: they know the same city on the same roads.
    """

    def __init__(self, base_url: str, key: str, settings: Settings) -> None:
        # Without the database's URL, which may hold a password: arguments can be seen by others.
        self._arguments = (base_url, key, settings.model_dump_json(exclude={"database_url"}))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="simulators", daemon=True)

    def __enter__(self) -> Self:
        for module in SIMULATORS:
            self._start(module)
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._watcher.join()
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, module: str) -> None:
        self._processes[module] = subprocess.Popen([sys.executable, "-m", module, *self._arguments])  # noqa: S603

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            for module, process in list(self._processes.items()):
                if process.poll() is not None:
                    print(f"{module} ended with {process.returncode}; started again", file=sys.stderr)  # noqa: T201
                    self._start(module)
