"""A service in the background (the whole of it: ../commands/test_service.py)."""

from __future__ import annotations

import subprocess
import sys

from ccr.cli.service.starting import detached


def test_a_service_outlives_its_terminal_on_every_system() -> None:
    assert detached("linux") == detached("darwin") == {"start_new_session": True}
    flags = detached("win32")["creationflags"]
    if sys.platform == "win32":
        assert flags == subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    assert flags == 0x08000200
