"""Why an address cannot be had."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import pytest

from ccr.cli.service import binding

HOST = "127.0.0.1"
Router = Callable[[str], int]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no address 'box'"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "no address 'box'"),
        (PermissionError(errno.EACCES, "x"), "is reserved. Choose another port"),
        (OSError(errno.ENOBUFS, "No buffers"), "Cannot listen on box:80: No buffers"),
    ],
)
def test_each_reason_not_to_get_an_address_has_its_words(error: OSError, words: str) -> None:
    assert words in binding.explain(error, "box", 80)


def test_a_port_in_use_is_explained_by_who_has_it(router: Router) -> None:
    error = OSError(errno.EADDRINUSE, "Address already in use")
    assert "in use by a router" in binding.explain(error, HOST, router("theirs"))
