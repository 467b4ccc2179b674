"""The process: what signals do to it, and to those that it is answering."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.children import child
from tests.cli.machine import Machine, end, until
from tests.server.processes import Client, configure, service
from tests.server.provider import Provider


def status(machine: Machine) -> str | None:
    return (machine.health() or {}).get("status")


def test_while_it_drains_new_requests_are_refused_and_running_ones_end_well(
    machine: Machine, slow: Provider
) -> None:
    configure(machine, slow.url)
    with service(machine) as child:
        kept = Client(machine.port).ask(path="/").until(b"Claude Code Router")
        running = Client(machine.port).ask().until(b"one")
        child.send_signal(signal.SIGTERM)
        until(lambda: status(machine) == "draining")
        assert machine.status()["state"] == "not answering"
        refused = kept.ask().rest()
        assert b"529" in refused
        assert b"retry-after" in refused
        assert b"connection: close" in refused
        assert b"503" in Client(machine.port).ask(path="/ready").until(b"draining").got
        assert b"ccr_in_flight 1.0" in Client(machine.port).ask(path="/metrics").until(b"ccr_build").got
        slow.go.set()
        assert b"message_stop" in running.rest()
        assert end(child)[0] == 0


def test_the_drain_is_bounded_and_what_it_cuts_off_is_told(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url, DRAIN_SECONDS=0.1)
    with service(machine) as child:
        running = Client(machine.port).ask().until(b"one")
        child.send_signal(signal.SIGTERM)
        got = running.rest()
        assert b"event: error" in got
        assert b"message_stop" not in got
        assert end(child)[0] == 0
    (row,) = json.loads(machine.run("requests", "--json").stdout)["requests"]
    assert (row["status"], row["error"]) == (529, "Draining")


def test_the_second_signal_ends_at_once(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url)
    with service(machine) as child:
        running = Client(machine.port).ask().until(b"one")
        child.send_signal(signal.SIGTERM)
        until(lambda: status(machine) == "draining")
        child.send_signal(signal.SIGTERM)
        assert b"event: error" in running.rest()
        assert end(child)[0] == 0


STARTING = """
import os, signal, sys
from ccr.cli.main import main
from ccr.telemetry import logs
configure = logs.configure
def begun(*args, **options):
    os.kill(os.getpid(), signal.SIGHUP)
    return configure(*args, **options)
logs.configure = begun
main(["start", *sys.argv[1:]])
"""
"""A service that gets a hangup, or whose workers get one, while it starts."""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_hangup_while_it_starts_is_heard_when_it_has(
    machine: Machine, slow: Provider, workers: int
) -> None:
    configure(machine, slow.url)
    command = [sys.executable, "-c", STARTING, "--workers", str(workers)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with child(
        command, env=machine.env, start_new_session=True, preexec_fn=hears_hangups, **quiet
    ) as started:
        until(lambda: "at" in (machine.health() or {}).get("reload", {}) or started.poll() is not None)
        assert started.poll() is None
        started.terminate()
        assert started.wait(20) == 0


def hears_hangups() -> None:
    """The tests themselves may run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_a_new_configuration_is_taken_while_a_stream_goes_on(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url)
    with service(machine):
        running = Client(machine.port).ask().until(b"one")
        configure(machine, slow.url, "new")
        until(lambda: "at" in (machine.health() or {}).get("reload", {}))
        assert b"new,m1" in Client(machine.port).ask(path="/v1/models").until(b"has_more").got
        slow.go.set()
        assert b"message_stop" in running.until(b"message_stop").got
