"""A provider's own web search, told in Anthropic's blocks."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from ccr.anthropic.request import Block, Body, messages, text_of
from ccr.anthropic.writer import BlockWriter
from ccr.wire import json

LONGEST_QUOTE = 150
"""Characters of a ``cited_text``, as Anthropic limits it."""

_ASKED = "Perform a web search for the query: "


def query_of(body: Body) -> str:
    """What was searched for, as far as the newest user text says it."""
    asked = next((text_of(m.get("content")) for m in reversed(messages(body)) if m.get("role") == "user"), "")
    return asked.removeprefix(_ASKED).strip()[:400]


def write_search(writer: BlockWriter, id: str, query: str, found: Mapping[str, str]) -> None:
    """A search and its result: ``found`` has the title for each URL."""
    use: Block = {"type": "server_tool_use", "id": id, "name": "web_search", "input": {}}
    writer.block(use, [{"type": "input_json_delta", "partial_json": _query(query)}])
    content = [_result(url, title) for url, title in found.items()]
    writer.block({"type": "web_search_tool_result", "tool_use_id": id, "content": content})


def citation(url: str, title: str, text: str = "") -> dict[str, Any]:
    """A citation of a page; ``text`` is what is cited of it."""
    where = {"url": url, "title": title, "encrypted_index": "", "cited_text": text[:LONGEST_QUOTE]}
    return {"type": "web_search_result_location", **where}


OURS = "ccr1.search."
"""Begins an ``encrypted_content`` of ours: clients carry it, unread."""


def packed(text: str) -> str:
    """The text of a page that was found, as ``encrypted_content``."""
    return OURS + base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode()


def unpacked(content: object) -> str:
    """The text in an ``encrypted_content``, empty when it is none of ours."""
    if not isinstance(content, str) or not content.startswith(OURS):
        return ""
    try:
        return base64.urlsafe_b64decode(content.removeprefix(OURS)).decode("utf-8", "replace")
    except ValueError:
        return ""


def usage_of(searches: int) -> dict[str, Any]:
    """What the usage of an answer has to say of its searches: nothing where there are none."""
    return {"server_tool_use": {"web_search_requests": searches, "web_fetch_requests": 0}} if searches else {}


def _query(query: str) -> str:
    return json.encode({"query": query}).decode()


def _result(url: str, title: str) -> dict[str, Any]:
    return {
        "type": "web_search_result",
        "url": url,
        "title": title or url,
        "encrypted_content": "",
        "page_age": None,
    }
