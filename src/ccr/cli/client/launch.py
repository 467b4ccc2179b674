"""One run of Claude Code: what of the configuration, a preset and the user's words it gets."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from ccr.cli.client import environment, executable, hook, onboarding, process
from ccr.cli.client import settings as client_settings
from ccr.cli.client.environment import CONNECTION, Variables
from ccr.cli.client.session import session
from ccr.cli.options import Options
from ccr.cli.service.home import Home
from ccr.cli.signals import leaving
from ccr.cli.terminal import NOT_FOUND, USAGE, fail, note

if TYPE_CHECKING:
    from ccr.config import Settings
    from ccr.config.provider import Provider


class Preset(NamedTuple):
    """A preset to run through. ``straight``: past the router, to this provider (``noServer``)."""

    name: str
    settings: Settings
    straight: Provider | None = None


class Way(NamedTuple):
    """Whom Claude Code is to ask. ``file`` is for its settings, private, and goes at the end."""

    variables: Variables
    file: Path


def launch(settings: Settings, arguments: list[str], preset: Preset | None = None) -> int:
    """Runs Claude Code to its end; gives its exit code. ``settings`` are those of the service."""
    try:
        program = executable.find(settings.claude_path, os.environ)
        rest, users = client_settings.taken(arguments)
    except executable.NotFound as error:
        fail(str(error), NOT_FOUND)
    except client_settings.BadSettings as error:
        fail(str(error), USAGE)
    onboarding.skip(os.environ)
    own = preset.settings if preset else settings
    with leaving(), _way(settings, preset) as way:
        _write(way, preferred(own, users, preset.name if preset else ""), users)
        child = [*program, client_settings.OPTION, str(way.file), *rest]
        return _run(child, applied(way.variables, os.environ), closed_stdin=own.non_interactive)


def applied(variables: Variables, env: Mapping[str, str]) -> dict[str, str]:
    """The environment with the variables set and unset."""
    rest = {name: value for name, value in env.items() if name not in variables}
    return rest | {name: value for name, value in variables.items() if value is not None}


def preferred(settings: Settings, users: Mapping[str, Any], preset: str) -> dict[str, Any]:
    """The user's ``--settings`` over the status line of the configuration, and the preset's own settings."""
    given = settings.raw.get("claudeCodeSettings") if preset else None
    ours: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    env = ours.get("env") if isinstance(ours.get("env"), dict) else {}
    kept = {name: str(value) for name, value in (env or {}).items() if name not in CONNECTION}
    line = settings.raw.get("StatusLine")
    if isinstance(line, dict) and line.get("enabled") is True:
        ours = {hook.ENTRY: hook.entry(hook.command_line(preset)), **ours}
    return {**ours, **users, "env": {**kept, **(users.get("env") or {})}}


@contextmanager
def _way(settings: Settings, preset: Preset | None) -> Iterator[Way]:
    if preset is not None and preset.straight is not None:
        with tempfile.TemporaryDirectory(prefix="ccr-") as folder:
            yield Way(straight(preset.settings, preset.straight, os.environ), Path(folder) / "settings.json")
        return
    with session(Home.of(os.environ), settings, Options()) as service:
        url = f"{service.url}/preset/{quote(preset.name)}" if preset else service.url
        seen = preset.settings if preset and preset.settings.providers else _seen(settings, demo=service.demo)
        yield Way(environment.variables(seen, url, os.environ), service.file)


def straight(settings: Settings, provider: Provider, env: Mapping[str, str]) -> Variables:
    """The variables for a provider that speaks Anthropic's language itself."""
    url = provider.base_url.rstrip("/").removesuffix("/v1/messages").rstrip("/")
    return {
        **environment.variables(settings, url, env),
        "ANTHROPIC_AUTH_TOKEN": next(iter(provider.keys), environment.NO_KEY),
        "CLAUDE_CODE_GATEWAY_HINT_HEADERS": None,
        "ANTHROPIC_MODEL": env.get("ANTHROPIC_MODEL") or next(iter(provider.models), None),
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": env.get("ANTHROPIC_DEFAULT_HAIKU_MODEL"),
    }


def _seen(settings: Settings, *, demo: bool) -> Settings:
    """The configuration as the service has it."""
    if not demo:
        return settings
    from ccr.demo.settings import demo_settings

    return demo_settings(settings, "")


def _write(way: Way, wanted: client_settings.Settings, users: client_settings.Settings) -> None:
    merged, _ = client_settings.merge(wanted, way.variables)
    _, beaten = client_settings.merge(users, way.variables)
    if beaten:
        note(
            f"ccr: not used of your {client_settings.OPTION}: {', '.join(beaten)} (would pass the router by)"
        )
    way.file.touch(0o600)
    way.file.write_text(json.dumps(merged), encoding="utf-8")


def _run(command: list[str], env: Mapping[str, str], *, closed_stdin: bool) -> int:
    try:
        return process.run(command, env, closed_stdin=closed_stdin)
    except OSError as error:
        fail(f"Claude Code cannot be started: {command[0]}: {error.strerror or error}.", NOT_FOUND)
