"""The provider that does as it is told, and a router in front of it, here too."""

from tests.e2e.conftest import http, start, upstream

__all__ = ["http", "start", "upstream"]
