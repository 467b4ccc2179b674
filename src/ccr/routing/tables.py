"""The routes that hold for a request: the configuration's, with what client, project and session lay over."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ccr.config import Settings, checks, source, syntax
from ccr.config.routes import reading
from ccr.config.routes.shapes import Routes
from ccr.config.variables import interpolate
from ccr.exchange import Exchange
from ccr.routing.overrides import Layer, Overrides
from ccr.routing.rules import Rule, asked

REMEMBERED = 256
JOINED = ("agents", "fallback")
"""Objects whose entries are laid over each other one by one."""


@dataclass(frozen=True, slots=True)
class Table:
    """Routes, and the rules that make use of them."""

    routes: Routes
    asked: tuple[tuple[str, Rule], ...]
    layers: tuple[str, ...] = ()


class Tables:
    """The tables of one configuration, each made when first needed."""

    def __init__(self, settings: Settings, custom: Rule | None = None) -> None:
        self._settings = settings
        self._custom = custom
        self._plain = Table(settings.routes, asked(settings.routes, custom))
        self._clients = _clients(settings)
        self._overrides = Overrides(_homes(settings), _projects(), partial(_router_of, settings))
        self._made: OrderedDict[tuple[Layer, ...], Table] = OrderedDict()

    def of(self, exchange: Exchange) -> Table:
        """The table for a request: of its client, then of its project, then of its session."""
        layers = self._overrides.of(exchange.session)
        if exchange.client in self._clients:
            layers = (self._clients[exchange.client], *layers)
        return self._laid(layers) if layers else self._plain

    def _laid(self, layers: tuple[Layer, ...]) -> Table:
        if (table := self._made.get(layers)) is None:
            router = merged(self._settings.router, *(layer.router for layer in layers))
            routes = reading.read(router, self._settings.fallback).routes
            table = Table(routes, asked(routes, self._custom), tuple(layer.name for layer in layers))
            self._made[layers] = table
            if len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        return table


def merged(base: Mapping[str, Any], *layers: Mapping[str, Any]) -> dict[str, Any]:
    """One ``Router`` of several, later ones winning; null takes a route away, rules go in front."""
    result = dict(base)
    for layer in layers:
        for key, value in layer.items():
            before = result.get(key)
            if key in JOINED and isinstance(before, dict) and isinstance(value, dict):
                value = {**before, **value}
            elif key == "rules" and isinstance(before, list) and isinstance(value, list):
                value = [*value, *before]
            if value != "":
                result[key] = value
    return {key: value for key, value in result.items() if value is not None}


def _clients(settings: Settings) -> dict[str, Layer]:
    clients = settings.router.get("clients")
    entries = clients if isinstance(clients, dict) else {}
    return {name: Layer(f"Router.clients.{name}", entry) for name, entry in entries.items()}


def _homes(settings: Settings) -> list[Path]:
    """The configuration's own folder and the one in the user's home."""
    usual = source.home(os.environ) / source.DEFAULT.parent
    return list(dict.fromkeys([settings.path.parent, usual]))


def _projects() -> Path:
    """Where Claude Code keeps its sessions."""
    folder = os.environ.get("CLAUDE_CONFIG_DIR")
    return (Path(folder) if folder else source.home(os.environ) / ".claude") / "projects"


def _router_of(settings: Settings, path: Path) -> dict[str, Any]:
    """The ``Router`` of a project's or session's file. Raises ``ValueError`` with what is wrong."""
    try:
        value = syntax.parse(syntax.decode(path.read_bytes()))
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    router = value.get("Router") if isinstance(value, dict) else None
    if not isinstance(router, dict):
        raise ValueError('it has no "Router": { … }')  # noqa: TRY004 - all mistakes are told alike
    filled: dict[str, Any] = interpolate(router, source.lookup_in(os.environ))[0]
    read = reading.read(checks.without_empty(filled), {})
    everyone = checks.Everyone(settings.providers, [provider.name for provider in settings.providers])
    if problems := read.problems + checks.targets(read.places, everyone):
        raise ValueError("; ".join(map(str, problems)).replace("\n", " "))
    return filled
