"""A machine of one's own for each test."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.machine import CLAUDE, Machine
from tests.ports import free_port


@pytest.fixture
def machine(own_home: Path) -> Iterator[Machine]:
    folder = own_home / "bin"
    folder.mkdir()
    claude = folder / "claude"
    claude.write_text(CLAUDE.format(python=sys.executable))
    claude.chmod(0o755)
    port = free_port()
    env = dict(os.environ) | {"CCR_PORT": str(port), "PATH": f"{folder}:{os.environ['PATH']}"}
    made = Machine(own_home, port, env)
    yield made
    for child in made.children:
        with child:
            child.kill()
    for record in (own_home / ".claude-code-router" / "services").glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Where the client tells what it was given."""
    return tmp_path / "told.json"
