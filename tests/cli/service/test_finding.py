"""The state of things at a port, and the words for it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import pytest

from ccr.cli.service import binding, finding, health, ports, records
from ccr.cli.service.finding import State, look, select
from ccr.cli.service.home import Home
from ccr.cli.service.locks import Lock
from ccr.cli.service.records import Record
from tests.ports import free_port

HOST = "127.0.0.1"
Router = Callable[[str], int]
Serve = Callable[[bytes], int]


def record(port: int, instance: str = "mine") -> Record:
    return Record(os.getpid(), HOST, port, instance, "/c.json", 0.0)


def test_nothing_there(home: Home) -> None:
    assert look(home, HOST, free_port()).state is State.FREE


def test_our_own_service_is_known_by_lock_and_instance(home: Home, router: Router) -> None:
    port = router("mine")
    records.write(home, record(port))
    with Lock(home.lock(port)):
        found = look(home, HOST, port)
        assert (found.state, found.record) == (State.RUNNING, record(port))
        assert "already runs" in binding.occupied(found)


def test_our_own_service_that_does_not_answer_is_busy(home: Home, router: Router) -> None:
    for port in (free_port(), router("another")):
        records.write(home, record(port))
        with Lock(home.lock(port)):
            assert look(home, HOST, port).state is State.BUSY


def test_a_record_without_its_process_is_stale_whoever_has_the_pid_now(home: Home) -> None:
    port = free_port()
    records.write(home, record(port))
    found = look(home, HOST, port)
    assert (found.state, found.stale) == (State.FREE, record(port))
    assert records.read(home, port) is None


def test_the_record_of_one_that_starts_meanwhile_is_not_taken_for_the_dead_one_s(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    home.lock(port).parent.mkdir(parents=True)
    home.lock(port).touch()
    records.write(home, record(port))
    started = Lock(home.lock(port))
    remove = records.remove

    def meanwhile(home: Home, found: Record) -> None:
        assert not started.take(), "it waits until the old record is gone"
        remove(home, found)

    monkeypatch.setattr(records, "remove", meanwhile)
    assert look(home, HOST, port).stale == record(port)
    assert started.take()
    started.release()


def test_a_router_of_somebody_else_is_told_apart(home: Home, router: Router) -> None:
    found = look(home, HOST, router("theirs"))
    assert found.state is State.FOREIGN
    words = binding.occupied(found)
    assert "started from another home folder (process 7, configuration /c.json)" in words
    assert "--port" in words


def test_another_program_is_named(home: Home, serve: Serve, listener: socket.socket) -> None:
    found = look(home, HOST, serve(b"hello"))
    assert found.state is State.TAKEN
    assert "another program that calls itself 'Other/1.0'" in binding.occupied(found)
    assert health.ask(HOST, listener.getsockname()[1], timeout=0.05).kind == "silent"


def test_another_user_is_named(home: Home, router: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    found = look(home, HOST, router("theirs"))
    monkeypatch.setattr(ports, "owner", lambda _: 0)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert "a router of user root" in finding.who(found)


def test_a_command_without_a_port_means_the_configured_one_or_the_only_one(home: Home) -> None:
    one, two = free_port(), free_port()
    assert select(home, one) == one
    records.write(home, record(two))
    with Lock(home.lock(two)):
        assert select(home, one) == two
        records.write(home, record(one))
        with Lock(home.lock(one)):
            assert select(home, one) == one
            assert finding.others(home, one) == [two]
