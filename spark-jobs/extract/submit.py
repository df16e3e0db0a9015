"""The file that spark-submit runs: `spark-submit --jars JAR --driver-class-path JAR submit.py SPEC_URI`.

It stands outside of the package, whose folder would otherwise hide the standard library's `html`.
"""

import sys

from corpusmill_extract.__main__ import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
