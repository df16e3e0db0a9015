"""The Spark job: files to staged rows, staged rows to a committed version."""
