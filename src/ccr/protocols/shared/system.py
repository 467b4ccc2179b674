"""The system prompt without what only Anthropic's endpoint reads."""

from __future__ import annotations

from ccr.anthropic.request import Block, Body, blocks

BILLING = "x-anthropic-billing-header:"
"""Claude Code's first system block; it changes from session to session and would void prefix caches."""


def system_blocks(body: Body) -> list[Block]:
    """The text blocks that mean something to a model, in order: no billing line, nothing empty."""
    return [kept for block in blocks(body.get("system")) if (kept := _kept(block)) is not None]


def system_text(body: Body) -> str:
    """The system prompt as one text; empty when there is none."""
    return "\n\n".join(block["text"] for block in system_blocks(body))


def _kept(block: Block) -> Block | None:
    text = block.get("text")
    if not isinstance(text, str) or not text:
        return None
    if not text.startswith(BILLING):
        return block
    rest = text.partition("\n")[2].lstrip("\n")
    return {**block, "text": rest} if rest else None
