"""Changes of an entry's ``transformer``: which adaptations it uses, for all its models or for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ccr.cli.models.entries import Refused
from ccr.config.uses import read

Entry = dict[str, Any]


def uses_of(entry: Mapping[str, Any], model: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Names with their options, in the order in which they apply."""
    found = read(entry.get("transformer"), "transformer")
    used = found.use if model is None else found.by_model.get(model, ())
    return [(use.name, dict(use.options)) for use in used]


def models_with_uses(entry: Mapping[str, Any]) -> list[str]:
    """Models that have transformers of their own."""
    return [model for model, used in read(entry.get("transformer"), "").by_model.items() if used]


def with_use(
    entry: Entry, name: str, options: Mapping[str, Any], model: str | None = None, usual: Sequence[str] = ()
) -> Entry:
    """With a transformer, in its place when it is there, else behind the others.

    ``usual`` are those of the provider's preset: they apply only as long as nothing is written, so they are
    written now.
    """
    if "transformer" not in entry and usual:
        entry = _written(entry, [(one, {}) for one in usual], None)
    used = uses_of(entry, model)
    new = (name, dict(options))
    if any(one.lower() == name.lower() for one, _ in used):
        return _written(entry, [new if one[0].lower() == name.lower() else one for one in used], model)
    return _written(entry, [*used, new], model)


def without_use(entry: Entry, name: str, model: str | None = None) -> Entry:
    """Without a transformer. Raises ``Refused``."""
    used = uses_of(entry, model)
    left = [one for one in used if one[0].lower() != name.lower()]
    if len(left) == len(used):
        there = ", ".join(one for one, _ in used) or "none"
        raise Refused(
            f"{entry['name']}{f',{model}' if model else ''} does not use '{name}'. It uses: {there}."
        )
    return _written(entry, left, model)


def _written(entry: Entry, used: Sequence[tuple[str, Mapping[str, Any]]], model: str | None) -> Entry:
    old = entry.get("transformer")
    table = dict(old) if isinstance(old, Mapping) else {} if old is None else {"use": old}
    listed = [[name, dict(options)] if options else name for name, options in used]
    if model is None:
        made = {**table, "use": listed}
    elif listed:
        part = table.get(model)
        made = {**table, model: {**(part if isinstance(part, Mapping) else {}), "use": listed}}
    else:
        made = {key: item for key, item in table.items() if key != model}
    return {**entry, "transformer": made}
