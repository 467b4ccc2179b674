"""Lines for somebody else: by TCP and UDP a line each, by HTTP a batch a request. In a thread of its own."""

from __future__ import annotations

import base64
import http.client
import logging
import socket
import threading
import typing
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from urllib.parse import SplitResult, unquote, urlsplit

from ccr.config.logs import Network
from ccr.telemetry.logs.lines import LEVELS, Line, Ready, as_json

PATIENCE = 5.0
"""Seconds that a connection or an answer may take."""

BATCH = 500
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
DATAGRAM = 60_000
"""Bytes; an IPv4 datagram holds 65,507."""

log = logging.getLogger("ccr.log")


class Wire(typing.Protocol):
    """A way to somebody. ``send`` raises ``OSError``."""

    def send(self, lines: Sequence[bytes]) -> None: ...

    def close(self) -> None: ...


class Remote:
    """An output that never waits: what cannot be sent in time is counted, left out, and told of."""

    def __init__(
        self,
        network: Network,
        *,
        lines: int,
        retries: int,
        redact: Callable[[str], str],
        first: float = FIRST_PAUSE,
    ) -> None:
        self.level = LEVELS[network.level]
        parts = urlsplit(network.url)
        self._name = f"{parts.scheme}://{parts.hostname}:{parts.port or ''}".rstrip(":")
        self._wire = WIRES[parts.scheme](parts, network.headers)
        self._redact, self._retries, self._first = redact, retries, first
        self._lines: deque[bytes] = deque()
        self._most = lines
        self._lost = 0
        self._away = False
        self._come, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="ccr-log-network", daemon=True)
        self._thread.start()

    def takes(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        return True

    def write(self, lines: Sequence[Line | Ready]) -> None:
        for line in lines:
            if len(self._lines) >= self._most:
                self._lost += 1
            else:
                self._lines.append(self._redact(as_json(line)).encode("utf-8", "replace"))
        self._come.set()

    def close(self) -> None:
        """Sends what is left, once."""
        self._over.set()
        self._come.set()
        self._thread.join(timeout=PATIENCE)

    def _work(self) -> None:
        while not self._over.is_set() or self._lines:
            self._come.wait()
            self._come.clear()
            while self._lines:
                self._deliver([self._lines.popleft() for _ in range(min(BATCH, len(self._lines)))])
        self._wire.close()

    def _deliver(self, batch: list[bytes]) -> None:
        """Sends a batch, again after pauses that grow; a router that ends does not wait for them."""
        pause = self._first
        for attempt in range(self._retries + 1):
            try:
                self._wire.send(batch)
            except OSError as error:
                self._wire.close()
                self._complain(error)
                if self._over.wait(pause) or attempt == self._retries:
                    break
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._tell()
                return
        self._lost += len(batch)

    def _complain(self, error: OSError) -> None:
        """Once for each time that nobody is there."""
        if not self._away:
            self._away = True
            log.warning("Logs cannot be sent to %s: %s", self._name, error)

    def _tell(self) -> None:
        self._away = False
        if lost := self._lost:
            self._lost -= lost
            log.warning("Logs reach %s again; %d lines were left out.", self._name, lost)


class Tcp:
    def __init__(self, to: SplitResult, headers: Mapping[str, str] = MappingProxyType({})) -> None:  # noqa: ARG002
        self._to = (to.hostname or "", to.port or 0)
        self._socket: socket.socket | None = None

    def send(self, lines: Sequence[bytes]) -> None:
        if self._socket is None or _hung_up(self._socket):
            self.close()
            self._socket = socket.create_connection(self._to, timeout=PATIENCE)
        self._socket.sendall(b"".join(lines))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _hung_up(known: socket.socket) -> bool:
    """A peer that has left would still be sent a batch, which nobody reads."""
    known.setblocking(False)
    try:
        return known.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        known.settimeout(PATIENCE)


class Udp:
    def __init__(self, to: SplitResult, headers: Mapping[str, str] = MappingProxyType({})) -> None:  # noqa: ARG002
        self._to = (to.hostname or "", to.port or 0)
        self._socket: socket.socket | None = None

    def send(self, lines: Sequence[bytes]) -> None:
        if self._socket is None:
            family, kind, _, _, address = socket.getaddrinfo(*self._to, type=socket.SOCK_DGRAM)[0]
            self._socket = socket.socket(family, kind)
            self._socket.connect(address)
        for line in lines:
            self._socket.send(line if len(line) <= DATAGRAM else line[: DATAGRAM - 1] + b"\n")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Http:
    def __init__(self, to: SplitResult, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        kind = http.client.HTTPSConnection if to.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(to.hostname or "", to.port, timeout=PATIENCE)
        self._path = (to.path or "/") + (f"?{to.query}" if to.query else "")
        self._headers = {"content-type": "application/x-ndjson", **_basic(to), **headers}

    def send(self, lines: Sequence[bytes]) -> None:
        try:
            self._connection.request("POST", self._path, b"".join(lines), self._headers)
            with self._connection.getresponse() as answer:
                answer.read()
        except http.client.HTTPException as error:
            raise OSError(f"{type(error).__name__} {error}") from None
        if answer.status >= 300:
            raise OSError(f"it answers {answer.status} {answer.reason}")

    def close(self) -> None:
        with suppress(OSError):
            self._connection.close()


def _basic(to: SplitResult) -> dict[str, str]:
    if not to.username:
        return {}
    pair = f"{unquote(to.username)}:{unquote(to.password or '')}".encode()
    return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}


WIRES: Mapping[str, Callable[[SplitResult, Mapping[str, str]], Wire]] = MappingProxyType(
    {"tcp": Tcp, "udp": Udp, "http": Http, "https": Http}
)
