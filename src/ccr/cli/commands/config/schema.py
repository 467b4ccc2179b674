"""`ccr config schema`."""

from __future__ import annotations

import json

import click

from ccr.cli.commands.config.shared import config_option, opened, path_of, save, writing
from ccr.cli.terminal import say


@click.command("schema")
@click.option("--write", is_flag=True, help="Write it beside the configuration, and name it there.")
@config_option
def command(*, write: bool, config: str | None) -> None:
    """Print a JSON Schema of the configuration: with it editors complete keys and show mistakes.

    \b
    Examples:
      ccr config schema > ccr.schema.json
      ccr config schema --write
    """
    from ccr.config.saving import schema

    if not write:
        say(json.dumps(schema.document(), indent=2, ensure_ascii=False))
        return
    path = path_of(config)
    old = opened(path)
    with writing(path.with_name(schema.NAME)):
        say(f"{schema.beside(path)} is written.")
    save(old, old.put(["$schema"], schema.REFERENCE), force=True)
