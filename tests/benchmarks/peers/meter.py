"""Run a command and print its processor seconds and its peak memory.

It is a small process of its own, for a child inherits its parent's peak.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Print what the command of the arguments took, as JSON; its own output goes to standard error."""
    sys.stdout.flush()
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(sys.argv[1:])} ended with {os.waitstatus_to_exitcode(status)}")
    print(json.dumps({"seconds": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
