"""Finders of personal data: one module per family, each a function from a text to its spans."""
