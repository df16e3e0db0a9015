"""The shared library of native/, which is built with this package (hatch_build.py)."""

import ctypes
from functools import cache
from pathlib import Path

_LIBRARY = Path(__file__).with_name("_page.so")
_NAMES = ("tag_names", "column_names", "context_names")


@cache
def library() -> ctypes.CDLL:
    """Load the library.

    Raises:
        ImportError: it was not built.
    """
    if not _LIBRARY.is_file():
        raise ImportError(f"{_LIBRARY.name} was not built; install corpusmill-extract again (npm run setup)")
    loaded = ctypes.CDLL(str(_LIBRARY))
    for name in _NAMES:
        getattr(loaded, name).restype = ctypes.c_char_p
    loaded.scratch_size.restype = ctypes.c_size_t
    return loaded


def check_size(structure: type[ctypes.Structure], place: int) -> None:
    """Make sure that a structure is what the library takes it for; `place` is its place in `sizes` of root.zig.

    Raises:
        ImportError: it is not.
    """
    sizes = (ctypes.c_size_t * 3)()
    library().sizes(sizes)
    if sizes[place] != ctypes.sizeof(structure):
        raise ImportError(f"{_LIBRARY.name} is of another version; install corpusmill-extract again (npm run setup)")


@cache
def tag_names() -> tuple[str, ...]:
    """Return the names of the tags that the library knows, by their numbers."""
    return _names("tag_names")


@cache
def column_names() -> tuple[str, ...]:
    """Return the names of a block's features but for hints and what Python finds, in the library's order."""
    return _names("column_names")


@cache
def context_names() -> tuple[str, ...]:
    """Return the names of the features that follow from the first model's answers, in the library's order."""
    return _names("context_names")


def _names(function: str) -> tuple[str, ...]:
    return tuple(getattr(library(), function)().decode("ascii").split(" "))
