"""The guided way to a configuration: what is found is offered, the rest is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccr.cli.setup import asking, choosing, finding, trying
from ccr.cli.setup.finding import Known
from ccr.cli.setup.proposal import Choice, Proposal
from ccr.cli.terminal import note, paint, say
from ccr.config.presets import presets

if TYPE_CHECKING:
    from ccr.cli.commands.config.init import Given
    from ccr.config.saving.document import Document

ANOTHER, OWN = "another", "own"


def run(path: Path, old: Document, given: Given) -> Proposal | None:
    """What the user wants; None when nothing is to be written."""
    say(paint("A configuration for Claude Code Router", bold=True))
    say(f"It will be {path}. Ctrl-C leaves everything as it is.\n")
    if old.value and not asking.confirm("There is one already. Add to it?"):
        note("It stays as it is. `ccr config edit` opens it.")
        return None
    _tell_of_others(path)
    proposal = Proposal()
    for known in _providers(given):
        choice = _choice(path, known, proposal, given)
        if choice.models:
            proposal.choices.append(choice)
    if not proposal.choices:
        note("Without a provider there is nothing to write. `ccr start` works all the same, with the demo.")
        return None
    _routes(proposal, given)
    if not old.value.get("APIKEY") and asking.confirm(
        "Shall others reach the router, so that it needs a key of its own?", default=False
    ):
        proposal.lock()
    return proposal


def _tell_of_others(path: Path) -> None:
    from ccr.config.importing import sources

    for source, file in sources.present(os.environ):
        if file != path:
            note(f"{file} is that of {source.title}: `ccr config import` takes it over.\n")


def _providers(given: Given) -> list[Known]:
    """The providers to use."""
    if given.providers:
        return [_named(name, given) for name in given.providers]
    found = [*finding.keys(os.environ), *finding.servers(os.environ)]
    offered: list[tuple[str, Any, bool]] = [(f"{one.title} ({_seen(one)})", one, True) for one in found]
    if not found:
        note("No key was found in the environment, and no model server on this machine.")
        return [_another()]
    chosen = asking.pick_some(
        "Which providers? (space chooses, Enter goes on)", [*offered, ("another …", ANOTHER, False)]
    )
    return [_another() if one == ANOTHER else one for one in chosen]


def _seen(known: Known) -> str:
    if known.variable:
        return f"key in {known.variable}"
    count = len(known.models)
    return f"on this machine, {count} {'model' if count == 1 else 'models'}"


def _named(name: str, given: Given) -> Known:
    preset = presets().named(name)
    title = presets().provider[preset].title if preset else name
    return Known(name, title, given.variable or "", given.url or "")


def _another() -> Known:
    """A provider by name, or by its address."""
    titles = {preset.title: name for name, preset in presets().provider.items()}
    own = "A server of your own (any address that speaks OpenAI's or Anthropic's language)"
    chosen = asking.search("Provider (type to search; Tab shows all):", [*titles, own])
    if chosen in titles:
        return Known(titles[chosen], chosen)
    if known := presets().named(chosen):
        return Known(known, presets().provider[known].title)
    name = asking.write("A name for it:", "" if chosen == own else chosen) or "local"
    return Known(name, name, url=asking.write("Its address:", "http://127.0.0.1:8000/v1"))


def _choice(path: Path, known: Known, proposal: Proposal, given: Given) -> Choice:
    """The provider with its key and its models."""
    choice = Choice(known.name, known.url, known.variable or _key(known, proposal), list(given.models))
    if choice.models:
        return choice
    listed = list(known.models)
    if not listed:
        note(f"Asking {known.title} for its models …")
        listed, why = trying.models(path, choice, proposal.variables)
        if why:
            note(f"{paint('✗', fg='red')} {why}")
    choice.models = _models(known.title, choosing.talking(listed))
    return choice


def _key(known: Known, proposal: Proposal) -> str:
    """The variable for a key that is asked for; "" for a provider that needs none."""
    preset = presets().named(known.name)
    if preset and (presets().provider[preset].local or not presets().provider[preset].key):
        return ""
    variable = presets().provider[preset].key[0] if preset else _variable(known.name)
    where = presets().provider[preset].key_url if preset else ""
    hint = f" (made at {where})" if where else " (Enter: it needs none)"
    key = asking.secret(f"Key of {known.title}{hint}:")
    if not key and not preset:
        return ""
    if key:
        proposal.variables[variable] = key
    return variable


def _variable(name: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).upper()
    return f"{'_' if plain[:1].isdigit() else ''}{plain}_API_KEY"


def _models(title: str, listed: list[str]) -> list[str]:
    """The models to use, the usual one first."""
    wanted = choosing.proposed(listed)
    if listed and len(listed) <= asking.FEW:
        entries = [(model, model, model in wanted) for model in listed]
        chosen = asking.pick_some(f"Models of {title}:", entries)
        return sorted(chosen, key=lambda model: wanted.index(model) if model in wanted else len(wanted))
    chosen = [asking.search(f"Model of {title}:", listed, next(iter(wanted), ""))]
    while chosen[-1]:
        chosen.append(asking.search(f"Another model of {title} (Enter: no more):", listed))
    return list(dict.fromkeys(chosen[:-1]))


def _routes(proposal: Proposal, given: Given) -> None:
    """Who answers what."""
    targets = proposal.targets()
    default = given.default or targets[0]
    if len(targets) > 1 and not given.default:
        default = asking.pick("Who answers usually?", [(one, one) for one in targets])
    proposal.propose_routes(default)
    for rule, target in _others(proposal.router).items():
        if not asking.confirm(f"{target} for {USES[rule]}?"):
            del proposal.router[rule]


def _others(router: Mapping[str, str]) -> dict[str, str]:
    return {rule: target for rule, target in router.items() if rule != "default"}


USES = {"background": "small work in the background", "think": "turns that think"}
"""What rules are for, in words."""
