"""The text of a file as people may see it: no key can be read in it, comments and order are its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccr.config import syntax
from ccr.config.saving import edit
from ccr.config.saving.rewrite import rewrite
from ccr.config.saving.secrets import mask, secrets_in
from ccr.config.saving.spotting import hidden, is_secret, mask_text
from ccr.config.saving.tree import Node, tree

LONG = 8
"""Letters of a key that is looked for wherever it stands; shorter ones stand in too many words."""


def masked_text(text: str, value: Any) -> str:
    """The text that says ``value``, its keys masked: those that do not count, and those in comments, too."""
    text = mask_text(rewrite(_without_overruled(text), mask(value)))
    for secret in sorted(secrets_in(value), key=len, reverse=True):
        if len(secret) >= LONG:
            text = text.replace(secret, hidden(secret))
    return text


def _without_overruled(text: str) -> str:
    """With the values masked that others of the same name overrule: who reads the file does not see them."""
    for start, end, secret in sorted(_overruled(tree(text), secret=False), reverse=True):
        shown = mask(syntax.parse(text[start:end]), "key" if secret else "")
        text = text[:start] + edit.dumps(shown) + text[end:]
    return text


def _overruled(node: Node, *, secret: bool) -> Iterator[tuple[int, int, bool]]:
    """From where to where each stands, and whether it is a secret."""
    last = {entry.key: entry for entry in node.entries}
    for entry in node.entries:
        below = secret or is_secret(entry.key or "")
        if entry.key is None or last[entry.key] is entry:
            yield from _overruled(entry.value, secret=below)
        else:
            yield entry.value.start, entry.value.end, below
