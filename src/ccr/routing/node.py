"""A custom router in JavaScript, as users of the original have it, run by a Node.js beside the service."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ccr.config.watched import Watched, stamp
from ccr.routing.custom_contract import Failed, Request
from ccr.routing.node_process import NodeProcess
from ccr.wire import json

log = logging.getLogger("ccr.route")

PATIENCE = 10.0
"""Seconds a file may take to load."""

PONG = 1.0
"""Seconds after which a Node.js that does not answer at all, or does not end, is taken for stuck."""

LONGEST = 30.0
"""Seconds between two starts of one that keeps ending."""


class NodeScript:
    """Mutable state: the process that runs the newest good version of the file, and how starts have gone."""

    def __init__(
        self,
        file: Path,
        config: Mapping[str, Any],
        place: str,
        *,
        find: Callable[[str], str | None] = shutil.which,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = Watched(file, clock)
        self._config = config
        self._place = place
        self._find = find
        self._clock = clock
        self._process: NodeProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._leaving: dict[NodeProcess, asyncio.Task[None]] = {}
        self._probing: asyncio.Task[None] | None = None
        self._failures = 0
        self._not_before = 0.0
        self._why = ""

    def load(self) -> None:
        """Says early what would be wrong. The file is run when the first request comes."""
        if wrong := _syntax(self._executable(), self._file.path):
            raise Failed(f"{self._place}: {self._file.path.name} is no valid JavaScript: {wrong}.")

    async def ask(self, request: Request) -> object:
        process = await self._current()
        head = {
            "headers": request.headers,
            "tokenCount": request.token_count,
            "sessionId": request.session_id,
            "method": "POST",
            "url": "/v1/messages",
        }
        found = await process.ask(head, _on_one_line(request))
        self._failures = 0
        if raw := bytes(found.body):
            request.edited = raw
        return found.model

    def overdue(self) -> None:
        if self._process is not None and (self._probing is None or self._probing.done()):
            self._probing = asyncio.ensure_future(self._probe(self._process))

    async def close(self) -> None:
        tasks = [task for task in (self._starting, self._probing) if task is not None]
        for task in tasks:
            task.cancel()
        await _all(tasks)
        self._put(None)
        if self._leaving:
            await asyncio.wait(self._leaving.values(), timeout=PONG)
        for process in self._leaving:
            process.kill("The service ends.")
        await _all(self._leaving.values())

    async def _current(self) -> NodeProcess:
        """The process to ask. Raises ``Failed`` when there is none, or not yet another one."""
        if self._starting is None:
            if self._process is not None and self._process.ended is not None:
                self._failed(self._process.ended)
                self._put(None)
            if self._file.changed() or (self._process is None and self._clock() >= self._not_before):
                self._starting = asyncio.ensure_future(self._start())
        if self._starting is not None:
            await asyncio.shield(self._starting)
        if self._process is None:
            raise Failed(self._why)
        return self._process

    async def _start(self) -> None:
        """Puts a new process in the place of the one before it, which stays where this fails."""
        try:
            node = self._executable()
            process = await NodeProcess.start(node, self._file.path, self._config, PATIENCE)
        except Failed as error:
            self._failed(str(error))
            log.warning("%s%s", error, " The version before it stays in use." if self._process else "")
        else:
            if self._process is not None:
                log.info("%s has changed and was loaded anew", self._file.path.name)
            self._put(process)
        finally:
            self._starting = None

    def _put(self, process: NodeProcess | None) -> None:
        """Sets the process to ask. The one before it ends when it has answered what it was asked."""
        before, self._process = self._process, process
        if before is not None:
            self._leaving[before] = leaving = asyncio.ensure_future(before.close())
            leaving.add_done_callback(lambda _: self._leaving.pop(before))

    def _failed(self, why: str) -> None:
        """The first time it is started again at once, then after 1, 2, 4, … seconds."""
        self._why = why
        pause = min(2.0 ** (self._failures - 1), LONGEST) if self._failures else 0.0
        self._not_before = self._clock() + pause
        self._failures += 1

    def _executable(self) -> str:
        if stamp(self._file.path) is None:
            cure = "A relative path is meant from the folder of the configuration."
            raise Failed(f"{self._place}: there is no file {self._file.path}. {cure}")
        if (found := self._find("node")) is None:
            cure = "Install it (nodejs.org), or write the router in Python: docs/custom-router.md."
            name = self._file.path.name
            raise Failed(f"{self._place}: {name} needs Node.js, and there is no 'node' on the PATH. {cure}")
        return found

    async def _probe(self, process: NodeProcess) -> None:
        """Ends a process that is stuck; one that merely waits for something answers."""
        with suppress(Failed):
            try:
                async with asyncio.timeout(PONG):
                    await process.ask({"ping": True}, None)
            except TimeoutError:
                process.kill(f"{self._file.path.name} kept Node.js busy without an end.")


async def _all(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Waits until all have ended, however they do."""
    await asyncio.gather(*tasks, return_exceptions=True)


def _syntax(node: str, file: Path) -> str | None:
    """What is wrong with the syntax of a file, with its line."""
    command = [node, "--check", str(file)]
    try:
        checked = subprocess.run(  # noqa: S603 - no shell
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None  # what is wrong with Node.js itself is told when it is started
    error = re.search(r"^\w*Error\b.*", checked.stderr, re.MULTILINE)
    if not checked.returncode or error is None:
        return None
    line = re.match(r".*:(\d+)$", checked.stderr, re.MULTILINE)
    return f"{error[0]} (line {line[1]})" if line else error[0]


def _on_one_line(request: Request) -> bytes:
    """The body's bytes as they are, where they have no line of their own to end."""
    raw = request.raw
    if b"\n" not in raw:
        return raw
    return json.encode(json.decode(raw))
