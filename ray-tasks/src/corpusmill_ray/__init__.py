"""Corpusmill's model stages (score, scrub) as Ray tasks."""
