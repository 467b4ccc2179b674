"""Content blocks of every kind, told in three: text, image, document.

What a model of another provider cannot see (files in Anthropic's store, containers) becomes a note in
words, so that it knows that something was there.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from ccr.anthropic.request import Block, blocks

SERVER_HISTORY = frozenset(
    {
        "server_tool_use",
        "web_search_tool_result",
        "web_fetch_tool_result",
        "code_execution_tool_result",
        "bash_code_execution_tool_result",
        "text_editor_code_execution_tool_result",
        "tool_search_tool_result",
        "advisor_tool_result",
        "mcp_tool_use",
        "mcp_tool_result",
    }
)
"""Blocks of tools that another provider ran itself: what came of them is told in the text that follows."""


_TOLD = frozenset(
    (
        "image",
        "document",
        "search_result",
        "tool_reference",
        "tool_addition",
        "compaction",
        "container_upload",
    )
)


def plain(content: object) -> Iterator[Block]:
    """Content as ``text`` (never empty), ``image`` and ``document`` blocks.

    Images and documents have a source of type ``base64`` or ``url``; documents are no plain text.
    Thinking, tool calls, tool results and what is unknown is left out: callers read those themselves.
    """
    for block in blocks(content):
        yield from plain_block(block)


def plain_block(block: Block) -> list[Block]:
    """One block as ``plain`` gives it. A cache mark stays on the last piece."""
    kind = block.get("type")
    if kind == "text":
        return [block] if isinstance(block.get("text"), str) and block["text"] else []
    pieces = _pieces(kind, block) if kind in _TOLD else []
    if pieces and "cache_control" in block:
        pieces[-1] = {**pieces[-1], "cache_control": block["cache_control"]}
    return pieces


def _pieces(kind: object, block: Block) -> list[Block]:
    match kind:
        case "image":
            return [_image(block)]
        case "document":
            return _document(block)
        case "search_result":
            return [_text(_framed("search_result", block, _joined(plain(block.get("content")))))]
        case "tool_reference":
            return [_text(f"Tool {block.get('tool_name') or block.get('name')} is loaded.")]
        case "tool_addition":
            tool = block.get("tool")
            return _pieces("tool_reference", tool) if isinstance(tool, dict) else []
        case "compaction":
            return list(plain(block.get("content")))
        case "container_upload":
            return [
                note(f"The file {block.get('file_id')} was uploaded to a container", "cannot open containers")
            ]
        case _:
            return []


def note(what: str, why: str) -> Block:
    """A text block that stands where something was that the provider cannot be given."""
    return _text(f"[{what}, but this model {why}.]")


def data_url(source: dict[str, Any], default_type: str) -> str:
    """The URL of a source of type ``base64`` (as a data URL) or ``url``."""
    if source.get("type") == "url":
        return str(source.get("url"))
    return f"data:{source.get('media_type') or default_type};base64,{source.get('data') or ''}"


def name_of(document: Block) -> str:
    """What to call a document: its title, else the end of its URL, with an ending that says PDF."""
    source = document.get("source") or {}
    title = document.get("title") or str(source.get("url") or "").rpartition("/")[2].partition("?")[0]
    name = str(title or "document").replace("\n", " ").strip()
    return name if "." in name else f"{name}.pdf"


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _source(block: Block) -> dict[str, Any]:
    source = block.get("source")
    return source if isinstance(source, dict) else {}


def _image(block: Block) -> Block:
    source = _source(block)
    if source.get("type") in ("base64", "url"):
        return block
    return note(f"An image (file {source.get('file_id')}) was here", "cannot read the store it is kept in")


def _document(block: Block) -> list[Block]:
    source = _source(block)
    match source.get("type"):
        case "text":
            return [_text(_framed("document", block, str(source.get("data") or "")))]
        case "content":
            return [_text(_opening("document", block)), *plain(source.get("content")), _text("</document>")]
        case "base64" if str(source.get("media_type") or "").startswith("text/"):
            return [_text(_framed("document", block, _decoded(source.get("data"))))]
        case "base64" | "url":
            return [block]
        case _:
            return [
                note(
                    f"A document (file {source.get('file_id')}) was here",
                    "cannot read the store it is kept in",
                )
            ]


def _decoded(data: object) -> str:
    try:
        return base64.b64decode(str(data or "")).decode("utf-8", "replace")
    except ValueError:
        return str(data or "")


def _framed(tag: str, block: Block, inside: str) -> str:
    return f"{_opening(tag, block)}\n{inside}\n</{tag}>"


def _opening(tag: str, block: Block) -> str:
    said = {"title": block.get("title"), "source": block.get("source"), "context": block.get("context")}
    told = "".join(f' {key}="{value}"' for key, value in said.items() if isinstance(value, str) and value)
    return f"<{tag}{told}>"


def _joined(pieces: Iterable[Block]) -> str:
    return "\n".join(piece["text"] for piece in pieces if piece["type"] == "text")
