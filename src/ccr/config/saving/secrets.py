"""What is shown instead of keys, and the keys again when what was shown comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from ccr.config.problems import Problem
from ccr.config.saving.rewrite import same
from ccr.config.saving.spotting import DOTS, hidden, holds, is_reference, is_secret, mask_name, masked
from ccr.config.variables import child

BESIDE = frozenset(
    {
        *("name", "label", "id", "enabled", "weight", "priority", "limits", "rpm", "tpm"),
        *("requestsPerMinute", "requests_per_minute", "tokensPerMinute", "tokens_per_minute"),
    }
)
"""What stands beside a key in an entry of its own."""


class _Place(Enum):
    """What is known of a value by the names above it."""

    OPEN = "nothing: its own name and its looks tell"
    ENTRY = "it is a key, or an entry with one, or a list of them"
    INSIDE = "it is inside of a key: a mistake, but a secret one"
    CLIENTS = "it says who may come in, by name"
    CLIENT = "it is a client's: a text is a key, or a target"


def mask(value: Any, key: str = "") -> Any:
    """A copy in which no key can be read, of whatever shape it is. ``$VAR`` and ``${VAR}`` stay as written.

    Keys that are numbers become texts. Objects and lists have the same members in the same order.
    """
    return _mask(value, key, _below(_Place.OPEN, key))


def mask_at(value: Any, place: Sequence[str | int]) -> Any:
    """What ``mask`` makes of the value at a place that is there."""
    shown = mask(value)
    for step in place:
        shown = shown[step] if isinstance(value, list) else shown[names(value, shown)[str(step)]]
        value = value[step]
    return shown


def _mask(value: Any, name: str, place: _Place) -> Any:
    if isinstance(value, dict):
        return _object(value, place)
    if isinstance(value, list):
        return _list(value, name, place)
    if isinstance(value, str):
        return _text(value, name, place)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return hidden(str(value)) if number and place in (_Place.ENTRY, _Place.INSIDE) else value


def _object(value: Mapping[str, Any], place: _Place) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    secret = place in (_Place.ENTRY, _Place.INSIDE)
    for name, item in value.items():
        said = _label(value) if name == "value" else name
        told = name if name in BESIDE else mask_name(name, secret=secret)
        shown[_free(told, shown)] = _mask(item, said, _below(place, said))
    return shown


def _label(pair: Mapping[str, Any]) -> str:
    """Whose value an object's ``value`` is: ``{"name": "Authorization", "value": …}``."""
    found = (pair.get(key) for key in ("name", "header", "key"))
    return next((text for text in found if isinstance(text, str) and is_secret(text)), "value")


def _list(items: list[Any], name: str, place: _Place) -> list[Any]:
    if place is _Place.OPEN and len(items) == 2 and isinstance(items[0], str) and holds(items[0]):
        return [items[0], _mask(items[1], items[0], _Place.ENTRY)]
    return [_mask(item, name, place) for item in items]


def _text(text: str, name: str, place: _Place) -> str:
    if place in (_Place.ENTRY, _Place.INSIDE):
        return masked(text, name) if name.lower() == "auth" else hidden(text)
    if place in (_Place.CLIENTS, _Place.CLIENT) and not is_reference(text) and not {",", "/"} & set(text):
        return hidden(text)
    return masked(text, name)


def _below(place: _Place, name: str) -> _Place:
    """What is known of a member by that name."""
    match place:
        case _Place.INSIDE:
            return _Place.INSIDE
        case _Place.ENTRY:
            return _Place.OPEN if name in BESIDE else _Place.INSIDE
        case _Place.CLIENTS if name not in BESIDE and not holds(name):
            return _Place.CLIENT
    if name.lower() == "clients":
        return _Place.CLIENTS
    return _Place.ENTRY if holds(name) else _Place.OPEN


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """The name, told apart from others that look like it."""
    number = 2
    told = name
    while told in taken:
        told, number = f"{name} ({number})", number + 1
    return told


def secrets_in(value: Any) -> set[str]:
    """All texts and numbers that are masked whole."""
    return {str(secret) for secret, told in _leaves(value, mask(value)) if told == hidden(str(secret))}


def names(known: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, str]:
    """The names of members with those they are shown under."""
    return dict(zip(known, shown, strict=True))


def unmask(value: Any, known: Any, path: str = "") -> tuple[Any, list[Problem]]:
    """A copy in which each masked text is again the secret that stood there in ``known``, and what has none.

    Entries of a list are found by their ``name``; a mask that fits one secret only among its list is enough.
    """
    problems: list[Problem] = []
    return _restored(value, known, mask(known), path, problems), problems


def _restored(value: Any, known: Any, shown: Any, path: str, problems: list[Problem]) -> Any:
    """``shown`` is ``known`` as it was masked."""
    if isinstance(value, dict | list | str) and same(value, shown):
        return known
    if isinstance(value, dict):
        return _members(value, known, shown, path, problems)
    if isinstance(value, list):
        return [
            _restored(item, *_entry(known, shown, item), child(path, n), problems)
            for n, item in enumerate(value)
        ]
    if not isinstance(value, str) or DOTS not in value:
        return value
    found = {json.dumps(secret): secret for secret, told in _leaves(known, shown) if told == value}
    if len(found) == 1:
        return found.popitem()[1]
    problems.append(_lost(path))
    return value


def _members(value: Any, known: Any, shown: Any, path: str, problems: list[Problem]) -> dict[str, Any]:
    alike = isinstance(known, dict)
    real = {told: name for name, told in names(known, shown).items()} if alike else {}
    made = {}
    for told, item in value.items():
        name, at = real.get(told, told), child(path, told)
        if DOTS in name:
            problems.append(_lost(at))
        under = (known.get(name), shown.get(told)) if alike else (known, shown)
        made[name] = _restored(item, *under, at, problems)
    return made


def _lost(path: str) -> Problem:
    return Problem(path, "is masked, and what it stands for is not known.", "Write the whole value.")


def _entry(known: Any, shown: Any, item: Any) -> tuple[Any, Any]:
    """The counterpart of an entry; where it is not found all of the list."""
    if not isinstance(known, list) or not isinstance(item, dict):
        return known, shown
    named = [
        (one, told)
        for one, told in zip(known, shown, strict=True)
        if isinstance(one, dict) and told.get("name") == item.get("name")
    ]
    return named[0] if len(named) == 1 else (known, shown)


def _leaves(known: Any, shown: Any) -> Iterator[tuple[Any, Any]]:
    """Each plain value with what is shown of it."""
    if isinstance(known, dict):
        for one, told in zip(known.values(), shown.values(), strict=True):
            yield from _leaves(one, told)
    elif isinstance(known, list):
        for one, told in zip(known, shown, strict=True):
            yield from _leaves(one, told)
    elif known != shown:
        yield known, shown
