"""Loads a model and asks it once: `python -m corpusmill_ray.models.probe FILE LABEL`, a process of its own.

A file that passes the check of its layout can still hold numbers that end the native library.
"""

import sys
from pathlib import Path

from corpusmill_ray.models.fasttext_model import FastTextModel

if __name__ == "__main__":
    FastTextModel(Path(sys.argv[1])).probability("one text to try", sys.argv[2])
