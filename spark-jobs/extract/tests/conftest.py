"""Settings of all tests."""

from hypothesis import settings

# How long an example takes says nothing where other work runs beside the tests.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
