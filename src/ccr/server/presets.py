"""``/preset/<name>/…``: presets of configuration, each behind a gateway of its own, built on first use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlette.types import Receive, Scope, Send

from ccr.config import ConfigError, Settings, installed
from ccr.config.watched import Watched
from ccr.errors import BadRequest, NoRoute
from ccr.gateway import Gateway

log = logging.getLogger("ccr.preset")

PREFIX = "/preset/"

SERVED = ("", "v1/messages", "v1/messages/count_tokens", "v1/models", "api/route", "api/hello")
"""What there is below a preset. The rest, above all what changes settings, is the service's own."""


class Serves(Protocol):
    """An ASGI application over a gateway."""

    @property
    def gateway(self) -> Gateway: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send, /) -> None: ...


@dataclass(slots=True)
class Running:
    """A preset in use."""

    app: Serves
    manifest: Watched
    base: Settings
    """What it is laid over."""

    users: int = 0
    """Requests it is serving."""

    stale: bool = False
    retired: bool = False

    def is_current(self, base: Settings) -> bool:
        """Whether neither its manifest nor what it is laid over has changed since it was built."""
        self.stale = self.stale or self.manifest.changed() or base is not self.base
        return not self.stale


class Presets:
    """Mutable state: the presets in use by name, and those that are being closed."""

    def __init__(self, base: Callable[[], Settings], make: Callable[[Settings], Serves]) -> None:
        self._base = base
        self._make = make
        self._running: dict[str, Running] = {}
        self._building = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request to a preset. Raises ``RouterError`` before anything is sent."""
        name, _, path = str(scope["path"]).removeprefix(PREFIX).partition("/")
        if not installed.is_name(name):
            raise BadRequest(f"'{name}' cannot be the name of a preset: it is that of a folder in 'presets'.")
        running = await self._current(name)
        if path.replace("v1/v1/", "v1/").strip("/") not in SERVED:
            raise NoRoute(
                f"There is nothing at {scope['path']}. Presets have POST {PREFIX}{name}/v1/messages."
            )
        running.users += 1
        try:
            await running.app({**scope, "path": f"/{path}"}, receive, send)
        finally:
            running.users -= 1
            self._close_unused(running)

    async def close(self) -> None:
        for name in list(self._running):
            self._retire(name)
        await asyncio.gather(*self._closing)

    async def _current(self, name: str) -> Running:
        """The preset as it stands now. Raises ``NoRoute`` when there is none, or none that can be used."""
        base = self._base()
        running = self._running.get(name)
        if running is not None and running.is_current(base):
            return running
        async with self._building:
            running = self._running.get(name)
            if running is None or not running.is_current(base):
                running = await self._rebuilt(name, base, running)
        return running

    async def _rebuilt(self, name: str, base: Settings, before: Running | None) -> Running:
        folder = installed.folder_of(base)
        path = await asyncio.to_thread(installed.find, folder, name)
        if path is None:
            self._retire(name)
            raise NoRoute(_unknown(name, installed.names(folder)))
        manifest = Watched(path)
        try:
            app = await asyncio.to_thread(self._built, path, base)
        except ConfigError as error:
            if before is None:
                raise NoRoute(f"The preset '{name}' cannot be used. {error}") from None
            log.warning("preset %s: what it was before stays in use. %s", name, error)
            before.stale, before.base = False, base
            return before
        self._retire(name)
        self._running[name] = Running(app, manifest, base)
        return self._running[name]

    def _built(self, path: Path, base: Settings) -> Serves:
        settings = installed.load(path, base)
        for warning in settings.warnings:
            if warning not in base.warnings:
                log.warning("%s: %s", path, warning)
        return self._make(settings)

    def _retire(self, name: str) -> None:
        """Takes a preset out of use; it is closed when the last of its requests has been served."""
        running = self._running.pop(name, None)
        if running is not None:
            running.retired = True
            self._close_unused(running)

    def _close_unused(self, running: Running) -> None:
        if running.retired and not running.users:
            task = asyncio.ensure_future(running.app.gateway.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _unknown(name: str, there: list[str]) -> str:
    known = f"There are: {', '.join(there)}." if there else "None is installed."
    return f"There is no preset '{name}'. {known}"
