"""What a request cannot carry, told in words: to the model in its place, and in ``call.notes``."""

from __future__ import annotations

from ccr.anthropic.request import Block
from ccr.exchange import Call
from ccr.protocols.shared import tools
from ccr.protocols.shared.content import name_of, note


def missing(call: Call, piece: Block, why: str) -> Block:
    """The text block that stands where an image or a document was; ``why`` completes "this model …"."""
    source = piece["source"]
    what = "An image" if piece["type"] == "image" else f"A document ({name_of(piece)})"
    where = f"is at {source.get('url')}" if source["type"] == "url" else "was here"
    if why not in call.notes:
        call.notes.append(why)
    return note(f"{what} {where}", why)


def left_out(call: Call) -> None:
    """Notes the tools that only Anthropic runs."""
    if names := [str(tool.get("name") or tool["type"]) for tool in tools.hosted(call.body)]:
        call.notes.append(f"left out tools that only Anthropic runs: {', '.join(names)}")
