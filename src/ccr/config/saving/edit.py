"""One place of a JSON5 text changed, added or removed; comments, order and the rest of the text stay."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ccr.config.saving.tree import Entry, Node, tree

SHORT = 90
"""Characters that a list may have to stand on one line."""

Step = str | int
Place = Sequence[Step]
"""Keys and indexes, from the outside in."""

_BLANK_BEFORE = re.compile(r"[ \t\ufeff]*\Z")
_REST_OF_LINE = re.compile(r"[ \t]*(?:/\*(?:(?!\*/)[^\n])*\*/[ \t]*)?(?://[^\n]*)?\r?(?=\n|\Z)")
_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)


class NoPlace(LookupError):
    """The place is inside something that has no entries, or beyond the end of a list."""


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


def put(text: str, place: Place, value: Any) -> str:
    """The text with ``value`` at ``place``; objects on the way are made, a list grows by one at its end.

    Raises ``NoPlace``.
    """
    node = tree(text)
    for depth, step in enumerate(place):
        entry = _entry(node, step)
        if entry is None:
            return _apply(text, _added(text, node, step, _wrapped(place[depth + 1 :], value)))
        node = entry.value
    shown = dumps(value, _unit(text), _indent_at(text, node.start))
    return _apply(text, [_Splice(node.start, node.end, shown)])


def remove(text: str, place: Place) -> str:
    """The text without what is at ``place``; as it is when nothing is there."""
    while (found := _found(tree(text), place)) is not None:
        text = _without(text, *found)
        if isinstance(place[-1], int):
            break
    return text


def dumps(value: Any, unit: str = "  ", indent: str = "") -> str:
    """A value as JSON, each line after the first behind ``indent``; short lists stand on one line."""
    return _dumps(value, unit, indent) if isinstance(value, dict | list) and value else _plain(value)


def _dumps(value: dict[str, Any] | list[Any], unit: str, indent: str) -> str:
    inner = indent + unit
    if isinstance(value, dict):
        entries = [f"{_plain(key)}: {dumps(item, unit, inner)}" for key, item in value.items()]
        return f"{{\n{inner}" + f",\n{inner}".join(entries) + f"\n{indent}}}"
    short = not any(isinstance(item, dict | list) for item in value)
    if short and len(shown := f"[{', '.join(map(_plain, value))}]") <= SHORT:
        return shown
    return f"[\n{inner}" + f",\n{inner}".join(dumps(item, unit, inner) for item in value) + f"\n{indent}]"


def _plain(value: Any) -> str:
    """Without line ends of JavaScript's, nor halves of surrogate pairs, which no file can hold."""
    shown = json.dumps(value, ensure_ascii=False)
    return shown if _writable(shown) else json.dumps(value)


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not {"\u2028", "\u2029"} & set(text)


def _entry(node: Node, step: Step) -> Entry | None:
    """The entry at one step, None where it may be added. Raises ``NoPlace``."""
    if isinstance(step, str) and node.kind == "object":
        return node.member(step)
    if isinstance(step, int) and node.kind == "list" and 0 <= step <= len(node.entries):
        return node.entries[step] if step < len(node.entries) else None
    raise NoPlace(step)


def _found(node: Node, place: Place) -> tuple[Node, Entry] | None:
    """What is at a place, and what it is in."""
    found: tuple[Node, Entry] | None = None
    for step in place:
        try:
            entry = _entry(node, step)
        except NoPlace:
            return None
        if entry is None:
            return None
        found, node = (node, entry), entry.value
    return found


def _wrapped(rest: Place, value: Any) -> Any:
    for step in reversed(rest):
        if isinstance(step, int) and step:
            raise NoPlace(step)
        value = {step: value} if isinstance(step, str) else [value]
    return value


def _added(text: str, node: Node, step: Step, value: Any) -> list[_Splice]:
    """What adds an entry behind the others."""
    if not node.entries:
        return [_first(text, node, step, value)]
    last = node.entries[-1]
    end = last.value.end if last.comma is None else last.comma + 1
    comma = [_Splice(last.value.end, last.value.end, ",")] if last.comma is None else []
    indent, alone = _indent_at(text, last.start), _begins_line(text, last.start)
    at = _after_remark(text, end) if alone else end
    written = _member(text, step, value, indent) + ("" if last.comma is None else ",")
    return [*comma, _Splice(at, at, f"\n{indent}{written}" if alone else f" {written}")]


def _first(text: str, node: Node, step: Step, value: Any) -> _Splice:
    outer, at = _indent_at(text, node.start), node.start + 1
    inner = outer + _unit(text)
    closes = "" if "\n" in text[at : node.end] else f"\n{outer}"
    return _Splice(at, at, f"\n{inner}{_member(text, step, value, inner)}{closes}")


def _member(text: str, step: Step, value: Any, indent: str) -> str:
    shown = dumps(value, _unit(text), indent)
    return f"{dumps(step)}: {shown}" if isinstance(step, str) else shown


def _without(text: str, node: Node, entry: Entry) -> str:
    """The text without one entry, its comma, and its line where nothing else is on it."""
    number, end = node.entries.index(entry), entry.value.end
    if entry.comma is None:
        before = node.entries[number - 1].comma if number else None
        comma = [] if before is None else [_Splice(before, before + 1, "")]
        return _apply(text, [*comma, _whole_line(text, entry.start, end)])
    if text[end : entry.comma].strip():  # a comment
        cut = _Splice(entry.comma, entry.comma + 1, "")
        return _apply(text, [_whole_line(text, entry.start, end), cut])
    return _apply(text, [_whole_line(text, entry.start, entry.comma + 1)])


def _whole_line(text: str, start: int, end: int) -> _Splice:
    rest = _REST_OF_LINE.match(text, end)
    if _begins_line(text, start) and rest is not None and rest.end() < len(text):
        return _Splice(text.rfind("\n", 0, start) + 1, rest.end() + 1, "")
    return _Splice(start, end, "")


def _apply(text: str, splices: list[_Splice]) -> str:
    """``splices`` in the order of the text."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for splice in reversed(splices):
        text = text[: splice.start] + splice.text.replace("\n", newline) + text[splice.end :]
    return text


def _after_remark(text: str, at: int) -> int:
    """Behind a comment on the same line, where nothing else follows."""
    rest = _REST_OF_LINE.match(text, at)
    return at if rest is None else len(text[: rest.end()].rstrip(" \t\r"))


def _begins_line(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    return bool(start) and _BLANK_BEFORE.match(text[start:at]) is not None


def _indent_at(text: str, at: int) -> str:
    """The white space that begins the line."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    """By how much the text indents."""
    found = _INDENT.search(text)
    return "\t" if found and found[1].startswith("\t") else found[1] if found and len(found[1]) <= 8 else "  "
