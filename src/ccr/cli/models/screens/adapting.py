"""The transformers of a provider or of one of its models, with their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ccr.cli.models import making, summary, uses
from ccr.cli.models.commanding import as_text
from ccr.cli.models.screens import asking
from ccr.cli.models.screens.asking import Line
from ccr.cli.models.screens.desk import Desk
from ccr.cli.terminal import paint

if TYPE_CHECKING:
    from ccr.transformers.catalogue import Known

KINDS = {"code": "", "data": "says how the provider speaks", "own": "your own"}


def run(desk: Desk, name: str, model: str | None = None) -> None:
    """Until the user goes back."""
    of = f"{name},{model}" if model else name
    desk.stay(
        lambda: f"{paint(f'Transformers of {of}', bold=True)}: adapt what is sent, in this order",
        "Which transformer?",
        lambda: [
            *(
                Line(f"{one}  {_options(options)}".rstrip(), f"={one}")
                for one, options in uses.uses_of(desk.entry(name), model)
            ),
            Line("+ add one", "add"),
        ],
        lambda chosen: _do(desk, name, model, chosen),
    )


def _do(desk: Desk, name: str, model: str | None, chosen: str) -> None:
    known = {one.name.lower(): one for one in summary.transformers(desk.document)}
    if chosen == "add":
        lines = [Line(f"{one.name:<22}{_about(one)}".rstrip(), one.name) for one in known.values()]
        wanted = asking.search("Which transformer?", lines)
        _put(desk, name, model, wanted, _asked(known.get(wanted.lower()), {}))
    elif chosen.startswith("="):
        _one(desk, name, model, chosen.removeprefix("="), known)


def _one(desk: Desk, name: str, model: str | None, wanted: str, known: Mapping[str, Known]) -> None:
    match asking.pick(wanted, [Line("Change its options", "edit"), Line("Take it out", "remove")]):
        case "remove":
            desk.put(lambda value: making.without_use(value, name, wanted, model))
        case _:
            old = dict(uses.uses_of(desk.entry(name), model)).get(wanted, {})
            _put(desk, name, model, wanted, _asked(known.get(wanted.lower()), old))


def _put(desk: Desk, name: str, model: str | None, wanted: str, options: Mapping[str, Any]) -> None:
    desk.put(lambda value: making.with_use(value, name, wanted, options, model))


def _asked(known: Known | None, old: Mapping[str, Any]) -> dict[str, Any]:
    """Each option with a name, Enter leaving it out; then any others as JSON5. Raises ``Back``."""
    named = known.options if known else ()
    found = {one: asking.write(f"{one} (Enter: leave it out):", _text(old.get(one))) for one in named}
    made = {one: making.parsed(text) for one, text in found.items() if text}
    if known is None or known.any_option:
        rest = {one: item for one, item in old.items() if one not in named}
        given = making.parsed(asking.write("Other options as an object:", _text(rest) or "{}"))
        made |= given if isinstance(given, dict) else {}
    return made


def _text(value: Any) -> str:
    if value in (None, {}):
        return ""
    return value if isinstance(value, str) else " ".join(as_text(value).split())


def _options(options: Mapping[str, Any]) -> str:
    from ccr.config.saving.secrets import mask

    return _text(mask(dict(options)))


def _about(one: Known) -> str:
    return KINDS[one.kind] or ", ".join(one.options)
