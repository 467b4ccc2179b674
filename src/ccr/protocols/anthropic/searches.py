"""Searches that Anthropic did not make: it refuses what it has not encrypted, so they are told in words."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Block
from ccr.protocols.shared.websearch import OURS, unpacked


def is_foreign(block: Block) -> bool:
    """Whether a block holds pages or citations that are not Anthropic's."""
    match block.get("type"):
        case "web_search_tool_result":
            return any(_is_open(page, "encrypted_content") for page in _listed(block.get("content")))
        case "text" if citations := block.get("citations"):
            return any(_is_open(cited, "encrypted_index") for cited in _listed(citations))
        case _:
            return False


def told(content: list[Any]) -> list[Any]:
    """An assistant's content with foreign searches as text, and without citations of what they found."""
    foreign = {b.get("tool_use_id") for b in content if isinstance(b, dict) and _is_result(b)}
    if not foreign and not any(isinstance(b, dict) and is_foreign(b) for b in content):
        return content
    kept = [b for b in content if not (isinstance(b, dict) and _is_search(b) and b.get("id") in foreign)]
    return [_plain(block) if isinstance(block, dict) and is_foreign(block) else block for block in kept]


def _is_result(block: Block) -> bool:
    return block.get("type") == "web_search_tool_result" and is_foreign(block)


def _is_search(block: Block) -> bool:
    return block.get("type") == "server_tool_use"


def _plain(block: Block) -> Block:
    if block.get("type") == "text":
        return {key: value for key, value in block.items() if key != "citations"}
    pages = "\n\n".join(_page(page) for page in _listed(block.get("content")))
    return {"type": "text", "text": f"A web search found:\n\n{pages}"}


def _page(page: Block) -> str:
    return f"{page.get('title')}\n{page.get('url')}\n{unpacked(page.get('encrypted_content'))}".rstrip()


def _is_open(item: Block, key: str) -> bool:
    """Whether what Anthropic would have encrypted is empty, or ours."""
    if key not in item:
        return False
    value = item[key]
    return not value or str(value).startswith(OURS)


def _listed(value: object) -> list[Block]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
