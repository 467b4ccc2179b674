"""A service in the background."""

from __future__ import annotations

import subprocess
import sys

from ccr.cli.service.starting import detached
from tests.cli.machine import Machine


def test_a_service_outlives_its_terminal_on_every_system() -> None:
    assert detached("linux") == detached("darwin") == {"start_new_session": True}
    flags = detached("win32")["creationflags"]
    if sys.platform == "win32":
        assert flags == subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    assert flags == 0x08000200


def test_a_service_that_dies_at_its_start_is_quoted(machine: Machine) -> None:
    done = machine.run("start", "-d", CCR_HOST="127.1.2.256")
    assert done.returncode in (1, 2)
    assert "127.1.2.256" in done.stderr
    assert "Traceback" not in done.stderr
