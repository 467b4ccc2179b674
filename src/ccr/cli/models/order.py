"""Entries of a JSON5 list or object in another order; comments that belong to one go with it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ccr.cli.models.entries import Refused
from ccr.config import syntax
from ccr.config.saving.document import Document
from ccr.config.saving.edit import Place
from ccr.config.saving.tree import Node, tree

_REMARK = re.compile(r"[ \t]*(?:/\*[^\n]*?\*/|//[^\n]*)?")
"""What may stand behind an entry on its line."""


def moved(names: Sequence[str], name: str, to: str) -> list[int]:
    """The order with ``name`` at ``to``: ``up``, ``down``, ``first``, ``last``, or a number from 1.

    Raises ``Refused``.
    """
    at = list(names).index(name)
    wanted = {"up": at - 1, "down": at + 1, "first": 0, "last": len(names) - 1}
    if to not in wanted and not (to.isdecimal() and 1 <= int(to) <= len(names)):
        raise Refused(f"'{to}' is no place: up, down, first, last, or a number from 1 to {len(names)}.")
    target = min(max(wanted[to] if to in wanted else int(to) - 1, 0), len(names) - 1)
    rest = [number for number in range(len(names)) if number != at]
    return [*rest[:target], at, *rest[target:]]


def reordered(text: str, place: Place, order: Sequence[int]) -> str:
    """The text with the entries of the list or object at ``place`` in this order of their old numbers."""
    node = _at(tree(text), place)
    if list(order) == list(range(len(node.entries))):
        return text
    parts, end = _parts(text, node)
    first, last = node.start + 1, len(order) - 1
    trailing = node.entries[-1].comma is not None
    made = ""
    for number, old in enumerate(order):
        lead, body, remark = parts[old]
        here = parts[number][0]
        own = lead if _has_comment(lead) or _has_comment(here) else here
        made += own + body + ("," if number < last or trailing else "") + remark
    return text[:first] + made + text[end:]


def _parts(text: str, node: Node) -> tuple[list[tuple[str, str, str]], int]:
    """For each entry what leads to it, itself, and what is remarked behind it; and where all that ends."""
    found = []
    at = node.start + 1
    for entry in node.entries:
        end = entry.value.end if entry.comma is None else entry.comma
        behind = end if entry.comma is None else end + 1
        remark = _REMARK.match(text, behind)
        stop = remark.end() if remark is not None and remark[0].strip() else behind
        found.append((text[at : entry.start], text[entry.start : end], text[behind:stop]))
        at = stop
    return found, at


def _has_comment(text: str) -> bool:
    return bool(text.strip())


def _at(node: Node, place: Place) -> Node:
    for step in place:
        found = node.entries[step] if isinstance(step, int) else node.member(step)
        assert found is not None
        node = found.value
    return node


def reorder(document: Document, place: Place, order: Sequence[int]) -> Document:
    """The same for a file. Where its comments forbid it the list is written anew. Raises ``Refused``."""
    expected = _permuted(document.value, place, order)
    try:
        text = reordered(document.text, place, order)
        if json.dumps(syntax.parse(text)) == json.dumps(expected):
            return replace(document, text=text, value=expected)
    except syntax.SyntaxMistake:
        pass
    made = document.become(expected)
    if json.dumps(made.value) != json.dumps(expected):
        raise Refused(
            "The order cannot be changed without losing comments: `ccr config edit` opens the file."
        )
    return made


def _permuted(value: Any, place: Place, order: Sequence[int]) -> Any:
    if place:
        copied = value.copy()
        copied[place[0]] = _permuted(value[place[0]], place[1:], order)
        return copied
    if isinstance(value, dict):
        items = list(value.items())
        return dict(items[number] for number in order)
    return [value[number] for number in order]
