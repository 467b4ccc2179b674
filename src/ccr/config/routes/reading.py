"""``Router`` as it stands in a file to ``Routes``, with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.config.problems import Problem, did_you_mean, shown
from ccr.config.routes import conditions, values
from ccr.config.routes.shapes import (
    BACKGROUND_KINDS,
    BACKGROUND_MODELS,
    KINDS,
    SCENARIOS,
    THRESHOLD,
    Condition,
    Declared,
    Route,
    Routes,
)
from ccr.config.routes.values import Notes
from ccr.config.variables import child

RULE_KEYS = ("name", "match", "target", "split", "strategy", "fallback", "enabled")


class Read(NamedTuple):
    """What was read: ``places`` are all targets with where they stand."""

    routes: Routes
    problems: list[Problem]
    places: list[tuple[str, str]]


def read(router: Mapping[str, Any], fallback: Mapping[str, tuple[str, ...]], path: str = "Router") -> Read:
    """The routes of a ``Router`` object; ``fallback`` is what stands beside it, checked before."""
    reader = _Reader(router, path)
    return Read(reader.routes(fallback), reader.notes.problems, reader.notes.places)


class _Reader:
    def __init__(self, router: Mapping[str, Any], path: str) -> None:
        self.router = router
        self.path = path
        self.notes = Notes()

    def routes(self, fallback: Mapping[str, tuple[str, ...]]) -> Routes:
        self._clients()
        return Routes(
            scenarios=self._named({name: self.router.get(name) for name in SCENARIOS}, self.path),
            agents=self._named(self._object("agents"), child(self.path, "agents")),
            rules=self._rules(),
            fallback={**fallback, **self._fallback()},
            threshold=int(self._number("longContextThreshold") or THRESHOLD),
            background_kinds=self._kinds(),
            background_models=self._words("backgroundModels", BACKGROUND_MODELS),
            sticky_seconds=self._number("stickySeconds"),
        )

    def _named(self, entries: Mapping[str, Any], path: str) -> dict[str, Route]:
        found = {
            name: values.route(value, child(path, name), self.notes)
            for name, value in entries.items()
            if value not in (None, "")
        }
        return {name: route for name, route in found.items() if route is not None}

    def _rules(self) -> tuple[Declared, ...]:
        value, path = self.router.get("rules") or [], child(self.path, "rules")
        if not isinstance(value, list):
            self.notes.wrong(path, f"should be a list: [ … ], not {shown(value)}.")
            return ()
        found = [self._rule(entry, child(path, n), n) for n, entry in enumerate(value)]
        return tuple(rule for rule in found if rule is not None)

    def _rule(self, entry: Any, path: str, n: int) -> Declared | None:
        if not isinstance(entry, dict):
            self.notes.wrong(path, f"should be an object: {{ … }}, not {shown(entry)}.")
            return None
        self.notes.unknown(entry, RULE_KEYS, path)
        match = self._match(entry, path)
        route = self._outcome(entry, path)
        if match is None or route is None or entry.get("enabled") is False:
            return None
        return Declared(str(entry.get("name") or n), match, route)

    def _match(self, entry: Mapping[str, Any], path: str) -> Condition | None:
        if "match" in entry:
            return conditions.read(entry["match"], child(path, "match"), self.notes)
        self.notes.wrong(path, 'has no "match".', 'Write "match": {} for a rule that always applies.')
        return None

    def _outcome(self, entry: Mapping[str, Any], path: str) -> Route | None:
        if ("target" in entry) == ("split" in entry):
            cure = f'Write "target": "provider,model", or "split": {values.SPLIT.removeprefix("Write ")}'
            self.notes.wrong(path, 'should have one of "target" and "split".', cure)
            return None
        if "split" in entry:
            route = values.split(entry["split"], child(path, "split"), self.notes)
        else:
            route = values.route(entry["target"], child(path, "target"), self.notes)
        return route and values.beside(route, entry, path, self.notes)

    def _fallback(self) -> dict[str, tuple[str, ...]]:
        """By scenario; version 3 of the original writes ``{"mode": "model-chain", "models": […]}``."""
        value, path = self._object("fallback"), child(self.path, "fallback")
        if "mode" in value:
            chain = value.get("models") if value["mode"] == "model-chain" else []
            return {"default": values.targets(chain, child(path, "models"), self.notes)} if chain else {}
        return {name: values.targets(entry, child(path, name), self.notes) for name, entry in value.items()}

    def _clients(self) -> None:
        """What stands for one client is only checked here; it is laid over the rest when that client asks."""
        path = child(self.path, "clients")
        for name, entry in self._object("clients").items():
            if isinstance(entry, dict):
                found = read(entry, {}, child(path, name))
                self.notes.problems += found.problems
                self.notes.places += found.places
            else:
                self.notes.wrong(child(path, name), f"should be an object: {{ … }}, not {shown(entry)}.")

    def _kinds(self) -> frozenset[str]:
        if self.router.get("backgroundKinds") is None:
            return BACKGROUND_KINDS
        kinds = self._words("backgroundKinds", ())
        for n, kind in enumerate(kinds):
            if kind not in KINDS:
                cure = did_you_mean(kind, KINDS, f"There are: {', '.join(KINDS)}.")
                place = child(child(self.path, "backgroundKinds"), n)
                self.notes.wrong(place, f'there is no kind "{kind}".', cure)
        return frozenset(kinds)

    def _object(self, key: str) -> Mapping[str, Any]:
        value = self.router.get(key)
        if value is None or isinstance(value, dict):
            return value or {}
        self.notes.wrong(child(self.path, key), f"should be an object: {{ … }}, not {shown(value)}.")
        return {}

    def _number(self, key: str) -> float | None:
        value = self.router.get(key)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0):
            return value
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        self.notes.wrong(child(self.path, key), f"should be a number of 0 or more, not {shown(value)}.")
        return None

    def _words(self, key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        value = self.router.get(key)
        return otherwise if value is None else values.words(value, child(self.path, key), self.notes)
