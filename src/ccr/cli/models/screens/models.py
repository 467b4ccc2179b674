"""The models of a provider: fetched and picked, written by hand, tried, ordered, taken out."""

from __future__ import annotations

from collections.abc import Sequence

from ccr.cli.commands.model.move import moved
from ccr.cli.models import entries, providers
from ccr.cli.models.entries import models_of
from ccr.cli.models.screens import adapting, asking
from ccr.cli.models.screens.asking import Line
from ccr.cli.models.screens.desk import Desk
from ccr.cli.setup import choosing
from ccr.cli.terminal import paint, say

OTHER = "\0"


def any_target(desk: Desk, question: str) -> str:
    """One ``provider,model`` of the file, or one that is written. Raises ``Back``."""
    known = [Line(target, target) for target in entries.targets(desk.value)]
    chosen = asking.search(question, [*known, Line("another …", OTHER)]) if known else OTHER
    return asking.write("provider,model:") if chosen == OTHER else str(chosen)


def picked(listed: Sequence[str], chosen: Sequence[str], name: str) -> list[str]:
    """The models to use of those a provider has; those ``chosen`` before are marked. Raises ``Back``.

    Without a list they are written.
    """
    talking = choosing.talking(listed)
    if not talking:
        written = asking.write(f"Models of {name}, with commas between:", ", ".join(chosen))
        return [one.strip() for one in written.split(",") if one.strip()]
    lines = [Line(model, model) for model in dict.fromkeys((*chosen, *talking))]
    return asking.search_some(f"Models of {name}:", lines, chosen or choosing.proposed(talking))


def run(desk: Desk, name: str) -> None:
    """Until the user goes back."""
    desk.stay(
        lambda: paint(f"Models of {name}", bold=True),
        "Which model?",
        lambda: [
            *(Line(model, f"={model}") for model in models_of(desk.entry(name))),
            Line("+ ask the provider which it has", "fetch"),
            Line("+ write one", "write"),
        ],
        lambda chosen: _do(desk, name, chosen),
    )


def _do(desk: Desk, name: str, chosen: str) -> None:
    if chosen == "fetch":
        fetch(desk, name)
    elif chosen == "write":
        model = asking.write("The model's name:")
        if model:
            desk.put(lambda value: providers.with_added_models(value, [f"{name},{model}"]))
    elif chosen.startswith("="):
        _one(desk, name, chosen.removeprefix("="))


def fetch(desk: Desk, name: str) -> None:
    """The provider's list, to pick from; those that are taken off are taken out."""
    found = desk.models(name)
    before = models_of(desk.entry(name))
    if not found:
        return
    wanted = picked(found, before, name)
    gone = [f"{name},{model}" for model in before if model not in wanted]
    new = [f"{name},{model}" for model in wanted if model not in before]
    if gone and not _may_go(desk, gone):
        return
    desk.put(
        lambda value: providers.with_added_models(providers.without_models(value, gone, force=True), new)
    )


def _one(desk: Desk, name: str, model: str) -> None:
    target = f"{name},{model}"
    lines = [
        Line("Test it", "test"),
        Line("Transformers of this model", "adapt"),
        Line("Make it the first", "first"),
        Line("Earlier", "up"),
        Line("Later", "down"),
        Line("Take it out", "remove"),
    ]
    match asking.pick(target, lines):
        case "test":
            desk.test(target)
        case "adapt":
            adapting.run(desk, name, model)
        case "remove":
            _remove(desk, target)
        case where:
            desk.change(lambda old: moved(old, target, where))


def _remove(desk: Desk, target: str) -> None:
    if _may_go(desk, [target]):
        desk.put(lambda value: providers.without_models(value, [target], force=True), removing=True)


def _may_go(desk: Desk, targets: Sequence[str]) -> bool:
    """Whether no rule names them, or the user wants them out of those that do."""
    try:
        providers.without_models(desk.value, targets)
    except providers.Named as named:
        return out_of_rules(desk, named)
    return True


def out_of_rules(desk: Desk, named: providers.Named) -> bool:
    """Whether rules may lose what they name."""
    asking.clear()
    say("\n".join(f"{one.target} is named by {one.path}." for one in named.found))
    if asking.confirm("Take it out of the rules, too?", default=False):
        return True
    desk.tell("It stays.")
    return False
