"""`ccr update`, in a terminal."""

from __future__ import annotations

import json

import pytest

from ccr import __version__
from ccr.cli import newer
from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine
from tests.cli.test_newer import index

__all__ = ["index"]

pytestmark = pytest.mark.skipif(not newer._has_pip(), reason="pip is not here")


def test_a_newer_version_is_told_with_the_command_and_not_installed(machine: Machine, index: str) -> None:
    code, shown = Session(machine, "update", PIP_INDEX_URL=index).end()
    assert code == 0
    assert "Version 9.10.0 is there" in shown
    assert __version__ in machine.run("version").stdout


def test_offline_it_is_friendly(machine: Machine) -> None:
    done = machine.run("update", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert (done.returncode, "is not known" in done.stdout) == (1, True)
    assert "Traceback" not in done.stderr


def test_programs_get_json(machine: Machine, index: str) -> None:
    told = json.loads(machine.run("update", "--json", PIP_INDEX_URL=index).stdout)
    assert (told["version"], told["newest"], told["newer"]) == (__version__, "9.10.0", True)
