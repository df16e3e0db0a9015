"""Models: checked before use, loaded, trained. Without Ray, and without the project's I/O."""
