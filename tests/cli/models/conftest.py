"""The provider, and no key of the user's in the environment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccr.config.presets import presets
from tests.cli.machine import Machine
from tests.cli.models.fake import Fake, provider


@pytest.fixture
def fake(machine: Machine) -> Iterator[Fake]:
    for name in (name for preset in presets().provider.values() for name in preset.key):
        machine.env.pop(name, None)
    with provider() as running:
        yield running
