"""The configuration file, checked and completed: ``load``."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ccr.config import checks, ledger, providers, schema, source, uses
from ccr.config.address import bound_host
from ccr.config.agents import Safeguards, WebSearch
from ccr.config.ledger import Database, Ledger
from ccr.config.limits import Queue
from ccr.config.network import Network
from ccr.config.peek import host_of, port_of
from ccr.config.presets import presets
from ccr.config.prices import Price
from ccr.config.problems import ConfigError, Problem, masked
from ccr.config.provider import Provider
from ccr.config.reach import reach_of, way_of
from ccr.config.resilience import Resilience
from ccr.config.routes import reading
from ccr.config.routes.shapes import OTHERS, SCENARIOS
from ccr.config.settings import AgentUse, Plugin, Settings
from ccr.config.shapes import ledger as books
from ccr.config.shapes import limits, logging, process, state
from ccr.config.shapes import resilience as failures
from ccr.config.shapes.twins import settled
from ccr.config.state import Redis
from ccr.config.validation import validate
from ccr.config.variables import child

Names = Callable[[Mapping[str, Any]], Collection[str]]


def load(
    path: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    *,
    transformer_names: Names | None = None,
) -> Settings:
    """The settings of ``path``, else of ``CCR_CONFIG_PATH``, ``CONFIG_PATH``, else of the home folder's file.

    ``env`` is the process's environment when not given. ``transformer_names`` gives, for the file with its
    variables filled in, the names of all transformers there are; without it they are not checked.
    Raises ``ConfigError`` with every mistake. A missing file is no mistake: ``found`` is False then.
    """
    env = os.environ if env is None else env
    return check(source.read(source.locate(path, env), env), transformer_names)


def check(found: source.Source, transformer_names: Names | None = None) -> Settings:
    """The settings of what was read. Raises ``ConfigError`` with every mistake."""
    return _Loader(found, transformer_names).load()


class Report(NamedTuple):
    """All that is to be said of a configuration; ``settings`` is None when it has mistakes."""

    settings: Settings | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def report(found: source.Source, transformer_names: Names | None = None) -> Report:
    """Settings, mistakes and warnings of what was read."""
    loader = _Loader(found, transformer_names)
    try:
        settings = loader.load()
    except ConfigError as error:
        return Report(None, error.problems, masked(loader.warnings))
    return Report(settings, (), masked(loader.warnings))


class _Loader:
    """One file on its way. Mutable state: the problems and warnings met so far."""

    def __init__(self, found: source.Source, transformer_names: Names | None) -> None:
        self.found = found = found._replace(raw=checks.modern(found.raw))
        self.names = transformer_names(found.raw) if transformer_names else None
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.resilience = Resilience()
        self.network = Network()

    def load(self) -> Settings:
        found = self.found
        needed, rest = checks.unset(found.unset)
        self.problems += needed
        self.warnings += rest + self._slips()
        file, problems = validate(schema.File, checks.without_empty(self._overridden()), "")
        self.problems += problems
        self.resilience = settled(Resilience, file.Resilience) if file else Resilience()
        if file is not None:
            self.network, wrong, told = reach_of(file, found)
            self.problems, self.warnings = self.problems + wrong, self.warnings + told
        made = self._providers()
        router = checks.router(found.raw.get("Router"))
        fallback = checks.fallback(found.raw.get("fallback"))
        everyone = checks.Everyone(made, self._names_written())
        read = reading.read(router, fallback)
        places = read.places + checks.fallback_places(fallback)
        self.problems += read.problems + checks.targets(places, everyone)
        self.warnings += checks.unlisted(places, made)
        if self.problems or file is None:
            raise ConfigError(checks.in_order(self.problems, found.raw), found.path)
        return self._settings(file, made, fallback)

    def _slips(self) -> list[Problem]:
        raw, rules = self.found.raw, self.found.raw.get("Router")
        found = checks.misspelt(raw, schema.File, "") + _fallback_slips(raw, "")
        if isinstance(rules, dict):
            found += checks.misspelt(rules, schema.Rules, "Router") + _fallback_slips(rules, "Router")
        if isinstance(section := raw.get("Resilience"), dict):
            found += checks.misspelt(section, failures.Resilience, "Resilience")
            found += _part_slips(section, "Resilience")
        for name, kind in books.SECTIONS.items():
            if isinstance(section := raw.get(name), dict):
                found += checks.misspelt(section, kind, name)
        return found + logging.slips(raw.get("Logging"))

    def _overridden(self) -> dict[str, Any]:
        """The file with what the environment says instead."""
        raw, env = self.found.raw, self.found.env
        section, warnings = logging.overridden(raw.get("Logging"), env)
        self.warnings += warnings
        level = env.get("CCR_LOG_LEVEL")
        given = {"HOST": host_of(self.found), "PORT": port_of(self.found), "LOG_LEVEL": level}
        given["Logging"] = section or None
        given["Redis"] = state.overridden(raw.get("Redis") or raw.get("redis"), env.get("REDIS_URL"))
        rules = {"Router": checks.router(raw["Router"])} if isinstance(raw.get("Router"), dict) else {}
        return raw | rules | {key: value for key, value in given.items() if value is not None}

    def _entries(self) -> tuple[str, list[Any]]:
        key = "Providers" if "Providers" in self.found.raw else "providers"
        value = self.found.raw.get(key)
        return key, value if isinstance(value, list) else []

    def _names_written(self) -> list[str]:
        """Names of all entries, also of those with mistakes: a rule that names one is not wrong as well."""
        return [entry["name"] for entry in self._entries()[1] if isinstance(entry, dict) and _counts(entry)]

    def _providers(self) -> tuple[Provider, ...]:
        key, entries = self._entries()
        made = [self._provider(entry, child(key, n)) for n, entry in enumerate(entries)]
        self.problems += checks.duplicates(entries, key)
        return tuple(provider for provider in made if provider is not None)

    def _provider(self, entry: Any, path: str) -> Provider | None:
        if not isinstance(entry, dict):
            return None
        self.warnings += checks.misspelt(entry, schema.Provider, path) + _part_slips(entry, path)
        given = checks.without_empty(entry, keep=("api_key", "name"))
        read, problems = validate(schema.Provider, given, path)
        self.problems += problems
        if read is None:  # the keys that are right are looked at all the same
            read, _ = validate(schema.Provider, checks.without_wrong(given, problems, path), path)
        if read is None or not read.enabled:
            return None
        made = providers.make(read, path, presets(), self.found.env)
        self.problems += made.problems
        self.warnings += made.warnings
        if self.names is not None:
            self.problems += uses.unknown(made.used, self.names)
        if problems or made.provider is None:
            return None
        way, wrong = way_of(read, made.provider, path, self.network, self.found.path.parent)
        self.problems += wrong
        return replace(made.provider, resilience=failures.of_provider(self.resilience, read), way=way)

    def _settings(
        self, file: schema.File, made: tuple[Provider, ...], fallback: Mapping[str, tuple[str, ...]]
    ) -> Settings:
        clients = {one.key: one.name for one in file.APIKEYS}
        apikey = file.APIKEY or next(iter(clients), None)
        written = None if self.found.env.get("CCR_LOG_LEVEL") else file.Logging.level
        level = written or file.LOG_LEVEL
        host = bound_host(file.HOST, apikey)
        if host != file.HOST.strip("[]"):
            self.warnings.append(checks.not_bound(file.HOST))
        return Settings(
            path=self.found.path,
            found=self.found.found,
            host=host,
            port=file.PORT,
            apikey=apikey,
            clients=MappingProxyType(clients),
            timeout_ms=file.API_TIMEOUT_MS,
            network=self.network,
            process=process.settled(file),
            log=file.LOG,
            log_level=level,
            logs=logging.settled(file.Logging, level, file.LOG_FILE),
            max_body_bytes=int(file.MAX_BODY_MB * 1024 * 1024),
            claude_path=file.CLAUDE_PATH,
            non_interactive=file.NON_INTERACTIVE_MODE,
            custom_router_path=self._file(file.CUSTOM_ROUTER_PATH),
            custom_router_timeout_ms=file.CUSTOM_ROUTER_TIMEOUT_MS,
            rewrite_system_prompt=self._file(file.REWRITE_SYSTEM_PROMPT),
            router=MappingProxyType(file.Router.model_dump(exclude_unset=True)),
            fallback=MappingProxyType(fallback),
            transformers=tuple(Plugin(self._path(item.path), item.options) for item in file.transformers),
            agents=tuple(AgentUse(self._file(one.path), one.name, one.options) for one in file.agents),
            force_image_agent=file.forceUseImageAgent,
            web_search=settled(WebSearch, file.WebSearch) if file.WebSearch else None,
            prices=MappingProxyType({name: settled(Price, said) for name, said in file.Prices.items()}),
            safeguards=settled(Safeguards, file.Safeguards),
            limits=limits.of(file.Limits),
            client_limits=MappingProxyType(
                {one.name: found for one in file.APIKEYS if (found := limits.of(one.limits))}
            ),
            queue=settled(Queue, file.Limits.queue),
            redis=settled(Redis, file.Redis) if file.Redis else None,
            ledger=settled(Ledger, file.Ledger),
            database_url=self._database(file),
            resilience=self.resilience,
            providers=made,
            raw=self.found.raw,
            written=self.found.written,
            warnings=tuple(map(str, masked(self.warnings))),
        )

    def _database(self, file: schema.File) -> str | None:
        database, kept = settled(Database, file.Database), settled(Ledger, file.Ledger)
        chosen = ledger.chosen(database, kept, self.found.env)
        self.warnings += chosen.warnings
        return chosen.url

    def _file(self, path: str | None) -> Path | None:
        return self._path(path) if path else None

    def _path(self, path: str) -> Path:
        """Relative paths are meant from the configuration's folder."""
        return self.found.path.parent / Path(path).expanduser()


def _fallback_slips(entry: Mapping[str, Any], path: str) -> list[Problem]:
    rules = entry.get("fallback")
    known = (*SCENARIOS, *OTHERS)
    return checks.slips(rules, known, child(path, "fallback")) if isinstance(rules, dict) else []


def _part_slips(entry: Mapping[str, Any], path: str) -> list[Problem]:
    """Misspelt keys within the parts of ``Resilience``, or of a provider's own."""
    parts = ((name, kind) for name, kind in failures.PARTS.items() if isinstance(entry.get(name), dict))
    return [slip for name, kind in parts for slip in checks.misspelt(entry[name], kind, child(path, name))]


def _counts(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("name"), str) and entry.get("enabled") is not False
