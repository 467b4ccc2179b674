"""A JSON5 text brought to another value: only what differs is changed, so comments stay where they can."""

from __future__ import annotations

import json
from typing import Any

from ccr.config import syntax
from ccr.config.saving import edit
from ccr.config.saving.edit import Place


def rewrite(text: str, value: Any) -> str:
    """The text, edited so that it says ``value``. Raises ``SyntaxMistake`` when it is no JSON5."""
    edited = _towards(text, (), syntax.parse(text), value)
    # A guard: white space and comments that two readers understand otherwise must not change a value.
    return edited if same(syntax.parse(edited), value) else edit.dumps(value) + "\n"


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: unlike ``==`` it tells 1 from true and from 1.0."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _towards(text: str, place: Place, old: Any, new: Any) -> str:
    if same(old, new):
        return text
    if isinstance(old, dict) and isinstance(new, dict):
        return _object(text, place, old, new)
    if isinstance(old, list) and isinstance(new, list):
        return _list(text, place, old, new)
    return edit.put(text, place, new)


def _object(text: str, place: Place, old: dict[str, Any], new: dict[str, Any]) -> str:
    for key in old.keys() - new.keys():
        text = edit.remove(text, (*place, key))
    for key, value in new.items():
        text = (
            _towards(text, (*place, key), old[key], value)
            if key in old
            else edit.put(text, (*place, key), value)
        )
    return text


def _list(text: str, place: Place, old: list[Any], new: list[Any]) -> str:
    """Entries that are gone are taken out first, so that those behind them keep their comments."""
    wanted = {_identity(item) for item in new}
    kept = [n for n, item in enumerate(old) if _identity(item) in wanted]
    kept = kept[: len(new)] if len(kept) >= len(new) else list(range(min(len(old), len(new))))
    for n in sorted(set(range(len(old))) - set(kept), reverse=True):
        text = edit.remove(text, (*place, n))
    for n, item in enumerate(new):
        before = old[kept[n]] if n < len(kept) else None
        text = (
            _towards(text, (*place, n), before, item) if n < len(kept) else edit.put(text, (*place, n), item)
        )
    return text


def _identity(item: Any) -> str:
    """What an entry is known by: its name, or all of it."""
    name = item.get("name") if isinstance(item, dict) else None
    return f"name {name}" if isinstance(name, str) else _plain(item)
