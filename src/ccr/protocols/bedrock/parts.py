"""Content blocks as Converse has them: text, images, documents, and cache points between them."""

from __future__ import annotations

import re
from typing import Any

from ccr.anthropic.request import Block
from ccr.exchange import Call
from ccr.protocols.bedrock import models
from ccr.protocols.shared.content import name_of
from ccr.protocols.shared.notes import missing

Part = dict[str, Any]

MARKS = 4
"""More cache points are refused."""

WITH_DOCUMENT = "(attached)"
"""A message with a document and no text is refused."""

_IMAGES = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/jpg": "jpeg",
    "image/gif": "gif",
    "image/webp": "webp",
}
_UNNAMED = re.compile(r"[^a-zA-Z0-9\s()\[\]-]+")


class Parts:
    """Makes parts of plain blocks (``shared.content``) for one request."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._marks = models.takes_marks(call)
        self._names: dict[str, int] = {}

    def part(self, piece: Block) -> Part | None:
        """A plain block; a note in its place where it cannot go; None for blank text, which is refused."""
        match piece["type"]:
            case "image":
                return self._image(piece)
            case "document":
                return self._document(piece)
            case _:
                return {"text": piece["text"]} if piece["text"].strip() else None

    def write(self, pieces: list[Block], out: list[Part]) -> None:
        """Appends the parts of plain blocks, with cache points where they are marked."""
        for piece in pieces:
            if part := self.part(piece):
                if "document" in part and not any("text" in earlier for earlier in out):
                    out.append({"text": WITH_DOCUMENT})
                out.append(part)
            self.mark(piece, out)

    def mark(self, block: Block, out: list[Part]) -> None:
        """Appends a cache point behind a block that is marked."""
        control = block.get("cache_control")
        if not self._marks or not isinstance(control, dict) or not out or "cachePoint" in out[-1]:
            return
        if "document" in out[-1]:  # a cache point directly behind a document is refused
            out.append({"text": "\n"})
        point: Part = {"cachePoint": {"type": "default"}}
        if control.get("ttl") == "1h" and self._call.target.provider.options.get("cache_ttl") == "1h":
            point["cachePoint"]["ttl"] = "1h"
        out.append(point)

    def _image(self, piece: Block) -> Part:
        source = piece["source"]
        kind = _IMAGES.get(str(source.get("media_type")).lower())
        if not self._call.target.dialect.images:
            return self._missing(piece, "does not take images")
        if source["type"] == "url":
            return self._missing(piece, "cannot open it")
        if kind is None:
            return self._missing(piece, f"does not take {source.get('media_type')}")
        return {"image": {"format": kind, "source": {"bytes": source.get("data") or ""}}}

    def _document(self, piece: Block) -> Part:
        source = piece["source"]
        if source["type"] == "url":
            return self._missing(piece, "cannot open it")
        if source.get("media_type", "application/pdf") != "application/pdf":
            return self._missing(piece, f"does not take {source.get('media_type')}")
        inside = {"bytes": source.get("data") or ""}
        document: Part = {"format": "pdf", "name": self._name(piece), "source": inside}
        citations = piece.get("citations")
        if isinstance(citations, dict) and citations.get("enabled") is True:
            document["citations"] = {"enabled": True}
        return {"document": document}

    def _missing(self, piece: Block, why: str) -> Part:
        return {"text": missing(self._call, piece, why)["text"]}

    def _name(self, block: Block) -> str:
        """Letters, digits, single spaces, hyphens and brackets; no two documents share one."""
        plain = _UNNAMED.sub("-", name_of(block).removesuffix(".pdf"))
        name = " ".join(plain.split())[:180] or "document"
        count = self._names[name] = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name} ({count})"


def marks(parts: list[Part]) -> list[Part]:
    """The cache points among some parts."""
    return [part for part in parts if "cachePoint" in part]


def limit_marks(messages: list[dict[str, Any]], before: int) -> None:
    """Takes out the oldest cache points of the messages that are too many; ``before`` stand before these."""
    points = [part for message in messages for part in marks(message["content"])]
    excess = {id(part) for part in points[: max(len(points) + before - MARKS, 0)]}
    for message in messages if excess else ():
        message["content"] = [part for part in message["content"] if id(part) not in excess]
