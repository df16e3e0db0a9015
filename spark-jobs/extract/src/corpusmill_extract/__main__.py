"""One job on one session: `python -m corpusmill_extract SPEC_URI`, by spark-submit through `submit.py`."""

import logging
import sys

from pyspark.sql import SparkSession

from corpusmill_extract.job.dispatch import run_spec

_USAGE_STATUS = 2


def main(arguments: list[str]) -> int:
    """Run the job spec that the single argument names; the session is configured by spark-submit."""
    if len(arguments) != 1:
        logging.getLogger(__name__).error("usage: python -m corpusmill_extract SPEC_URI")
        return _USAGE_STATUS
    spark = SparkSession.builder.getOrCreate()
    try:
        return run_spec(spark, arguments[0])
    finally:
        spark.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
