"""Several processes are one service: found, stopped, mended and reloaded as one."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ccr.config import load
from ccr.config.state import Redis
from ccr.server.workers import SLOWEST, Signals, Worker, counts_apart
from tests.cli.machine import Machine, end, until
from tests.server.processes import Client, alive, configure, service
from tests.server.provider import Provider

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no way to share an address")


def pids(machine: Machine) -> dict[int, int]:
    """Workers that answer: connections are spread, so some are made."""
    found = [machine.health() or {} for _ in range(12)]
    return {told["worker"]: told["pid"] for told in found if "worker" in told}


def both(machine: Machine) -> dict[int, int] | None:
    found = pids(machine)
    return found if len(found) == 2 else None


def test_requests_are_spread_and_the_service_is_one(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url)
    with service(machine, "--workers", "2") as child:
        until(lambda: both(machine))
        status = machine.status()
        assert (status["running"], status["pid"]) == (True, child.pid)
        assert child.pid not in pids(machine).values()
        assert machine.run("stop").returncode == 0
        assert end(child)[0] == 0
    assert machine.run("status").returncode == 3
    logs = machine.home / ".claude-code-router" / "logs"
    assert len(list(logs.glob("ccr-2*.log"))) == 1, "one log for all"


def test_a_dead_worker_comes_back_and_the_other_does_not_notice(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url, WORKERS=2)
    with service(machine):
        until(lambda: both(machine))
        before = pids(machine)
        clients = [Client(machine.port).ask().until(b"one") for _ in range(12)]
        os.kill(before[0], signal.SIGKILL)
        until(lambda: (both(machine) or before)[0] != before[0])
        assert pids(machine)[1] == before[1]
        slow.go.set()
        got = [rest(client) for client in clients]
        assert 0 < sum(b"message_stop" in one for one in got) < len(got)


def rest(client: Client) -> bytes:
    """What comes until the end of the answer, or of the connection."""
    try:
        return client.until(b"message_stop").got
    except (AssertionError, ConnectionError):
        return client.got


def test_all_drain_together(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url, WORKERS=2)
    with service(machine) as child:
        until(lambda: both(machine))
        clients = [Client(machine.port).ask().until(b"one") for _ in range(8)]
        child.send_signal(signal.SIGINT)
        until(lambda: (machine.health() or {}).get("status") == "draining")
        slow.go.set()
        assert all(b"message_stop" in client.rest() for client in clients)
        assert end(child)[0] == 0


def test_the_second_signal_ends_all_at_once(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url, WORKERS=2)
    with service(machine) as child:
        until(lambda: both(machine))
        clients = [Client(machine.port).ask().until(b"one") for _ in range(4)]
        child.send_signal(signal.SIGTERM)
        until(lambda: (machine.health() or {}).get("status") == "draining")
        child.send_signal(signal.SIGTERM)
        assert all(b"event: error" in client.rest() for client in clients)
        assert end(child)[0] == 0


def test_workers_do_not_outlive_their_parent(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url, WORKERS=2)
    with service(machine) as child:
        until(lambda: both(machine))
        workers = pids(machine).values()
        child.kill()
        until(lambda: not any(map(alive, workers)))
    assert machine.run("status").returncode == 3


def test_a_hangup_without_a_terminal_reaches_every_worker(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url, WORKERS=2)
    with service(machine) as child:
        until(lambda: both(machine))
        child.send_signal(signal.SIGHUP)
        seen: set[int] = set()

        def reloaded() -> bool:
            told = machine.health() or {}
            if "at" in told.get("reload", {}):
                seen.add(told["worker"])
            return len(seen) == 2

        until(reloaded)


def test_a_configuration_that_cannot_be_used_ends_all(machine: Machine, slow: Provider) -> None:
    (machine.home / "plugin.py").write_text("raise RuntimeError('broken')")
    configure(machine, slow.url, WORKERS=2, transformers=[{"path": str(machine.home / "plugin.py")}])
    with service(machine) as child:
        code, _, errors = end(child)
    assert code == 2
    assert errors.count("broken") == 1


def test_an_address_that_is_taken_is_told(machine: Machine, slow: Provider) -> None:
    configure(machine, slow.url, WORKERS=2)
    with service(machine, HOME=str(machine.home)):
        until(lambda: both(machine))
        other = machine.run("start", "--workers", "2", "--config", str(elsewhere(machine, slow)))
    assert other.returncode == 1
    assert f"{machine.port}" in other.stderr


def elsewhere(machine: Machine, slow: Provider) -> str:
    path = machine.home / "other.json"
    path.write_text(json.dumps({"Providers": [{"name": "x", "api_base_url": slow.url, "models": ["m"]}]}))
    return str(path)


@pytest.mark.parametrize(
    ("config", "apart"),
    [
        ({}, False),
        ({"api_key": [{"key": "k", "rpm": 5}]}, True),
        ({"limits": {"rpm": 5}}, True),
        ({"modelMetadata": {"m1": {"limits": {"rpm": 5}}}}, True),
    ],
)
def test_limits_that_each_worker_counts_for_itself(
    tmp_path: Path, config: dict[str, Any], apart: bool
) -> None:
    provider = {"name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "models": ["m1"], **config}
    (tmp_path / "config.json").write_text(json.dumps({"Providers": [provider]}))
    settings = load(tmp_path / "config.json", {})
    assert counts_apart(settings) is apart
    assert not counts_apart(replace(settings, redis=Redis(url="redis://127.0.0.1")))


def test_a_signal_that_comes_while_handlers_are_being_set_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def handled(number: int, handler: Any) -> Any:
        before = set_handler(number, handler)
        if number == signal.SIGTERM:
            os.kill(os.getpid(), number)
        return before

    set_handler = signal.signal
    with monkeypatch.context() as patch:
        patch.setattr(signal, "signal", handled)
        signals = Signals()
    try:
        assert signal.SIGTERM in signals.wait(0)
    finally:
        signals.close()


def test_who_dies_soon_again_and_again_comes_back_ever_later() -> None:
    worker, waits, now = Worker(0), [], 0.0
    for _ in range(9):
        worker.started = now
        worker.fell(now + 1)
        waits.append(worker.due - now - 1)
        now = worker.due
    assert waits[:5] == [0, 2, 4, 8, 16]
    assert waits[-1] == SLOWEST
    worker.started = now
    worker.fell(now + 60)
    assert worker.due == now + 60
