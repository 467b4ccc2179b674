"""The screen of one provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ccr.cli.commands.provider.move import moved
from ccr.cli.commands.provider.rename import renamed
from ccr.cli.models import making, providers, summary, uses
from ccr.cli.models.entries import models_of, names
from ccr.cli.models.screens import adapting, asking, models
from ccr.cli.models.screens.asking import Back, Line
from ccr.cli.models.screens.desk import Desk, Variables
from ccr.cli.terminal import paint, say
from ccr.config.presets import presets
from ccr.config.protocol import PROTOCOLS

_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")


def key_line(entry: Mapping[str, Any], variables: Variables) -> str:
    """Its key in a few words: the variable and whether it has a value, never the key."""
    key = summary.key_of(entry)
    missing = [name for name in _VARIABLE.findall(key) if not variables.get(name)]
    return f"key {key}{' (not set)' if missing else ''}" if key else "no key"


class Gone(Back):
    """The provider is there no more."""


@dataclass
class At:
    """Mutable: the provider on the screen, by the name it has now."""

    name: str


def run(desk: Desk, name: str) -> None:
    """Until the user goes back, or the provider is gone."""
    at = At(name)

    def head() -> str:
        if at.name not in names(desk.value):
            raise Gone
        return f"{paint(at.name, bold=True)} · {summary.facts(desk.entry(at.name))['title']}"

    desk.stay(
        head, "What shall be done?", lambda: _lines(desk, at.name), lambda chosen: _do(desk, at, chosen)
    )


def _lines(desk: Desk, name: str) -> list[Line]:
    entry = desk.entry(name)
    found = summary.facts(entry)
    used = ", ".join(use["name"] for use in found["transformers"])
    return [
        Line(f"Models        {', '.join(found['models']) or 'none'}", "models"),
        Line("Test it       a word of its first model", "test"),
        Line(f"Key           {key_line(entry, desk.variables()).removeprefix('key ')}", "key"),
        Line(f"Address       {found['api_base_url']}", "url"),
        Line(f"Protocol      {found['protocol'] or 'as the address tells'}", "protocol"),
        Line(f"Transformers  {used or 'none'}", "adapt"),
        Line("Rename it", "rename"),
        Line("Make it the first", "first"),
        Line("Earlier", "up"),
        Line("Later", "down"),
        Line("Switch it off" if found["enabled"] else "Switch it on", "switch"),
        Line("Take it out", "remove"),
    ]


def _do(desk: Desk, at: At, chosen: str) -> None:
    if chosen in SCREENS:
        SCREENS[chosen](desk, at.name)
    elif chosen in ("first", "up", "down"):
        desk.change(lambda old: moved(old, at.name, chosen))
    elif chosen == "rename":
        new = asking.write("Its new name:", at.name)
        if new and desk.change(lambda old: renamed(old, at.name, new)):
            at.name = new


def _test(desk: Desk, name: str) -> None:
    listed = models_of(desk.entry(name)) or desk.models(name)
    if listed:
        desk.test(f"{name},{listed[0]}")


def _key(desk: Desk, name: str) -> None:
    preset = summary.preset_of(desk.entry(name))
    made = ask_key(desk, name, preset)
    desk.put(lambda value: providers.edited(value, name, {"api_key": made.written or None}), made.variables)


def ask_key(desk: Desk, name: str, preset_id: str | None) -> making.Key:
    """The variable that holds a key, and the key when that has no value yet. Raises ``Back``."""
    preset = presets().provider[preset_id] if preset_id else None
    usual = making.usual_variable(preset, desk.variables()) if preset else making.variable_for(name)
    needless = "" if preset and preset.key and not preset.local else " (empty: it needs none)"
    variable = asking.write(f"The variable that holds its key{needless}:", f"${usual}" if usual else "")
    found = _VARIABLE.fullmatch(variable)
    if not variable or (found and desk.variables().get(found[1])):
        return making.Key(variable, {})
    if found is None:
        return making.key(name, variable, preset_id)
    made_at = f", made at {preset.key_url}" if preset and preset.key_url else ""
    asking.clear()
    say(f"{found[1]} is not set. The key{made_at} is kept in {desk.path.with_name('.env')}, for you alone.")
    key = asking.secret("The key (Enter: set the variable later):")
    return making.Key(variable, {found[1]: key} if key else {})


def _url(desk: Desk, name: str) -> None:
    entry = desk.entry(name)
    old = entry.get(providers.written_as(entry, "api_base_url"))
    url = asking.write(
        "Its address (empty: that of the known provider):", old if isinstance(old, str) else ""
    )
    desk.put(lambda value: providers.edited(value, name, {"api_base_url": url or None}))


def _protocol(desk: Desk, name: str) -> None:
    chosen = ask_protocol("Which language does it speak?")
    desk.put(lambda value: providers.edited(value, name, {"protocol": chosen or None}))


def ask_protocol(question: str) -> str:
    """A protocol as the file spells it; "": as the address tells. Raises ``Back``."""
    lines = [
        Line("as its address tells", ""),
        *(Line(one.replace("_", "-"), one.replace("_", "-")) for one in PROTOCOLS),
    ]
    return str(asking.pick(question, lines))


def _adapt(desk: Desk, name: str) -> None:
    """For all its models, or for one."""
    entry = desk.entry(name)
    lines = [Line(f"For all its models  {_count(entry, None)}", "")]
    lines += [Line(f"{model}  {_count(entry, model)}".rstrip(), model) for model in models_of(entry)]
    adapting.run(desk, name, asking.pick("For which models?", lines) or None)


def _count(entry: Mapping[str, Any], model: str | None) -> str:
    used = uses.uses_of(entry, model)
    return f"({', '.join(one for one, _ in used)})" if used else ""


def _switch(desk: Desk, name: str) -> None:
    off = desk.entry(name).get("enabled") is not False
    desk.put(lambda value: providers.edited(value, name, {"enabled": False if off else None}))


def _remove(desk: Desk, name: str) -> None:
    try:
        providers.removed(desk.value, name)
    except providers.Named as named:
        if not models.out_of_rules(desk, named):
            return
    desk.put(lambda value: providers.removed(value, name, force=True), removing=True)


SCREENS: Mapping[str, Callable[[Desk, str], None]] = MappingProxyType(
    {
        "models": models.run,
        "test": _test,
        "key": _key,
        "url": _url,
        "protocol": _protocol,
        "adapt": _adapt,
        "switch": _switch,
        "remove": _remove,
    }
)
