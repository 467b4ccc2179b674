"""The content of tool messages: text, and the images in it where the provider takes them there."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Block, blocks
from ccr.protocols.openai_chat.parts import Part, Parts, cache_mark
from ccr.protocols.shared.content import plain_block

NO_OUTPUT = "(no output)"
ATTACHED = "(attached below)"

Content = str | list[Part]


def output(result: Block, parts: Parts, *, images_inside: bool) -> tuple[Content, list[Block]]:
    """The content for a ``tool_result`` block, and the media that must follow in the user's message."""
    content, mark = result.get("content"), cache_mark(result)
    failed = result.get("is_error") is True
    if isinstance(content, str):
        return parts.marked(_told(content, failed=failed) or NO_OUTPUT, mark), []
    pieces = [parts.carried(piece) for block in blocks(content) for piece in plain_block(block)]
    text = _told("\n".join(p["text"] for p in pieces if p["type"] == "text"), failed=failed)
    mark = mark or next((found for piece in reversed(pieces) if (found := cache_mark(piece))), None)
    media = [piece for piece in pieces if piece["type"] != "text"]
    if images_inside and any(piece["type"] == "image" for piece in media):
        outside = [piece for piece in media if piece["type"] != "image"]
        return _with_images(
            text, [piece for piece in media if piece["type"] == "image"], mark, parts
        ), outside
    return parts.marked(text or (ATTACHED if media else NO_OUTPUT), mark), media


def text_in(content: Content) -> str:
    """The text of a message's content."""
    return (
        content if isinstance(content, str) else "\n".join(part["text"] for part in content if "text" in part)
    )


def _with_images(text: str, images: list[Block], mark: dict[str, Any] | None, parts: Parts) -> Content:
    inside = [{"type": "text", "text": text}, *images] if text else images
    if mark:
        inside[-1] = {**inside[-1], "cache_control": mark}
    return parts.content(inside) or NO_OUTPUT


def _told(text: str, *, failed: bool) -> str:
    """The text of a result; of a failed one it says so."""
    return f"Error: {text or 'the tool failed.'}" if failed and "error" not in text[:80].lower() else text
