"""A real Redis for tests: ``redis_url`` (one server for all tests) and ``own_redis`` (one to stop and kill).

Tests that need one are skipped where ``redis-server`` is not installed; ``scripts/setup-system`` installs it.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

#: waits until its input ends, as it does when we are killed, and leaves no server behind
GUARD = 'cat >/dev/null; kill -9 "$0"'

READY = b"Ready to accept connections"


class RedisServer:
    """A ``redis-server`` of our own on one loopback port, which it keeps over restarts. It keeps no data."""

    def __init__(self, program: str, folder: Path, *options: str) -> None:
        self.port = free_port()
        self._command = [
            *(program, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(folder)),
            *("--save", "", "--appendonly", "no", *options),
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns once it takes connections."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        guard = ["sh", "-c", GUARD, str(self._process.pid)]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)
        assert self._process.stdout
        said = []
        for line in self._process.stdout:
            if READY in line:
                return
            said.append(line.decode(errors="replace"))
        self.stop()
        pytest.fail("redis-server did not start:\n" + "".join(said))

    def stop(self) -> None:
        """As an administrator stops it."""
        if self._process:
            self._process.terminate()
            self.thaw()
            self._reap()

    def kill(self) -> None:
        """As a crash does: ``kill -9``."""
        if self._process:
            self._process.kill()
            self._reap()

    def freeze(self) -> None:
        """It keeps its connections and says nothing more, until ``thaw``."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _reap(self) -> None:
        assert self._process
        assert self._guard
        self._guard.kill()
        self._guard.communicate()
        self._process.communicate(timeout=20)
        self._process = None


@pytest.fixture(scope="session")
def redis_program() -> str:
    """The path of ``redis-server``; without it the test is skipped."""
    program = shutil.which("redis-server") or shutil.which("redis-server", path="/usr/sbin:/usr/local/bin")
    if program is None:
        pytest.skip("redis-server is not installed (scripts/setup-system installs it)")
    return program


@pytest.fixture(scope="session")
def shared_redis(redis_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One server for all tests of a run."""
    server = RedisServer(redis_program, tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """The URL of a running server that tests share: use names of your own (``redis_prefix``)."""
    return shared_redis.url


@pytest.fixture
def redis_prefix() -> str:
    """A prefix for names in Redis that no other test has."""
    return f"test-{uuid.uuid4().hex[:12]}:"


@pytest.fixture
def own_redis(redis_program: str, tmp_path: Path) -> Iterator[RedisServer]:
    """A running server of the test's own, to be stopped, killed and started again."""
    server = RedisServer(redis_program, tmp_path)
    server.start()
    yield server
    server.stop()
