"""Settings of Claude Code's own, and of the shell, that win over ours (claude-code.md §4)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ccr.cli.client.environment import CONNECTION
from ccr.cli.doctor.findings import Finding, failure, ok, warning
from ccr.cli.doctor.world import World
from ccr.config import source, syntax

MANAGED = {
    "darwin": "/Library/Application Support/ClaudeCode/managed-settings.json",
    "win32": "C:/ProgramData/ClaudeCode/managed-settings.json",
}
LINUX = "/etc/claude-code/managed-settings.json"
URL = "ANTHROPIC_BASE_URL"


class Source(NamedTuple):
    """A settings file. ``wins``: even over what `ccr code` gives."""

    title: str
    path: Path
    wins: bool


def sources(world: World, platform: str = sys.platform) -> list[Source]:
    """Files that Claude Code reads beside what we give it, the strongest first."""
    named = world.env.get("CLAUDE_CONFIG_DIR")
    own = Path(named).expanduser() if named else source.home(world.env) / ".claude"
    project = world.folder / ".claude"
    managed = Path(world.env.get("CCR_MANAGED_SETTINGS") or MANAGED.get(platform, LINUX))
    return [
        Source("managed settings", managed, wins=True),
        Source("this project's local settings", project / "settings.local.json", wins=False),
        Source("this project's settings", project / "settings.json", wins=False),
        Source("your settings", own / "settings.json", wins=False),
    ]


def check(world: World) -> list[Finding]:
    found = [finding for one in sources(world) for finding in _file(one, world.address)]
    found += [*_login(world), *_shell(world.env, world.address)]
    return found or [ok("settings", "none of Claude Code's own wins over ours.")]


def _file(one: Source, address: str) -> list[Finding]:
    name = f"{one.title} ({one.path})"
    try:
        settings = syntax.parse(syntax.decode(one.path.read_bytes()))
    except FileNotFoundError:
        return []
    except (OSError, syntax.SyntaxMistake) as error:
        return [warning(name, f"cannot be read: {error}", "Mend it: Claude Code may not read it either.")]
    return judged(name, settings, address, wins=one.wins) if isinstance(settings, dict) else []


def judged(name: str, settings: Mapping[str, Any], address: str, *, wins: bool) -> list[Finding]:
    """What of a file's settings leads past the router."""
    env = settings.get("env")
    given = {key: value for key, value in (env if isinstance(env, dict) else {}).items() if key in CONNECTION}
    away = [key for key, value in given.items() if value and not (key == URL and _is_ours(value, address))]
    found: list[Finding] = []
    if wins and away:
        cure = f"Ask whoever manages this machine to take {_these(away)} out, or to set {URL} to {address}."
        found.append(failure(name, f"set {', '.join(away)}, and win over everything.", cure))
    elif away:
        told = f"set {', '.join(away)}: `ccr code` wins over that, `ccr activate` does not."
        found.append(warning(name, told, f'Take {_these(away)} out of "env" there.'))
    if settings.get("apiKeyHelper"):
        told = "have an apiKeyHelper, whose key is sent beside our token."
        found.append(warning(name, told, "Take apiKeyHelper out while the router is used."))
    if settings.get("forceLoginMethod"):
        told = "have forceLoginMethod, which asks for a login whatever token there is."
        found.append((failure if wins else warning)(name, told, "Take forceLoginMethod out."))
    return found


def _login(world: World) -> list[Finding]:
    """A login with Anthropic beside our token."""
    folder = world.env.get("CLAUDE_CONFIG_DIR")
    home = Path(folder).expanduser() if folder else source.home(world.env)
    try:
        known = json.loads((home / ".claude.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(known, dict) or not (known.get("oauthAccount") or known.get("primaryApiKey")):
        return []
    told = "Claude Code is logged in with Anthropic; with our token beside it it may warn of a conflict."
    return [warning("login", told, "`claude /logout`, or ignore the warning: our token is what is used.")]


def _shell(env: Mapping[str, str], address: str) -> list[Finding]:
    """Variables of this shell that a plain `claude` would follow."""
    away = [name for name in sorted(CONNECTION) if env.get(name) and not _expected(name, env, address)]
    if not away:
        return []
    told = f"{', '.join(away)} set: `ccr code` is not led away by that, a plain `claude` is."
    return [warning("this shell", told, f'unset {" ".join(away)}, or eval "$(ccr activate)"')]


def _expected(name: str, env: Mapping[str, str], address: str) -> bool:
    """Whether it is what `ccr activate` sets."""
    ours = _is_ours(env.get(URL, ""), address)
    return ours and name in (URL, "ANTHROPIC_AUTH_TOKEN")


def _is_ours(value: object, address: str) -> bool:
    plain = str(value).rstrip("/").replace("localhost", "127.0.0.1").removesuffix("/v1")
    return plain == address or plain.startswith(f"{address}/preset/")


def _these(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"
