"""A Ray of the attempt's own on this machine, or the cluster that RAY_ADDRESS names.

Every process of an own Ray stays in the attempt's process group, so that killing the group leaves none
behind. Ray's processes for its dashboard, autoscaler and log forwarding are not started.
"""

import contextlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ray
from ray._private import node

from corpusmill_ray.tasks.ray_environment import cluster_address

OBJECT_STORE_BYTES = 100 * 1024 * 1024
"""Results are a few kilobytes a unit; Ray's own minimum is 75 MiB."""

FOLDER_PREFIX = "cmray-"
MAX_FOLDER_CHARS = 40
"""Ray puts sockets below it with about 65 characters more; a socket's path has at most 107."""


class _LeanNode(node.Node):
    """Ray's head node without the processes that a single job has no use for."""

    def start_api_server(self, **_: object) -> None:
        """No dashboard."""

    def start_monitor(self) -> None:
        """No autoscaler."""

    def start_log_monitor(self) -> None:
        """Workers' output stays in their files."""


@contextmanager
def ray_cluster(cpus: int) -> Iterator[None]:
    """Ray for the block: RAY_ADDRESS's, or one of `cpus` cores that ends with the block."""
    if cluster_address() is not None:
        ray.init(log_to_driver=False)
        try:
            yield
        finally:
            ray.shutdown()
        return
    _remove_abandoned_folders()
    folder = _make_folder()
    try:
        _start(cpus, folder)
        yield
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def _start(cpus: int, folder: Path) -> None:
    with _lean_node(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        ray.init(
            address="local",
            num_cpus=cpus,
            num_gpus=0,
            include_dashboard=False,
            object_store_memory=OBJECT_STORE_BYTES,
            log_to_driver=False,
            configure_logging=False,
            _temp_dir=str(folder),
            _node_ip_address="127.0.0.1",
        )
    # Ray's own handler would first wait for processes that the same signal may have ended.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def _lean_node() -> Iterator[None]:
    """`ray.init` makes our node instead of its own for the block: it has no setting for this."""
    whole_node = node.Node
    setattr(node, "Node", _LeanNode)  # noqa: B010 - mypy refuses to assign to a class
    try:
        yield
    finally:
        setattr(node, "Node", whole_node)  # noqa: B010


def _make_folder() -> Path:
    prefix = f"{FOLDER_PREFIX}{os.getpid()}-"
    base = tempfile.gettempdir()
    if len(base) + len(prefix) + len("/12345678") > MAX_FOLDER_CHARS:
        base = "/tmp"  # noqa: S108 - the folder itself is private and new
    return Path(tempfile.mkdtemp(prefix=prefix, dir=base))


def _remove_abandoned_folders() -> None:
    """Remove what attempts that were killed have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        pid = folder.name.split("-")[1]
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
