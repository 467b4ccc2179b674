"""Examples of properties may take as long as they need: a busy machine is no failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")
