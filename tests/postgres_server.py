"""A real PostgreSQL for tests: ``postgres_url`` is an empty database of the test's own.

Tests that need one are skipped where it is not installed; ``scripts/setup-system`` installs it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

#: what makes it fast and loses nothing that a test needs
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
OWNER = "ccr"
#: waits until its input ends, as it does when we are killed too, and clears up
GUARD = 'cat >/dev/null; "$0/pg_ctl" stop --mode=immediate --pgdata="$1/data" >/dev/null 2>&1; rm -rf "$1"'


def programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``: on the PATH, or where Debian keeps its versions."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    return max(debian, default=None, key=lambda folder: float(folder.parent.name))


def servant() -> str | None:
    """Whom to run the server as: PostgreSQL refuses to run as root. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class PostgresServer:
    """A PostgreSQL of our own, on one loopback port and in a folder that is gone afterwards."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="ccr-pg-"))
        self.data = self.folder / "data"
        self.user = servant()
        if self.user:
            shutil.chown(self.folder, self.user)
        guard = ["sh", "-c", GUARD, str(programs), str(self.folder)]
        self._guard = subprocess.Popen(
            guard, stdin=subprocess.PIPE, cwd="/", user=self.user, start_new_session=True
        )

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Returns once it takes connections."""
        setup = ["--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", f"--pgdata={self.data}", *setup)
        places = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder}
        options = " ".join(f"-c {name}={value}" for name, value in (places | HASTE).items())
        self._run("pg_ctl", "start", "--wait", f"--pgdata={self.data}", f"--log={self.log}", "-o", options)

    def stop(self) -> None:
        """At once; the data go with it."""
        self._guard.communicate(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        # Not through pipes: the server inherits them, and they would never close.
        with (self.folder / f"{program}.out").open("w+b") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, cwd=self.folder, user=self.user, check=False
            )
            output.seek(0)
            assert done.returncode == 0, f"{program} failed:\n{output.read().decode(errors='replace')}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of a run; without PostgreSQL the test is skipped."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (scripts/setup-system installs it)")
    server = PostgresServer(found)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """``postgresql://…`` of a new, empty database."""
    psycopg = pytest.importorskip("psycopg")
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_server.url(name)
