"""A custom router in Python: a file with ``def route(request, config)``, sync or async."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ccr.config.problems import ConfigError
from ccr.config.watched import Watched
from ccr.routing.custom_contract import Failed, Request
from ccr.routing.threads import Threads
from ccr.transformers.files import executed, failure

log = logging.getLogger("ccr.route")

Route = Callable[[Request, Mapping[str, Any]], object]


class PythonScript:
    """Mutable state: the function as of the last good version of the file."""

    def __init__(self, file: Path, config: Mapping[str, Any], place: str) -> None:
        self._file = Watched(file)
        self._config = config
        self._place = place
        self._route: Route | None = None
        self._why = ""
        self._threads = Threads()

    def load(self) -> None:
        """Reads the file. When it cannot be used, the version before it stays."""
        try:
            self._route = _route_in(self._file.path, self._place)
        except Failed as error:
            self._why = str(error)
            raise

    async def ask(self, request: Request) -> object:
        if self._file.changed():
            await self._reload()
        if self._route is None:
            raise Failed(self._why)
        try:
            return await self._call(self._route, request)
        except (Exception, SystemExit) as error:
            if isinstance(error, Failed):
                raise
            raise Failed(f"{self._file.path.name} {failure(error, self._file.path)}") from None

    def overdue(self) -> None:
        """A coroutine has been cancelled; a thread goes on by itself."""

    async def close(self) -> None:
        """Nothing runs beside the service."""

    async def _reload(self) -> None:
        try:
            await self._threads.run(self.load)
        except Failed as error:
            log.warning("%s%s", error, " The version before it stays in use." if self._route else "")
        else:
            log.info("%s has changed and was loaded anew", self._file.path.name)

    async def _call(self, route: Route, request: Request) -> object:
        if inspect.iscoroutinefunction(route):
            found = await route(request, self._config)
        else:
            found = await self._threads.run(lambda: _called(route, request, self._config))
            if not inspect.isawaitable(found):
                return found
            found = await found
        request.settle()
        return found


def _called(route: Route, request: Request, config: Mapping[str, Any]) -> object:
    found = route(request, config)
    request.settle()
    return found


def _route_in(file: Path, place: str) -> Route:
    """The file's function. Raises ``Failed``."""
    try:
        module = executed(file, place)
    except ConfigError as error:
        raise Failed(str(error.problems[0])) from None
    route = getattr(module, "route", None)
    if not callable(route):
        raise Failed(f"{place}: {file.name} defines no function route(request, config).")
    try:
        inspect.signature(route).bind(None, None)
    except TypeError:
        line = route.__code__.co_firstlineno if inspect.isfunction(route) else 1
        raise Failed(
            f"{place}: {file.name}, line {line}: route takes two arguments: request, config."
        ) from None
    found: Route = route
    return found
