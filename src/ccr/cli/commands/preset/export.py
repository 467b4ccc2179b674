"""`ccr preset export`."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import config_option
from ccr.cli.commands.preset.shared import config_path, folder, how_to_use, is_command
from ccr.cli.terminal import USAGE, fail, note, say, warn

if TYPE_CHECKING:
    from ccr.config.sharing.exporting import Shared


@click.command("export")
@click.argument("name")
@click.option("-o", "--output", metavar="PATH", help="A folder to make, or a file.zip (presets/NAME).")
@click.option("--description", metavar="TEXT", help="What it is for.")
@click.option("--author", metavar="NAME", help="Who made it.")
@click.option("--tags", metavar="A,B", help="Words by which it may be found.")
@click.option("--version", "number", default="1.0.0", metavar="N", help="Its version (1.0.0).")
@click.option("--include-sensitive", is_flag=True, help="Keep the keys in it: only for yourself.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@config_option
def command(
    *,
    name: str,
    output: str | None,
    include_sensitive: bool,
    force: bool,
    config: str | None,
    **about: str | None,
) -> None:
    """Make a preset of this configuration.

    Each key becomes a question of its own to whoever installs it; a $VARIABLE stays one. Files that the
    configuration names go along. What belongs to this machine (HOST, PORT, APIKEY, proxies, …) does not.

    \b
    Examples:
      ccr preset export team
      ccr preset export team --output team.zip --description "Qwen at work" --tags qwen,work
    """
    from ccr.cli.commands.config.shared import existing, opened, writing
    from ccr.config.sharing.exporting import shared
    from ccr.config.sharing.limits import NotUsable, checked_name

    try:
        checked_name(name)
        written, beside = opened(existing(config)).value, config_path(config).parent
        made = shared(written, beside, _about(name, **about), with_secrets=include_sensitive)
        target = _target(name, output, config)
        with writing(target):
            path = _written(name, made, target, over=force)
    except NotUsable as error:
        fail(str(error), USAGE)
    for remark in made.remarks:
        warn(remark)
    asked = [one["id"] for one in made.manifest.get("schema", ())]
    say(f"The preset '{name}' is in {path}.")
    if include_sensitive:
        warn("The keys are in it, in clear: give it to nobody.")
    elif asked:
        note(f"No key is in it: it asks for {', '.join(asked)}.")
    if is_command(name):
        warn(f"`ccr {name}` is a command: under this name the preset is at its address only, /preset/{name}")
    elif output is None:
        say(f"Use it with:  {how_to_use(name, config)}")


def _target(name: str, output: str | None, config: str | None) -> Path:
    return Path(output).expanduser().absolute() if output else folder(config) / name


def _about(name: str, number: str | None, tags: str | None, **texts: str | None) -> dict[str, Any]:
    words = [word.strip() for word in (tags or "").split(",") if word.strip()]
    given = {**texts, "keywords": words}
    return {"name": name, "version": number, **{key: value for key, value in given.items() if value}}


def _written(name: str, made: Shared, target: Path, *, over: bool) -> Path:
    """Puts it where it belongs. Ends the command when something is there."""
    from ccr.config.sharing.installing import Taken, put

    with tempfile.TemporaryDirectory(prefix="ccr-preset-") as scratch:
        staged = _staged(Path(scratch), made)
        if target.suffix.lower() == ".zip":
            return _zipped(staged, name, made, target, over=over)
        try:
            return put(target.parent, target.name, made.manifest, staged, over=over).parent
        except Taken:
            fail(
                f"There is something at {target} already: --force replaces it, --output names another place."
            )


def _staged(scratch: Path, made: Shared) -> Path:
    """The files that go along, in their places."""
    for place, file in made.files.items():
        target = scratch / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return scratch


def _zipped(staged: Path, name: str, made: Shared, target: Path, *, over: bool) -> Path:
    from ccr.config.installed import FILE
    from ccr.config.saving import edit

    if target.exists() and not over:
        fail(f"{target} is there already: --force replaces it.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/{FILE}", edit.dumps(made.manifest) + "\n")
        for place in made.files:
            archive.write(staged / place, f"{name}/{place}")
    target.chmod(0o600)
    return target
