"""`ccr config init`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ccr.cli import welcome
from ccr.cli.commands.config.shared import config_option, opened, path_of, remarks, told, write, writing
from ccr.cli.options import Options
from ccr.cli.setup import asking, choosing, trying
from ccr.cli.terminal import USAGE, fail, note, say

if TYPE_CHECKING:
    from ccr.cli.setup.proposal import Choice, Proposal
    from ccr.config import Settings
    from ccr.config.loading import Report
    from ccr.config.saving.document import Document


class Given(NamedTuple):
    """What the command line says."""

    providers: tuple[str, ...]
    url: str | None
    variable: str | None
    models: tuple[str, ...]
    default: str | None


@click.command("init")
@click.option("-p", "--provider", "providers", multiple=True, metavar="NAME", help="A provider to use.")
@click.option("--url", metavar="URL", help="The address of the provider, when it is none we know.")
@click.option("--key-env", "variable", metavar="VAR", help="The variable that holds its key.")
@click.option("-m", "--model", "models", multiple=True, metavar="MODEL", help="A model of the provider.")
@click.option("--default", "default", metavar="P,M", help="The provider,model that answers usually.")
@click.option("--no-test", is_flag=True, help="Do not try whether it answers.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: take what is given and what is found.")
@config_option
def command(*, no_test: bool, yes: bool, config: str | None, **options: Any) -> None:
    """Make a configuration, asking for what cannot be found out.

    Keys in the environment, model servers on this machine (Ollama, LM Studio, llama.cpp, vLLM) and the
    configuration of other routers are found. The file names variables ($OPENROUTER_API_KEY); a key that you
    type goes into the file .env beside it, which only you can read.

    \b
    Examples:
      ccr config init
      ccr config init --yes
      ccr config init --yes -p openrouter -m anthropic/claude-sonnet-4 -m anthropic/claude-haiku-4.5
      ccr config init --yes -p lab --url http://10.0.0.5:8000/v1 -m qwen3-coder
    """
    path = path_of(config)
    old = opened(path)
    given = Given(**options)
    if yes or not asking.possible():
        proposal = _without_asking(path, given, yes=yes)
    else:
        from ccr.cli.setup import guide

        found = guide.run(path, old, given)
        if found is None:
            return
        proposal = found
    _finish(old, proposal, test=not no_test, ask=not yes and asking.possible())


def _without_asking(path: Path, given: Given, *, yes: bool) -> Proposal:
    from ccr.cli.setup.proposal import Choice, Proposal

    if not yes:
        fail(
            "There is no terminal to ask in. --yes takes what is found, see `ccr config init --help`.", USAGE
        )
    choices = [
        Choice(name, given.url or "", _variable(name, given), list(given.models)) for name in given.providers
    ] or _found(given)
    if not choices:
        fail(
            "No key was found in the environment and no model server on this machine.\n"
            "Set the key of your provider, such as OPENROUTER_API_KEY, or give --provider, --url and --model."
        )
    proposal = Proposal([choice for choice in choices if _has_models(path, choice)])
    if not proposal.choices:
        fail("No model is known. Give one with --model.")
    proposal.propose_routes(given.default or "")
    return proposal


def _found(given: Given) -> list[Choice]:
    from ccr.cli.setup import finding
    from ccr.cli.setup.proposal import Choice

    known = [*finding.keys(os.environ), *finding.servers(os.environ)]
    for one in known:
        note(f"Found: {one.title} ({one.variable or one.url or 'on this machine'}).")
    return [Choice(one.name, one.url, one.variable, list(given.models or one.models)) for one in known]


def _variable(name: str, given: Given) -> str:
    """The variable given, else the usual one of a provider we know that needs a key."""
    from ccr.config.presets import presets

    known = presets().named(name)
    usual = presets().provider[known].key if known else ()
    if given.variable or given.url or not usual:
        return given.variable or ""
    return next((one for one in usual if os.environ.get(one)), usual[0])


def _has_models(path: Path, choice: Choice) -> bool:
    """Whether it has models, asking the provider for them where none are given."""
    if not choice.models:
        listed, why = trying.models(path, choice, {})
        if why:
            note(f"{choice.name} does not tell its models: {why}")
        choice.models = choosing.proposed(listed)
    return bool(choice.models)


def _finish(old: Document, proposal: Proposal, *, test: bool, ask: bool) -> None:
    """Checks, tries, writes, and says how to go on."""
    from ccr.config.saving import environment, schema

    config = proposal.config(old.value)
    report = trying.report(old.path, config, proposal.variables)
    if report.settings is None:
        _refuse_new_mistakes(old, report)
    elif test and not _tried(report.settings, ask=ask):
        fail("Nothing was written.")
    if proposal.variables:
        with writing(old.path):
            kept = environment.keep(old.path, proposal.variables)
        note(f"{kept} has {', '.join(proposal.variables)}.")
    new = old.become(config)
    if new.text != old.text or old.data is None:
        write(new)
    with writing(old.path):
        schema.beside(old.path)
    remarks(old.path, report)
    for rule, target in proposal.router.items():
        say(f"  {rule:<12}{target}")
    named = str(old.path) if old.path != path_of(None) else None
    say(f"Start Claude Code on it with:  {welcome.call(Options(config=named), 'code')}")


def _refuse_new_mistakes(old: Document, report: Report) -> None:
    """Ends the command for mistakes that were not there before."""
    before = {str(problem) for problem in trying.report(old.path, old.value, {}).problems}
    fresh = [problem for problem in report.problems if str(problem) not in before]
    if fresh:
        fail(f"{told(old.path, fresh)}\nNothing was written.", USAGE)


def _tried(settings: Settings, *, ask: bool) -> bool:
    """Whether to go on after a short answer was asked for."""
    default = settings.route("default") or ""
    if "," not in default:
        return True
    note(f"Asking {default} for a word …")
    trial = trying.answers(settings, default)
    note(trying.words(trial))
    return trial.ok or not ask or asking.confirm("Write the configuration all the same?", default=True)
