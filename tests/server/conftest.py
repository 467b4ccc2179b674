"""The provider that does as it is told, and a router in front of it, here too."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import machine
from tests.e2e.conftest import http, start, upstream
from tests.server.provider import Provider, provider

__all__ = ["http", "machine", "start", "upstream"]


@pytest.fixture
def slow() -> Iterator[Provider]:
    """A provider that streams while it is let."""
    with provider() as made:
        yield made
