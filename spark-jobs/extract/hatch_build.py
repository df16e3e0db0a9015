"""Builds native/ into the package: the Zig compiler comes from the package registry and stays out of what is installed.

python hatch_build.py     # builds it in place, as an editable installation does
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOT = Path(__file__).resolve().parent
_SOURCES = _ROOT / "native"
_LIBRARY = _ROOT / "src" / "corpusmill_extract" / "html" / "_page.so"
# Checks of bounds and overflow stay in: pages are written by strangers. No instructions that some machine may lack.
_OPTIONS = ("-dynamic", "-O", "ReleaseSafe", "-fstrip", "-mcpu", "baseline")


class NativeBuildHook(BuildHookInterface[Any]):
    """Has the library built before a wheel or an editable installation is made, and takes it along."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Build the library."""
        build_library()
        build_data["artifacts"].append(f"/{_LIBRARY.relative_to(_ROOT)}")
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def build_library() -> None:
    """Build the library, unless it is newer than all that it is made of."""
    sources = [*_SOURCES.glob("*.zig"), Path(__file__)]
    if _LIBRARY.exists() and _LIBRARY.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return
    made = _LIBRARY.with_suffix(".new")
    # The module and not its program: that is where the package puts it on every platform.
    command = [sys.executable, "-m", "ziglang", "build-lib", *_OPTIONS, "--name", "page"]
    subprocess.run([*command, f"-femit-bin={made}", str(_SOURCES / "root.zig")], check=True)  # noqa: S603 - our own
    made.replace(_LIBRARY)


if __name__ == "__main__":
    build_library()
