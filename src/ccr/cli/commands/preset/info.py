"""`ccr preset info`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ccr.cli.commands.config.shared import config_option, json_option_that
from ccr.cli.commands.preset.shared import found, is_command, manifest_of, mistakes
from ccr.cli.terminal import paint, say

EPILOG = """\b
Examples:
  ccr preset info team"""


@click.command("info", epilog=EPILOG)
@click.argument("name")
@json_option_that("Print one JSON object, as GET /api/presets/NAME does.")
@config_option
def command(*, name: str, as_json: bool, config: str | None) -> None:
    """Tell what a preset is, asks and needs. No secret is shown."""
    from ccr.config.sharing.details import details

    path = found(name, config)
    manifest = manifest_of(path)
    told = details(manifest, path.parent, mistakes(path, config))
    if as_json:
        say(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for line in _lines(path, told):
        say(line)


def _lines(path: Path, told: dict[str, Any]) -> list[str]:
    name = path.parent.name
    about = [f"  {key:<12} {_plain(value)}" for key, value in told["metadata"].items() if key != "name"]
    width = max((len(one["id"]) for one in told["schema"]), default=0)
    asked = [_question(one, told["userValues"], max(width, 12)) for one in told["schema"]]
    wrong = [
        f"  {problem['path']}: {problem['message']} {problem['cure']}".rstrip()
        for problem in told["problems"]
    ]
    runs = "its name is a command's; use its address" if is_command(name) else f"ccr {name}"
    return [
        paint(name, bold=True),
        *about,
        f"  {'folder':<12} {path.parent}",
        f"  {'keys':<12} {', '.join(told['config']) or 'none'}",
        *(
            [f"  {'code':<12} {', '.join(told['code'])} (runs when the preset is used)"]
            if told["code"]
            else []
        ),
        *(["It asks for:", *asked] if asked else []),
        *([paint("It cannot be used yet:", fg="yellow"), *wrong] if wrong else []),
        f"Use it with:  {runs}",
    ]


def _question(one: dict[str, Any], values: dict[str, Any], width: int) -> str:
    value = values.get(one["id"], one.get("defaultValue"))
    shown = "(no answer)" if value in (None, "") else _plain(value)
    return f"  {one['id']:<{width}} {one.get('label') or one.get('prompt') or ''}: {shown}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
