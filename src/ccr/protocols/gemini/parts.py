"""Images and documents as parts: ``inlineData`` with bytes, ``fileData`` with an address."""

from __future__ import annotations

import mimetypes
import re
from typing import Any

from ccr.anthropic.request import Block
from ccr.exchange import Call
from ccr.protocols.shared.content import note

Part = dict[str, Any]

_DATA_URL = re.compile(r"data:([^;,]*);base64,(.*)", re.DOTALL)
_DEFAULT_TYPE = {"image": "image/jpeg", "document": "application/pdf"}


def part(block: Block) -> Part:
    """A plain block (``shared.content``) as a part."""
    if block["type"] == "text":
        return {"text": block["text"]}
    source, default = block["source"], _DEFAULT_TYPE[block["type"]]
    if source.get("type") == "url":
        return _addressed(str(source.get("url") or ""), default)
    return _inline(str(source.get("media_type") or default), str(source.get("data") or ""))


def carried(block: Block, call: Call) -> Block:
    """The block, or a note in its place: some models take no images. All of them take PDFs."""
    if block["type"] != "image" or call.target.dialect.images:
        return block
    why = "does not take images"
    if why not in call.notes:
        call.notes.append(why)
    return note("An image was here", why)


def _addressed(url: str, default: str) -> Part:
    if found := _DATA_URL.match(url):
        return _inline(found[1] or default, found[2])
    media = mimetypes.guess_type(url.partition("?")[0])[0] or default
    return {"fileData": {"mimeType": media, "fileUri": url}}


def _inline(media: str, data: str) -> Part:
    return {"inlineData": {"mimeType": media, "data": data}}
