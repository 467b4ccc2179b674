"""The provider that does as it is told, here too."""

from tests.e2e.conftest import upstream

__all__ = ["upstream"]
