"""Processes: starting, waiting until ready, stopping, and what the operating system knows of them.

CPU time and memory are those of the process and all its descendants. They are read from Linux's /proc and its
per-process CPU clocks (nanoseconds, where /proc/PID/stat counts hundredths of a second); elsewhere they are
None.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

LINUX = sys.platform == "linux"
PROC = Path("/proc")


class Process:
    """A started process in a session of its own, with its output in a log file."""

    def __init__(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.popen = subprocess.Popen(
                argv,
                cwd=cwd,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, port: int, path: str, timeout: float = 90.0) -> float:
        """Seconds until `path` answers below 500; RuntimeError with the end of the log if it never does."""
        started = time.perf_counter()
        while time.perf_counter() - started < timeout and self.popen.poll() is None:
            if responds(port, path):
                return time.perf_counter() - started
            time.sleep(0.003)
        ended = self.popen.poll()
        what = f"not ready after {timeout:.0f} s" if ended is None else f"it ended with exit code {ended}"
        raise RuntimeError(f"{what}; its log ends: {self.log.read_text(errors='replace')[-800:].strip()}")

    def stop(self) -> None:
        """Ends the process and whatever it started: asked first, then forced."""
        for number, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
            try:
                os.killpg(self.popen.pid, number)
                self.popen.wait(patience)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue

    def tree(self) -> list[int]:
        """The process and its descendants."""
        children: dict[int, list[int]] = {}
        for pid, parent in _parents():
            children.setdefault(parent, []).append(pid)
        pids = [self.popen.pid]
        for pid in pids:
            pids += children.get(pid, [])
        return pids

    def cpu(self) -> float | None:
        """CPU seconds so far, user and system."""
        return sum(map(_cpu, self.tree())) if LINUX else None

    def memory(self) -> float | None:
        """Resident megabytes (1,000,000 bytes)."""
        return sum(map(_resident, self.tree())) / 1e6 if LINUX else None

    def descriptors(self) -> int | None:
        """Open file descriptors, sockets among them."""
        return sum(len(_links(pid)) for pid in self.tree()) if LINUX else None

    def sockets(self) -> int | None:
        """Open sockets."""
        links = [link for pid in self.tree() for link in _links(pid)] if LINUX else None
        return None if links is None else sum(link.startswith("socket:") for link in links)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def responds(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def get(port: int, path: str) -> bytes:
    """The body of a GET."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def _parents() -> Iterator[tuple[int, int]]:
    for entry in PROC.iterdir() if LINUX else ():
        if entry.name.isdigit():
            try:
                # The command's name stands in parentheses and may hold anything, spaces and parentheses too.
                yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue


def _cpu(pid: int) -> float:
    try:
        # CPUCLOCK_SCHED of another process: include/linux/posix-timers_types.h, clock_getcpuclockid(3).
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _resident(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _links(pid: int) -> list[str]:
    try:
        return [os.readlink(link) for link in (PROC / str(pid) / "fd").iterdir()]  # noqa: PTH115  not a path
    except OSError:
        return []
