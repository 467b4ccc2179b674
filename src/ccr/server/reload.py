"""A new configuration without a restart: taken whole, or refused whole while the old one stays."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from ccr.config import ConfigError, Problem, Settings
from ccr.config.address import is_loopback
from ccr.gateway import Gateway
from ccr.routing.threads import Threads
from ccr.server.watching import Watcher

log = logging.getLogger("ccr.config")

Load = Callable[[], Settings]
"""Reads the configuration anew. Raises ``ConfigError``."""


class Takes(Protocol):
    """Who answers by a gateway, and then by another."""

    @property
    def gateway(self) -> Gateway: ...

    def take(self, gateway: Gateway) -> None: ...


GONE = "the file is gone: without it there would be no providers, and no APIKEY."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a new configuration."""

    why: str = ""
    """Why it was refused; "": it is in use."""

    restart: tuple[str, ...] = ()
    """Keys whose new values count from the next start."""

    @property
    def taken(self) -> bool:
        return not self.why


class Reloader:
    """Mutable state: what became of the last configuration."""

    def __init__(self, service: Takes, load: Load, then: Callable[[Settings], None] | None = None) -> None:
        """``then`` is told of each configuration that is taken."""
        self._service = service
        self._load = load
        self._then = then
        self._bound = service.gateway.settings
        self._turn = asyncio.Lock()
        self._threads = Threads()
        self._running: set[asyncio.Task[Outcome]] = set()
        self._watcher: Watcher | None = None
        self._last = Outcome()
        self._at = 0.0
        self._over = False

    def watch(self) -> None:
        """Takes each new configuration by itself from now on."""
        loop = asyncio.get_running_loop()
        self._watcher = Watcher(partial(self._changed, loop))
        self._watcher.follow(files_of(self._service.gateway.settings))

    def close(self) -> None:
        """Takes nothing any more: a gateway that came now nobody would close."""
        self._over = True
        if self._watcher is not None:
            self._watcher.close()
        for task in self._running:
            task.cancel()

    def ask(self) -> None:
        """Reloads soon; to be called on the loop."""
        if self._over:
            return
        task = asyncio.get_running_loop().create_task(self.reload())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def reload(self) -> Outcome:
        """Reads and takes the configuration. What is wrong is told by the outcome, log and health."""
        async with self._turn:
            try:
                gateway = await self._threads.run(self._built)
            except ConfigError as error:
                self._last = self._refused(str(error))
            except Exception as error:  # noqa: BLE001 - a user's file may raise anything; the old one stays
                self._last = self._refused(f"{type(error).__name__}: {error}")
            else:
                self._last = self._taken(gateway)
            self._at = time.time()
            return self._last

    def state(self) -> dict[str, object]:
        """For ``/health``."""
        return {
            "state": "ok" if self._last.taken else "refused",
            **({"why": self._last.why} if self._last.why else {}),
            **({"restart_for": list(self._last.restart)} if self._last.restart else {}),
            **({"at": round(self._at, 3)} if self._at else {}),
        }

    def _changed(self, loop: asyncio.AbstractEventLoop) -> None:
        """In the watcher's thread, which may be late."""
        with suppress(RuntimeError):  # the service has ended meanwhile, and its loop with it
            loop.call_soon_threadsafe(self.ask)

    def _built(self) -> Gateway:
        settings = self._load()
        check(settings, self._bound)
        if self._service.gateway.settings.found and not settings.found:
            raise ConfigError([Problem("", GONE, "Put it back, or restart the service.")], settings.path)
        return Gateway(settings, self._service.gateway)

    def _taken(self, gateway: Gateway) -> Outcome:
        before, settings = self._service.gateway.settings, gateway.settings
        self._service.take(gateway)
        for warning in settings.warnings:
            if warning not in before.warnings:
                log.warning("%s", warning)
        restart = tuple(changed(settings, self._bound))
        wait = f"; {', '.join(restart)} will count from the next start" if restart else ""
        log.info("the configuration %s has been taken anew%s", settings.path, wait)
        if self._watcher is not None:
            self._watcher.follow(files_of(settings))
        if self._then is not None:
            self._then(settings)
        return Outcome(restart=restart)

    def _refused(self, why: str) -> Outcome:
        log.error("the new configuration is refused, the old one stays. %s", why)
        return Outcome(why)


def check(settings: Settings, bound: Settings) -> None:
    """Whether settings can be used at the address that is bound. Raises ``ConfigError``."""
    if not settings.apikey and not is_loopback(bound.host):
        message = f"is missing, but the service listens on {bound.host}: anybody could use your keys."
        raise ConfigError([Problem("APIKEY", message, "Keep it, or restart the service.")], settings.path)


def changed(settings: Settings, bound: Settings) -> Iterable[str]:
    """Keys that are only read at the start, and say something else now."""
    parted = bound.process.workers > 1  # their parent keeps the time, and reads nothing
    pairs = {
        "HOST": (settings.host, bound.host),
        "PORT": (settings.port, bound.port),
        "WORKERS": (settings.process.workers, bound.process.workers),
        "DRAIN_SECONDS": (settings.process.drain if parted else 0, bound.process.drain if parted else 0),
        "LOG": (settings.log, bound.log),
        "LOG_LEVEL": (settings.log_level, bound.log_level),
        "Logging": (settings.logs, bound.logs),
        "Ledger": (settings.ledger, bound.ledger),
        "Database": (settings.database_url, bound.database_url),
        "Redis": (settings.redis, bound.redis),
    }
    return [key for key, (now, then) in pairs.items() if now != then]


def files_of(settings: Settings) -> frozenset[Path]:
    """Whose changes make a new configuration. Custom routers and prompts look after theirs."""
    own = [plugin.path for plugin in settings.transformers]
    own += [agent.path for agent in settings.agents if agent.path is not None]
    trusted = [provider.way.trust for provider in settings.providers if provider.way.trust is not None]
    shown = [path for trust in trusted for path in (*trust.ca, trust.cert, trust.key) if path is not None]
    return frozenset([settings.path, settings.path.with_name(".env"), *own, *shown])
