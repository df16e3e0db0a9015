"""The Spark host of the local executor (docs/contracts/spark-host.md)."""
