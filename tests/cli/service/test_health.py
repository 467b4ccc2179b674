"""Who answers at an address."""

from __future__ import annotations

import socket
from collections.abc import Callable

from ccr.cli.service.health import ask
from tests.ports import free_port

HOST = "127.0.0.1"


def test_a_router_says_who_it_is(router: Callable[[str], int]) -> None:
    answer = ask(HOST, router("me"))
    assert (answer.kind, answer.instance) == ("router", "me")


def test_other_programs_are_told_apart(serve: Callable[[bytes], int]) -> None:
    for body in (b"hello", b"[]", b'{"status": "ok"}'):
        answer = ask(HOST, serve(body))
        assert (answer.kind, answer.software, answer.instance) == ("other", "Other/1.0", None)


def test_silence_and_absence_are_told_apart(listener: socket.socket) -> None:
    assert ask(HOST, listener.getsockname()[1], timeout=0.05).kind == "silent"
    assert ask(HOST, free_port()).kind == "closed"


def test_what_binds_all_interfaces_is_asked_on_this_machine(router: Callable[[str], int]) -> None:
    assert ask("0.0.0.0", router("me")).kind == "router"  # noqa: S104
