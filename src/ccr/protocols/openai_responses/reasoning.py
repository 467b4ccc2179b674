"""Reasoning items, there and back.

What the provider wants back travels in the signature of the thinking block: the state of an item but for its
visible text, which is the block's own. With ``store: false`` the id of an item means nothing to the provider,
and beside encrypted content it may contradict it (ids rotate at some): it is kept only with reasoning in the
clear.
"""

from __future__ import annotations

from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.request import Block

Item = dict[str, Any]


def state_of(item: Item, view: str) -> Item | None:
    """What of an item has to come back, its text having been shown from ``view``; None when nothing can."""
    if item.get("encrypted_content"):
        return {"type": item["type"], "encrypted_content": item["encrypted_content"], "in": view}
    if item.get("type") == "reasoning" and item.get("content"):
        return {"type": "reasoning", "id": item.get("id"), "in": "content"}
    return None


def view_of(item: Item) -> str:
    """Where the visible text stands: a summary and the whole text are two views of the same thoughts."""
    return "summary" if item.get("summary") or not item.get("content") else "content"


def item_of(block: Block, issuer: str) -> Item | None:
    """The item that a thinking block was made from, if it was this very provider's and model's."""
    state = thinking.state_of(block.get("signature"), issuer)
    if not isinstance(state, dict) or "type" not in state:
        return None
    item = {k: v for k, v in state.items() if k != "in" and v}
    if item["type"] != "reasoning":
        return item
    text, view = block.get("thinking"), state.get("in")
    return item | {"summary": []} | ({view: [_part(view, text)]} if text and view in _PARTS else {})


_PARTS = {"summary": "summary_text", "content": "reasoning_text"}


def _part(view: str, text: str) -> Item:
    return {"type": _PARTS[view], "text": text}
