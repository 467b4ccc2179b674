"""One Node.js process with one version of a user's file: questions in, answers out, by lines of JSON."""

from __future__ import annotations

import asyncio
import logging
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import msgspec

from ccr.routing.custom_contract import Failed
from ccr.wire import json

log = logging.getLogger("ccr.route")

HOST = Path(__file__).with_name("node_host.cjs")

LINE = 1 << 28
"""The longest line that is understood: a body that was changed comes back whole."""

PATIENCE = 10.0
"""Seconds that one which is no longer wanted gets for what it was asked before."""

REST = 1.0
"""Seconds in which what it has said arrives once it has ended."""

LEVELS = {"fatal": 50, "error": 40, "warn": 30, "info": 20, "debug": 10, "trace": 10}


class Line(msgspec.Struct):
    """What the process says: an answer, a line for the log, or how its start went."""

    id: int = 0
    model: str | None = None
    body: msgspec.Raw = msgspec.Raw()
    error: str | None = None
    ready: bool = False
    broken: str | None = None
    cure: str = ""
    log: str = "info"
    text: str | None = None


_line = msgspec.json.Decoder(Line).decode


class Streams(SubprocessStreamProtocol):
    """A process's pipes, which end with it: what the user's code has started may hold them for ever."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=LINE, loop=loop)
        self._clock = loop
        self._pipes: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._pipes = transport

    def process_exited(self) -> None:
        super().process_exited()
        assert self._pipes is not None
        self._clock.call_later(REST, self._pipes.close)


class NodeProcess:
    """A running process. Mutable state: the questions that are open, each with its own number."""

    def __init__(self, process: Process, file: Path) -> None:
        self._process = process
        self._name = file.name
        self._open: dict[int, asyncio.Future[Line]] = {}
        self._last = 0
        self._retired = False
        self.ended: str | None = None
        """Why it can no longer be asked."""

        self._began: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.ensure_future(self._read())
        self._noting = asyncio.ensure_future(self._note())

    @classmethod
    async def start(cls, node: str, file: Path, config: Mapping[str, Any], patience: float) -> Self:
        """Starts it and waits until the file is loaded. Raises ``Failed``."""
        loop = asyncio.get_running_loop()
        try:
            transport, streams = await loop.subprocess_exec(
                lambda: Streams(loop), node, str(HOST), str(file), stdin=PIPE, stdout=PIPE, stderr=PIPE
            )
        except OSError as error:
            raise Failed(f"Node.js ({node}) cannot be started: {error.strerror or error}.") from None
        started = cls(Process(transport, streams, loop), file)
        try:
            await started._begin(config, patience)
        except BaseException:
            await started.close(patience=0)
            raise
        return started

    async def ask(self, head: Mapping[str, Any], body: bytes | None) -> Line:
        """The answer to a question. Raises ``Failed`` when the user's code or the process does."""
        if self.ended is not None:
            raise Failed(self.ended)
        self._last += 1
        number, answer = self._last, asyncio.get_running_loop().create_future()
        self._open[number] = answer
        try:
            await self._send(json.encode({**head, "id": number}), *(() if body is None else (body,)))
            found: Line = await answer
        finally:
            del self._open[number]
        if found.error is not None:
            raise Failed(self.ended or f"{self._name} failed: {found.error}")
        return found

    def retire(self) -> None:
        """Lets it answer what it was asked, and end."""
        self._retired = True
        with suppress(OSError, RuntimeError):
            self._stdin.close()

    def kill(self, why: str) -> None:
        """Ends it at once."""
        self.ended = self.ended or why
        with suppress(ProcessLookupError):
            self._process.kill()

    async def close(self, patience: float = PATIENCE) -> None:
        """Ends it, by force after so many seconds, and waits until it has ended."""
        self.retire()
        if patience:
            await asyncio.wait([self._reading], timeout=patience)
        if not self._reading.done():
            self.kill("It was ended.")
        await asyncio.wait([self._reading, self._noting])

    @property
    def _stdin(self) -> asyncio.StreamWriter:
        assert self._process.stdin is not None
        return self._process.stdin

    async def _begin(self, config: Mapping[str, Any], patience: float) -> None:
        await self._send(json.encode(config))
        try:
            async with asyncio.timeout(patience):
                found = await self._began
        except TimeoutError:
            raise Failed(f"{self._name} is not loaded after {patience:g} s.") from None
        if found.broken is not None:
            cure = f" {found.cure}" if found.cure else ""
            raise Failed(f"{self._name} cannot be used: {found.broken}.{cure}")
        if not found.ready:
            raise Failed(self.ended or "Node.js ended.")

    async def _send(self, *lines: bytes) -> None:
        """Whole lines, at once: whoever is cancelled while they go out has sent them all the same."""
        try:
            self._stdin.write(b"".join(part for line in lines for part in (line, b"\n")))
            await self._stdin.drain()
        except (OSError, RuntimeError):
            raise Failed(self.ended or "Node.js has ended.") from None

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                self._take(line)
        except ValueError:
            self.kill(f"{self._name} gave back more than {LINE >> 20} MB.")
        code = await self._process.wait()
        self._over(f"Node.js, which runs {self._name}, ended (exit code {code}).")

    def _take(self, line: bytes) -> None:
        if line == b"\n":
            return
        try:
            found = _line(line)
        except msgspec.DecodeError:
            log.info("%s: %s", self._name, line.decode("utf-8", "replace").rstrip())
            return
        if found.text is not None:
            log.log(LEVELS.get(found.log, logging.INFO), "%s: %s", self._name, found.text)
        elif found.ready or found.broken is not None:
            if not self._began.done():
                self._began.set_result(found)
        elif (waiting := self._open.get(found.id)) is not None and not waiting.done():
            waiting.set_result(found)

    def _over(self, why: str) -> None:
        self.ended = self.ended or why
        if not self._retired:
            log.warning("%s", self.ended)
        for waiting in (self._began, *self._open.values()):
            if not waiting.done():
                waiting.set_result(Line(error=self.ended))

    async def _note(self) -> None:
        """What the user's code prints, and Node.js's own complaints."""
        assert self._process.stderr is not None
        with suppress(ValueError):
            async for line in self._process.stderr:
                log.info("%s: %s", self._name, line.decode("utf-8", "replace").rstrip())
