"""The images of a conversation, numbered in their order, and the conversation with notes in their place.

Claude Code marks pasted images in the text (``[Image #1]``) by numbers of its own: they are made ours, so
that the text and the notes speak of the same images.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccr.anthropic.request import Block, Body, Message, blocks, messages

MARK = re.compile(r"\[Image #(\d+)\]")


def images_of(body: Body) -> list[Block]:
    """The images of all user messages, those inside tool results too: the first is number 1."""
    return [image for message in messages(body) if _is_user(message) for image in _images(message)]


def has_images(body: Body) -> bool:
    """Whether a user message shows an image. Asked of each request, so it looks at each block just once."""
    for message in body.get("messages") or ():
        content = message.get("content") if isinstance(message, dict) and _is_user(message) else None
        for block in content if isinstance(content, list) else ():
            kind = block.get("type") if isinstance(block, dict) else None
            if kind == "image" or (kind == "tool_result" and _shows(block.get("content"))):
                return True
    return False


def _shows(content: object) -> bool:
    listed = content if isinstance(content, list) else ()
    return any(isinstance(block, dict) and block.get("type") == "image" for block in listed)


def described(body: Body) -> Body:
    """The body with ``[Image #n]`` in the place of each image; the given body stays as it is."""
    notes = _Notes()
    told = [notes.message(m) if isinstance(m, dict) else m for m in body.get("messages") or []]
    return {**body, "messages": told}


class _Notes:
    """Goes through a conversation from its beginning."""

    def __init__(self) -> None:
        self._count = 0
        self._marks: dict[str, int] = {}
        """Our number by the client's."""

    def message(self, message: Message) -> Message:
        content = message.get("content")
        if not _is_user(message) or not isinstance(content, list):
            return message
        self._learn(message)
        return {**message, "content": [self._block(b) if isinstance(b, dict) else b for b in content]}

    def _learn(self, message: Message) -> None:
        """Marks stand for the images of their message in order; where they do not fit, they are dropped."""
        shown = [b for b in blocks(message.get("content")) if b.get("type") in ("image", "text")]
        texts = [str(b.get("text")) for b in shown if b["type"] == "text"]
        marks = list(dict.fromkeys(mark for text in texts for mark in MARK.findall(text)))
        first = self._count + 1
        if len(marks) == len(shown) - len(texts):
            self._marks |= {mark: first + place for place, mark in enumerate(marks)}

    def _block(self, block: Block) -> Block:
        match block.get("type"):
            case "image":
                return self._note(block)
            case "text" if MARK.search(text := str(block.get("text"))):
                return {**block, "text": MARK.sub(self._mark, text) or "(no text)"}
            case "tool_result" if isinstance(inner := block.get("content"), list):
                return {**block, "content": [self._inner(b) for b in inner]}
        return block

    def _inner(self, block: Block) -> Block:
        is_image = isinstance(block, dict) and block.get("type") == "image"
        return self._note(block) if is_image else block

    def _note(self, image: Block) -> Block:
        self._count += 1
        kept = {key: image[key] for key in ("cache_control",) if key in image}
        return {"type": "text", "text": f"[Image #{self._count}]", **kept}

    def _mark(self, found: re.Match[str]) -> str:
        number = self._marks.get(found[1])
        return f"[Image #{number}]" if number else ""


def _is_user(message: Message) -> bool:
    return message.get("role") == "user"


def _images(message: Message) -> Iterator[Block]:
    for block in blocks(message.get("content")):
        if block.get("type") == "image":
            yield block
        elif block.get("type") == "tool_result":
            yield from (b for b in blocks(block.get("content")) if b.get("type") == "image")
