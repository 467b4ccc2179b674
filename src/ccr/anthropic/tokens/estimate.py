"""The input tokens of a whole request: its head, its messages, and the thinking that still counts."""

from __future__ import annotations

from ccr.anthropic import request
from ccr.anthropic.request import Body, Message
from ccr.anthropic.tokens import families
from ccr.anthropic.tokens.costs import Costs
from ccr.anthropic.tokens.digests import Digest, thinking_edits


def whole(digest: Digest, costs: Costs) -> float:
    """Tokens of the request by counting all of it."""
    kept = kept_thinking(digest, len(digest.messages))
    total = costs.head(digest) - families.PER_MESSAGE
    for at in range(len(digest.messages)):
        cost = costs.message(digest, at)
        total += cost.steady + (cost.thinking if at >= kept else 0)
    return total


def beyond(digest: Digest, costs: Costs, known: int) -> float:
    """Tokens that the messages from ``known`` on add; less than none when thinking before them is dropped."""
    before, now = kept_thinking(digest, known), kept_thinking(digest, len(digest.messages))
    total = 0.0
    for at in range(known, len(digest.messages)):
        cost = costs.message(digest, at)
        total += cost.steady + (cost.thinking if at >= now else 0)
    return total - sum(costs.message(digest, at).thinking for at in range(before, min(now, known)))


def kept_thinking(digest: Digest, length: int) -> int:
    """The first of ``length`` messages whose thinking counts: that of turns before the current tool loop
    does not, unless the request says ``clear_thinking`` with ``keep: all``."""
    if _keeps_all(digest.body):
        return 0
    return next((at for at in range(length - 1, -1, -1) if _asks(digest.messages[at])), 0)


def _asks(message: Message) -> bool:
    """A user's turn of its own, not the results of tools."""
    if message.get("role") != "user":
        return False
    return not any(block.get("type") == "tool_result" for block in request.blocks(message.get("content")))


def _keeps_all(body: Body) -> bool:
    return any(edit.get("keep") == "all" for edit in thinking_edits(body)[0])
