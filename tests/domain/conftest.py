"""Generated cases: how long one takes says nothing on a machine that is busy with the other tests."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
