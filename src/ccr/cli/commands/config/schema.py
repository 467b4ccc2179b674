"""`ccr config schema`."""

from __future__ import annotations

import json

import click

from ccr.cli.commands.config.shared import config_option, opened, path_of, save
from ccr.cli.terminal import fail, say


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
    try:
        say(f"{schema.beside(path)} is written.")
    except OSError as error:
        fail(f"{path.with_name(schema.NAME)} cannot be written: {error.strerror or error}.")
    old = opened(path)
    save(old, old.put(["$schema"], schema.REFERENCE), force=True)
