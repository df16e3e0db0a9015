"""Which process this is: pids are used again, a pid with its start time is not."""

import os
import subprocess
from pathlib import Path

_START_TIME_FIELD = 22


def own_start_time() -> str:
    """Return field 22 of /proc/<pid>/stat, or what `ps` says where there is no /proc."""
    stat = Path(f"/proc/{os.getpid()}/stat")
    if not stat.exists():
        command = ["ps", "-o", "lstart=", "-p", str(os.getpid())]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
    # The second field is the command in brackets, which may hold spaces.
    after_command = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return after_command[_START_TIME_FIELD - 3]
