"""The fixtures of the end-to-end tests: a router in front of a provider that does as it is told."""

from tests.e2e.conftest import http, start, upstream

__all__ = ["http", "start", "upstream"]
