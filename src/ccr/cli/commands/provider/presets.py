"""`ccr provider presets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import json_option
from ccr.cli.models.commanding import as_text
from ccr.cli.terminal import FAILED, OK, note, say

if TYPE_CHECKING:
    from ccr.config.presets import Preset


@click.command("presets")
@click.argument("search", required=False, default="")
@json_option
def command(*, search: str, as_json: bool) -> int:
    """List the providers that are known by name: they need a key and models, everything else is filled in.

    SEARCH is a part of a name. Ends with 1 when nothing fits.

    \b
    Examples:
      ccr provider presets
      ccr provider presets moon
    """
    from ccr.cli.models.summary import presets_like

    found = presets_like(search)
    if as_json:
        say(as_text({"presets": [_facts(name, preset) for name, preset in found.items()]}))
    elif not found:
        note(f"No provider is known by a name like '{search}'. Any other can be added with --url.")
    width = max(map(len, found), default=0)
    for name, preset in () if as_json else found.items():
        say(f"{name:<{width}}  {preset.title} · {', '.join(preset.key[:1]) or 'no key'}")
    return OK if found else FAILED


def _facts(name: str, preset: Preset) -> dict[str, Any]:
    return {
        "name": name,
        "title": preset.title,
        "protocols": dict(preset.base_url),
        "aliases": list(preset.aliases),
        "key": list(preset.key),
        "key_url": preset.key_url,
        "local": preset.local,
        "options": list(preset.options),
    }
