"""Which agents a configuration has: those of the user's own, in their order, and the built-in ones."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from ccr.agents.backends import ENGINES, Fetch
from ccr.agents.contract import Agent
from ccr.agents.image import ROUTE as IMAGE
from ccr.agents.image import ImageAgent
from ccr.agents.policy import Rules
from ccr.agents.prompt import PromptAgent, read_prompt
from ccr.agents.safeguard import ROUTE as SAFEGUARD
from ccr.agents.safeguard import SafeguardAgent
from ccr.agents.search import Backend, SearchAgent
from ccr.config import Settings
from ccr.config.problems import ConfigError, Problem, did_you_mean
from ccr.config.settings import AgentUse
from ccr.config.variables import child
from ccr.transformers.files import executed
from ccr.transformers.options import Shape, make

GROUP = "ccr.agents"
"""The entry point group of packages that bring agents."""

DOCS = "docs/agents.md tells how to write one."


def agents_of(settings: Settings, fetch: Fetch) -> list[Agent]:
    """The agents of a configuration, the user's first. Raises ``ConfigError`` with every mistake."""
    problems: list[Problem] = []
    agents: list[Agent] = []
    for number, use in enumerate(settings.agents):
        try:
            agents += _made(use, child("agents", number))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems, settings.path)
    return [*agents, *_builtin(settings, fetch)]


def _builtin(settings: Settings, fetch: Fetch) -> Iterator[Agent]:
    scenarios = settings.routes.scenarios
    if settings.rewrite_system_prompt is not None:
        yield PromptAgent(read_prompt(settings.rewrite_system_prompt))
    if (route := scenarios.get(IMAGE)) is not None:
        models = [member.target for member in route.members] + list(route.fallback or ())
        yield ImageAgent(models, forced=settings.force_image_agent)
    yield SearchAgent(_backend(settings, fetch))
    wanted = settings.safeguards
    rules = Rules(wanted.allow, wanted.deny)
    yield SafeguardAgent(wanted.policy, rules, routed=SAFEGUARD in scenarios, seconds=wanted.seconds)


def _backend(settings: Settings, fetch: Fetch) -> Backend | None:
    wanted = settings.web_search
    if wanted is None:
        return None
    engine = ENGINES[wanted.backend]
    return Backend(wanted.backend, engine, fetch, wanted.url or "", wanted.api_key or "", wanted.max_results)


def _made(use: AgentUse, place: str) -> list[Agent]:
    classes = _in_file(use, place) if use.path is not None else [_installed(use.name, child(place, "name"))]
    shapes = [Shape(cls) for cls in classes]
    for option in use.options:
        if not any(shape.takes(option) for shape in shapes):
            named = [name for shape in shapes for name in shape.options]
            cure = did_you_mean(
                option, named, f"There are: {', '.join(named)}." if named else "There are none."
            )
            raise ConfigError(
                [Problem(child(child(place, "options"), option), "is no option of the agent.", cure)]
            )
    return [_make(cls, shape, use.options, place) for cls, shape in zip(classes, shapes, strict=True)]


def _make(cls: type[Agent], shape: Shape, options: Mapping[str, Any], place: str) -> Agent:
    taken = {name: value for name, value in options.items() if shape.takes(name)}
    if missing := [p.message for p in shape.missing(taken, place)]:
        raise ConfigError([Problem(place, message, 'Put it into its "options".') for message in missing])
    return make(cls, taken, child(place, "options"))


def _in_file(use: AgentUse, place: str) -> list[type[Agent]]:
    assert use.path is not None
    module = executed(use.path, child(place, "path"))
    found = [value for value in vars(module).values() if _is_own(value, module)]
    if not found:
        message = f"{use.path.name} defines no subclass of ccr.agents.contract.Agent."
        raise ConfigError([Problem(child(place, "path"), message, DOCS)])
    return found


def _is_own(value: object, module: ModuleType) -> bool:
    """An agent that the module defines itself, not one that it imports or only builds on."""
    return (
        inspect.isclass(value)
        and issubclass(value, Agent)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
        and not inspect.isabstract(value)
    )


def _installed(name: str, place: str) -> type[Agent]:
    from importlib.metadata import entry_points

    there = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in there:
        known = f"There are: {', '.join(sorted(there))}." if there else "No installed package brings one."
        raise ConfigError([Problem(place, f'there is no agent "{name}".', did_you_mean(name, there, known))])
    try:
        found = there[name].load()
    except Exception as error:  # noqa: BLE001 - anybody's code
        message = f"the package that brings it cannot be imported: {type(error).__name__}: {error}"
        raise ConfigError([Problem(place, message)]) from None
    if not (inspect.isclass(found) and issubclass(found, Agent)):
        raise ConfigError([Problem(place, f"{there[name].value} is no subclass of Agent.", DOCS)])
    return found
