"""Where the rules of a file name a provider or a model; told, written anew, taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ccr.cli.models.entries import entries, models_of
from ccr.config.variables import child

SECTIONS = ("Router", "fallback")
NO_TARGETS = frozenset({"match", "name", "strategy", "backgroundKinds", "backgroundModels", "mode"})
"""Keys within rules under which no target stands."""

LEADS = ("targets", "target", "split")
"""Without one of these an entry that had it leads nowhere."""

Hit = Callable[[str], bool]
Write = Callable[[str], str]
_GONE = object()


class Reference(NamedTuple):
    """One mention: ``path`` as ``Router.think`` or ``fallback.default[0]``."""

    path: str
    target: str


def of(value: Mapping[str, Any], provider: str, model: str | None = None) -> list[Reference]:
    """Where a provider, or one model of it, is named."""
    hit = hitting(value, provider, model)
    return [found for name in SECTIONS for found in _walk(value.get(name), name, name) if hit(found.target)]


def without(value: Mapping[str, Any], provider: str, model: str | None = None) -> dict[str, Any]:
    """The file with rules that name it no more; a rule that named nothing else is gone."""
    hit = hitting(value, provider, model)
    cleaned = {name: _cleaned(value[name], name, hit) for name in SECTIONS if name in value}
    return {**value, **{name: {} if part is _GONE else part for name, part in cleaned.items()}}


def renamed(value: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """The file with rules that name the provider by its new name."""
    hit = hitting(value, old)

    def write(target: str) -> str:
        found = resolved(value, target)
        if not hit(target) or found is None or found[1] == target:  # a model's name alone says no provider
            return target
        return new + target[target.index("," if "," in target else "/") :]

    return {**value, **{name: _written(value[name], name, write) for name in SECTIONS if name in value}}


def hitting(value: Mapping[str, Any], provider: str, model: str | None = None) -> Hit:
    """Whether a target means this provider, and this model where one is given."""

    def hit(target: str) -> bool:
        found = resolved(value, target)
        return found is not None and found[0].lower() == provider.lower() and model in (None, found[1])

    return hit


def resolved(value: Mapping[str, Any], target: str) -> tuple[str, str] | None:
    """Provider and model of ``provider,model``, ``provider/model``, or of a model that one provider lists."""
    name, comma, model = target.partition(",")
    if comma:
        return name.strip(), model.strip()
    offers = [one["name"] for one in entries(value) if target in models_of(one)]
    if len(offers) == 1:
        return offers[0], target
    name, slash, model = target.partition("/")
    return (name, model) if slash else None


def _walk(node: Any, path: str, key: str) -> Iterator[Reference]:
    if isinstance(node, str):
        yield Reference(path, node)
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from _walk(item, child(path, number), key)
    elif isinstance(node, dict) and key == "split":
        yield from (Reference(child(path, target), target) for target in node)
    elif isinstance(node, dict):
        for name, item in node.items():
            if name not in NO_TARGETS:
                yield from _walk(item, child(path, name), name)


def _cleaned(node: Any, key: str, hit: Hit) -> Any:
    if isinstance(node, str):
        return _GONE if hit(node) else node
    if isinstance(node, list):
        return _unless_emptied(node, [one for item in node if (one := _cleaned(item, key, hit)) is not _GONE])
    if not isinstance(node, dict):
        return node
    if key == "split":
        return _unless_emptied(node, {target: weight for target, weight in node.items() if not hit(target)})
    made = {name: item if name in NO_TARGETS else _cleaned(item, name, hit) for name, item in node.items()}
    kept = {name: item for name, item in made.items() if item is not _GONE}
    leads_nowhere = any(name in node and name not in kept for name in LEADS)
    return _GONE if leads_nowhere else _unless_emptied(node, kept)


def _unless_emptied(before: Any, after: Any) -> Any:
    return _GONE if before and not after else after


def _written(node: Any, key: str, write: Write) -> Any:
    if isinstance(node, str):
        return write(node)
    if isinstance(node, list):
        return [_written(item, key, write) for item in node]
    if not isinstance(node, dict):
        return node
    if key == "split":
        return {write(name): item for name, item in node.items()}
    return {name: item if name in NO_TARGETS else _written(item, name, write) for name, item in node.items()}
