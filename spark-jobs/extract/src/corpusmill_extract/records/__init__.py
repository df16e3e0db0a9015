"""Text records: JSONL and Parquet input."""
