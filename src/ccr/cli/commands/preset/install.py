"""`ccr preset install`, `ccr install`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import config_option, writing
from ccr.cli.commands.preset.shared import folder, how_to_use, is_command, manifest_of, mistakes, user_config
from ccr.cli.terminal import OK, USAGE, fail, note, say, warn

if TYPE_CHECKING:
    from ccr.config.sharing.fetching import Fetched

PREFIX = "CCR_PRESET_"
"""Before the name of an input, in capitals: the variable that answers it."""


@click.command("install")
@click.argument("source")
@click.option("--name", metavar="NAME", help="What to call it (as its folder, file or repository).")
@click.option("--set", "given", multiple=True, metavar="ID=VALUE", help="The answer to a question.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: take what is given, and the defaults.")
@click.option("--force", is_flag=True, help="Replace a preset of that name.")
@config_option
def command(
    *, source: str, name: str | None, given: tuple[str, ...], yes: bool, force: bool, config: str | None
) -> int:
    """Install a preset, asking what it wants to know.

    SOURCE is a folder, a zip, the address of a git repository, or the name of a preset that is installed:
    that one is asked about anew. Without a terminal, with --yes or in NON_INTERACTIVE_MODE nobody is asked;
    answers are those of --set, of CCR_PRESET_<ID> in the environment, and the defaults.

    \b
    Examples:
      ccr preset install ./team
      ccr preset install team.zip --name work
      ccr preset install https://example.com/team/preset.git --set apiKey=$KEY --yes
      ccr preset install team               answer its questions anew
    """
    from ccr.config import installed
    from ccr.config.sharing.fetching import fetched
    from ccr.config.sharing.installing import Taken
    from ccr.config.sharing.limits import NotUsable

    answers = dict(map(_pair, given))
    ask = _may_ask(config, yes=yes)
    known = None if "/" in source or "\\" in source else installed.find(folder(config), source)
    try:
        if known is not None and not Path(source).is_dir():
            return _again(known, answers, config, ask=ask)
        with fetched(source) as found:
            return _install(found, name or found.name, answers, config, ask=ask, over=force)
    except NotUsable as error:
        fail(str(error), USAGE)
    except Taken as error:
        fail(f"{error} --force replaces it, --name calls this one otherwise.")


def _install(
    found: Fetched, name: str, answers: dict[str, str], config: str | None, *, ask: bool, over: bool
) -> int:
    from ccr.config.sharing.installing import Taken, code_in, manifest_in, put
    from ccr.config.sharing.limits import checked_name

    manifest = manifest_in(found.folder)
    if (folder(config) / checked_name(name)).exists() and not over:
        raise Taken(f"There is a preset '{name}' already.")
    _tell(name, manifest, code_in(found.folder))
    values = _values(manifest, answers, config, ask=ask)
    told = {"source": found.origin} if "://" in found.origin or "@" in found.origin else {}
    whole = {**manifest, **told, **({"userValues": values} if values else {})}
    with writing(folder(config) / name):
        path = put(folder(config), name, whole, found.folder, over=over)
    say(f"The preset '{name}' is installed in {path.parent}.")
    return _end(path, config)


def _again(path: Path, answers: dict[str, str], config: str | None, *, ask: bool) -> int:
    from ccr.config.sharing.installing import answer

    values = _values(manifest_of(path), answers, config, ask=ask)
    with writing(path):
        answer(path, values)
    say(f"The preset '{path.parent.name}' has its answers.")
    return _end(path, config)


def _end(path: Path, config: str | None) -> int:
    name = path.parent.name
    problems = mistakes(path, config)
    if problems:
        warn("It cannot be used yet:")
        for problem in problems:
            note(f"- {problem}")
    if is_command(name):
        note(f"`ccr {name}` is a command; the preset is at its address: /preset/{name}")
    else:
        say(f"{'Then use' if problems else 'Use'} it with:  {how_to_use(name, config)}")
    return OK


def _tell(name: str, manifest: dict[str, Any], code: list[str]) -> None:
    """What whoever installs it should know before."""
    from ccr.config.sharing.installing import changes_client

    words = [str(manifest[key]) for key in ("description", "author") if manifest.get(key)]
    note(f"Preset {name}{': ' if words else ''}{', by '.join(words)}")
    if code:
        warn(f"It brings code that runs when it is used: {', '.join(code)}.")
    if changes_client(manifest):
        warn("It changes Claude Code's settings (claudeCodeSettings): look at them before you use it.")


def _values(
    manifest: dict[str, Any], answers: dict[str, str], config: str | None, *, ask: bool
) -> dict[str, Any]:
    """The answers, checked. Ends the command with all that are missing or wrong."""
    from ccr.config.sharing.questions import answered, questions

    given: dict[str, Any] = dict(answers)
    for one in questions(manifest):
        if (told := os.environ.get(variable(one.id))) is not None:
            given.setdefault(one.id, told)
    if ask:
        from ccr.cli.setup.questions import asked

        given = asked(manifest, given, user_config(config))
    values, problems = answered(manifest, given, user_config(config))
    if problems:
        lines = [f"- {one.path} {one.message} {one.cure}".rstrip() for one in problems]
        ways = (
            f"Give them with --set {problems[0].path}=… or {variable(problems[0].path)}=… in the environment."
        )
        fail("\n".join(["The preset's questions have no good answers:", *lines, ways]), USAGE)
    return values


def variable(id: str) -> str:
    """The variable of the environment that answers a question."""
    return PREFIX + "".join(letter if letter.isalnum() else "_" for letter in id).upper()


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        fail(f'--set "{text}" is no answer. Write it as id=value.', USAGE)
    return name, value


def _may_ask(config: str | None, *, yes: bool) -> bool:
    from ccr.cli.setup import asking

    quiet = os.environ.get("NON_INTERACTIVE_MODE", "").lower() in ("1", "true", "yes")
    if yes or quiet or user_config(config).get("NON_INTERACTIVE_MODE") is True:
        return False
    return asking.possible()
