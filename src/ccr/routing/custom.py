"""Rules of the user's own in a file: ``CUSTOM_ROUTER_PATH``. They are asked before all others.

What goes wrong in them never costs a request: it is logged, shown in the trace, and the other rules decide.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ccr.config import Settings
from ccr.config.routes.shapes import Routes
from ccr.errors import NoRoute
from ccr.exchange import Exchange
from ccr.routing.custom_contract import Failed, Request, Script
from ccr.routing.facts import Facts
from ccr.routing.models import Models
from ccr.wire import json

log = logging.getLogger("ccr.route")

PLACE = "CUSTOM_ROUTER_PATH"
Make = Callable[[Path, Mapping[str, Any], str], Script]


class CustomRouter:
    """The user's file, asked with a time limit. ``ask`` is a rule."""

    def __init__(self, script: Script, name: str, limit: float) -> None:
        self._script = script
        self._name = name
        self._limit = limit

    async def ask(self, facts: Facts, _routes: Routes, models: Models) -> str | None:
        """The model it names, None when the other rules decide; ``facts.remarks`` tells what failed.

        The body of the exchange becomes what the custom router has made of it.
        """
        request = Request(facts.exchange, await facts.tokens())
        try:
            model = self._checked(await self._answer(request), models)
            if request.edited is not None:
                adopt(facts.exchange, request.edited)
                facts.forget()
        except Failed as error:
            log.warning("%s custom router: %s", facts.exchange.id, error)
            facts.remarks.append(str(error))
            return None
        return model

    async def close(self) -> None:
        await self._script.close()

    async def _answer(self, request: Request) -> object:
        # In a task of its own: a function that lets nothing cancel it would keep a request for ever.
        asking = asyncio.ensure_future(self._script.ask(request))
        try:
            done, _ = await asyncio.wait({asking}, timeout=self._limit)
        finally:
            asking.cancel()
        if not done:
            self._script.overdue()
            raise Failed(f"{self._name} gave no answer within {self._limit:g} s.")
        return asking.result()

    def _checked(self, found: object, models: Models) -> str | None:
        if found is None or found == "":
            return None
        if not isinstance(found, str):
            raise Failed(f'{self._name} returned {type(found).__name__} instead of "provider,model" or None.')
        try:
            known = models.find(found) is not None
        except NoRoute as error:
            raise Failed(f"{self._name}: {error.message}") from None
        if not known:
            cure = 'Write "provider,model".'
            raise Failed(f'{self._name} returned "{found}", which is no model of ours. {cure}')
        return found


def custom_router(settings: Settings) -> CustomRouter | None:
    """The custom router of a configuration, if it has one. What is wrong with its file is a warning."""
    file = settings.custom_router_path
    if file is None:
        return None
    make = LANGUAGES.get(file.suffix.lower())
    if make is None:
        log.warning("%s: %s is neither Python (.py) nor JavaScript (.js, .cjs, .mjs).", PLACE, file)
        return None
    script = make(file, settings.raw, PLACE)
    try:
        script.load()
    except Failed as error:
        log.warning("%s Until it is mended, which needs no restart, the other rules decide.", error)
    return CustomRouter(script, file.name, settings.custom_router_timeout_ms / 1000)


def _python(file: Path, config: Mapping[str, Any], place: str) -> Script:
    from ccr.routing.custom_python import PythonScript

    return PythonScript(file, config, place)


def _node(file: Path, config: Mapping[str, Any], place: str) -> Script:
    from ccr.routing.node import NodeScript

    return NodeScript(file, config, place)


LANGUAGES: Mapping[str, Make] = {".py": _python, ".js": _node, ".cjs": _node, ".mjs": _node}


def adopt(exchange: Exchange, raw: bytes) -> None:
    """Makes a changed body that of the exchange. Raises ``Failed`` when it is no request any more.

    Whether the client gets a stream is not for the custom router to say: it has asked for one or not.
    """
    body = json.decode(raw)
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
        raise Failed("It left no messages in the body; the body stays as it was.")
    if body.get("stream") != exchange.body.get("stream"):
        body["stream"] = exchange.stream
        raw = json.encode(body)
    exchange.raw, exchange.body, exchange.edited = raw, body, False  # type: ignore[assignment]
    exchange.digest = None
