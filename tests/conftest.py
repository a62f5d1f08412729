"""What all tests share: no deadline for one example, since machines that run other work at the same time are slow."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
