"""The attempt's process group: this job, its Ray, and nothing else, and none of it outlives the job."""

import os
import subprocess

# Ends the group as soon as nobody holds the pipe's other end, that is, when the leader is gone.
_REAPER = "trap '' HUP INT TERM; read -r _; kill -KILL 0"


def lead_process_group() -> None:
    """Make this process the leader of a group that ends with it, however it ends."""
    if os.getpgid(0) != os.getpid():
        os.setpgid(0, 0)
    reading, _held_until_exit = os.pipe()
    subprocess.Popen(["/bin/sh", "-c", _REAPER], stdin=reading)  # noqa: S603 - a constant command
    os.close(reading)
