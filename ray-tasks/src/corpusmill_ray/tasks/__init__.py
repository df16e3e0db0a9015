"""Entry points: an attempt from its spec to its manifest, on Ray; and the training of models."""
