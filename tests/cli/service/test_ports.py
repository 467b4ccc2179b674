"""Which user has a port."""

from __future__ import annotations

import os
import socket

import pytest

from ccr.cli.service import ports
from tests.ports import free_port


@pytest.mark.skipif(not ports.TABLES[0].exists(), reason="the system does not tell who has a port")
def test_the_owner_of_a_port_is_known(listener: socket.socket) -> None:
    assert ports.owner(listener.getsockname()[1]) == os.getuid()
    assert ports.owner(free_port()) is None
