"""Corpusmill's extract job: crawl records in, documents out, on PySpark."""
