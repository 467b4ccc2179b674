"""A new provider: which, its key, its models, and whether it answers."""

from __future__ import annotations

from typing import Any

from ccr.cli.models import making, providers
from ccr.cli.models.entries import Refused, names
from ccr.cli.models.screens import asking, models
from ccr.cli.models.screens.asking import Line
from ccr.cli.models.screens.desk import Desk
from ccr.cli.models.screens.provider import ask_key, ask_protocol
from ccr.cli.terminal import paint, say
from ccr.config.presets import Preset, presets

OWN = "\0"


def run(desk: Desk) -> None:
    """Asks for all of it; nothing is written before it has been shown. Raises ``Back``."""
    asking.clear()
    say(paint("A new provider", bold=True))
    preset_id = _which()
    preset = presets().provider[preset_id] if preset_id else None
    name, changes = _where(desk, preset_id, preset)
    key = (
        making.Key("", {}) if preset and (preset.local or not preset.key) else ask_key(desk, name, preset_id)
    )
    try:
        made = making.entry(name, preset_id or "", changes, key.written or "", [])
        providers.added(desk.value, made.entry)
    except Refused as refused:
        return desk.wrong(str(refused))
    variables = {**key.variables, **made.variables}
    trial = desk.document.become(providers.added(desk.value, made.entry))
    listed = desk.models(name, trial, variables)
    asking.clear()
    if news := desk.told():
        say(news)
    chosen = models.picked(listed, [], name)
    entry = made.entry | ({"models": chosen} if chosen else {})
    if desk.put(lambda value: providers.added(value, entry), variables) and chosen:
        desk.test(f"{name},{chosen[0]}")
    return None


def _which() -> str | None:
    """A known provider; None: one of the user's own."""
    lines = [Line(f"{preset.title}  ({name})", name) for name, preset in presets().provider.items()]
    chosen = asking.search("Which?", [*lines, Line("another: any address", OWN)])
    return None if chosen == OWN else str(chosen)


def _where(desk: Desk, preset_id: str | None, preset: Preset | None) -> tuple[str, dict[str, Any]]:
    """Its name, and what must be said of its place."""
    name = asking.write("Its name in your configuration:", _free(desk, preset_id or "local"))
    if preset is None:
        url = asking.write("Its address:", "http://127.0.0.1:8000/v1")
        return name, {"api_base_url": url, "protocol": ask_protocol("Which language does it speak?") or None}
    env = desk.variables()
    asked = {
        option: asking.write(f"Its {option}:", row.default or "")
        for option, row in preset.options.items()
        if not any(env.get(variable) for variable in row.env)
    }
    return name, {
        option: text for option, text in asked.items() if text and text != preset.options[option].default
    }


def _free(desk: Desk, wanted: str) -> str:
    """The name, or the first like it that nobody has."""
    taken = {name.lower() for name in names(desk.value)}
    tries = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(one for one in tries if one.lower() not in taken)
