"""Which modules are shown: the preset's, the configuration's, or one of these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ccr.cli.statusline import given

POWERLINE = "powerline"
SCRIPT = "script"
MOST = 30
MOST_POWERLINE = 10
"""Modules of a powerline, as the original has it."""

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_CONTROL = r"[\x00-\x1f\x7f-\x9f]"


class Module(NamedTuple):
    """One part of the line. ``type`` matters only where it is ``script``."""

    type: str
    text: str
    icon: str = ""
    color: str = ""
    background: str = ""
    script: str = ""
    """The file, from the configuration's folder."""

    options: object = None
    timeout: float | None = None
    """Milliseconds that a script may take."""


class Theme(NamedTuple):
    modules: Sequence[Module]
    powerline: bool = False
    simple: bool = False
    """Without letters that only some fonts have."""


DEFAULT = (
    Module("workDir", "{{workDirName}}", "\U000f024b", "bright_blue"),
    Module("gitBranch", "{{gitBranch}}", "\ue725", "bright_magenta"),
    Module("model", "{{model}}", "\U000f06a9", "bright_cyan"),
    Module("answer", "{{answering}}", "\u21e2", "bright_green"),
    Module("usage", "{{inputTokens}} \u2193 {{outputTokens}}", "\u2191", "bright_magenta"),
    Module("context", "{{contextPercent}}%", "\U000f035b", "bright_yellow"),
    Module("speed", "{{tokenSpeed}} t/s", "\U000f04c5", "bright_green"),
    Module("cache", "{{cacheShare}}%", "\U000f01bc", "bright_blue"),
    Module("cost", "{{sessionCost}}", "", "bright_white"),
    Module("warnings", "{{warnings}}", "\u26a0", "bright_red"),
)
SIMPLE_ICONS = {"answer": "->", "usage": "in", "context": "ctx", "cache": "cache", "warnings": "!"}
SIMPLE = tuple(
    module._replace(icon=SIMPLE_ICONS.get(module.type, ""), text=module.text.replace("\u2193", "out"))
    for module in DEFAULT
)
"""The same without icons, for fonts that have none."""


def _built_in(*, powerline: bool, simple: bool) -> Sequence[Module]:
    found = SIMPLE if simple else DEFAULT
    return [module._replace(background=f"bg_{module.color}") for module in found] if powerline else found


def chosen(line: object, preset: object, env: Mapping[str, str]) -> Theme:
    """The theme of ``StatusLine`` in a preset, in the configuration, or the built-in one."""
    simple = env.get("USE_SIMPLE_ICONS", "").lower() in ("true", "1") or env.get("TERM") in (
        "dumb",
        "unknown",
    )
    style = given.text(preset, "currentStyle") or given.text(line, "currentStyle") or "default"
    for section in (preset, line):
        modules = given.at(section, style, "modules")
        if isinstance(modules, list) and modules:
            return Theme([read(entry) for entry in modules[:MOST]], style == POWERLINE, simple)
    powerline = style == POWERLINE
    return Theme(_built_in(powerline=powerline, simple=simple), powerline, simple)


def read(entry: object) -> Module:
    """A module as it is written; what is no text counts as none."""
    parts = {name: given.text(entry, name) for name in ("type", "text", "icon", "color", "background")}
    script = given.text(entry, "scriptPath")
    kept = {name: re.sub(_CONTROL, "", value) for name, value in parts.items()}
    return Module(
        **kept, script=script, options=given.at(entry, "options"), timeout=given.number(entry, "timeout")
    )


def filled(text: str, variables: Mapping[str, str]) -> str:
    """The text with its variables; "" where none of them has a value and no word is left without them."""
    names = _VARIABLE.findall(text)
    if names and not any(variables[name] for name in names):
        rest = _VARIABLE.sub("", text)
        return rest.strip() if any(map(str.isalnum, rest)) and not _is_unit(text) else ""
    return _VARIABLE.sub(lambda match: variables[match[1]], text).strip()


def _is_unit(text: str) -> bool:
    """``{{tokenSpeed}} t/s``: what follows a figure says nothing without it."""
    return text.lstrip().startswith("{{")
