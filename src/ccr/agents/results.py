"""A search of ours in Anthropic's blocks, and back: what the client replays becomes call and result again.

The text that the model read travels in ``encrypted_content``, which clients carry and do not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccr.agents.backends import Page
from ccr.anthropic.request import Block, Body, Message
from ccr.protocols.shared.websearch import OURS, packed, unpacked

_LONGEST_TEXT = 2_000
_SAID: dict[str, str] = {
    "unavailable": "Web search is not available here, so nothing was searched. Answer from what you know, "
    "say that you could not search, and invent no sources.",
    "max_uses_exceeded": "No more searches are allowed in this request. Answer from what was found so far.",
    "too_many_requests": "The search engine refuses more requests for now. Answer without it, and say so.",
    "query_too_long": "The query is too long. Search for less.",
    "invalid_tool_input": 'The call needs a text "query".',
}


def shown(id: str, query: str, pages: Sequence[Page]) -> tuple[Block, Block]:
    """What the client sees of a search that found these pages, none maybe."""
    return _use(id, query), _result(id, [_page(page) for page in pages])


def failed(id: str, query: str, code: str) -> tuple[Block, Block]:
    """What the client sees of a search that was not made."""
    return _use(id, query), _result(id, {"type": "web_search_tool_result_error", "error_code": code})


def told(pages: Sequence[Page]) -> str:
    """What the model reads."""
    if not pages:
        return "The search found no pages. Say so, or search for something else."
    return "\n\n".join(_told(n, page) for n, page in enumerate(pages, 1))


def told_failure(code: str) -> str:
    return _SAID.get(code, _SAID["unavailable"])


def recalled(body: Body, name: str) -> Body:
    """The body with searches of ours as calls of the tool ``name``; the same object where there are none."""
    said = body.get("messages") or []
    if not any(_searched(message) for message in said):
        return body
    turns: list[Message] = []
    for message in said:
        turns += _turns(message, name) if _searched(message) else [message]
    return {**body, "messages": turns}


def _use(id: str, query: str) -> Block:
    return {"type": "server_tool_use", "id": id, "name": "web_search", "input": {"query": query}}


def _result(id: str, content: list[Block] | Block) -> Block:
    return {"type": "web_search_tool_result", "tool_use_id": id, "content": content}


def _page(page: Page) -> Block:
    return {
        "type": "web_search_result",
        "url": page.url,
        "title": page.title,
        "encrypted_content": packed(page.text[:_LONGEST_TEXT]),
        "page_age": page.age,
    }


def _told(n: int, page: Page) -> str:
    age = f" ({page.age})" if page.age else ""
    return f"[{n}] {page.title}{age}\n{page.url}\n{page.text[:_LONGEST_TEXT]}".rstrip()


# Back.


def _searched(message: Any) -> bool:
    content = message.get("content") if isinstance(message, dict) else None
    return isinstance(content, list) and any(_is_ours(block) for block in content)


def _is_ours(block: Any) -> bool:
    """A result of a search of ours, its pages or its failure."""
    if not isinstance(block, dict) or block.get("type") != "web_search_tool_result":
        return False
    content = block.get("content")
    if isinstance(content, list):
        return all(
            str(page.get("encrypted_content")).startswith(OURS) for page in content if isinstance(page, dict)
        )
    return str(block.get("tool_use_id")).startswith(ID)


ID = "srvtoolu_ccr"
"""Begins the ids of our searches."""


def _turns(message: Message, name: str) -> list[Message]:
    """An answer with searches in it as the turns that it was; the client's calls belong to its last."""
    turns: list[Message] = []
    content: list[Block] = []
    results = {b["tool_use_id"]: b for b in message["content"] if isinstance(b, dict) and _is_ours(b)}
    mine = [b for b in message["content"] if b.get("type") != "tool_use"]
    for block in mine:
        result = results.get(block.get("id")) if block.get("type") == "server_tool_use" else None
        if result is not None:
            content.append(
                {"type": "tool_use", "id": block["id"], "name": name, "input": block.get("input") or {}}
            )
            turns.append({"role": "assistant", "content": content})
            turns.append({"role": "user", "content": [_recalled(result)]})
            content = []
        elif not _is_ours(block):
            content.append(block)
    content += [b for b in message["content"] if b.get("type") == "tool_use"]
    return [*turns, {"role": "assistant", "content": content}] if content else turns


def _recalled(block: Block) -> Block:
    found = block.get("content")
    result: Block = {"type": "tool_result", "tool_use_id": block["tool_use_id"]}
    if not isinstance(found, list):
        code = str(found.get("error_code")) if isinstance(found, dict) else "unavailable"
        return {**result, "content": told_failure(code), "is_error": True}
    return {**result, "content": told([_unpacked(page) for page in found if isinstance(page, dict)])}


def _unpacked(page: Block) -> Page:
    text, age = unpacked(page.get("encrypted_content")), page.get("page_age")
    return Page(str(page.get("url")), str(page.get("title")), text, age if isinstance(age, str) else None)
