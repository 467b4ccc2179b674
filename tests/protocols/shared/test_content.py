"""Every block is told as text, image or document; what cannot be shown is named."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ccr.protocols.shared.content import data_url, name_of, plain, plain_block

HI = {"type": "text", "text": "Hi."}
LOADED = {"type": "tool_reference", "tool_name": "WebFetch"}
MARK = {"cache_control": {"type": "ephemeral"}}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}


def document(**source: Any) -> dict[str, Any]:
    return {"type": "document", "title": "notes.txt", "source": source}


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (HI, "Hi."),
        (document(type="text", data="4711"), '<document title="notes.txt">\n4711\n</document>'),
        (
            document(type="base64", media_type="text/plain", data=base64.b64encode(b"4711").decode()),
            '<document title="notes.txt">\n4711\n</document>',
        ),
        (
            {"type": "search_result", "source": "https://a.example", "title": "A", "content": [HI]},
            '<search_result title="A" source="https://a.example">\nHi.\n</search_result>',
        ),
        (LOADED, "Tool WebFetch is loaded."),
        ({"type": "tool_addition", "tool": LOADED}, "Tool WebFetch is loaded."),
        ({"type": "compaction", "content": "What was said."}, "What was said."),
    ],
)  # fmt: skip
def test_words(block: dict[str, Any], text: str) -> None:
    assert plain_block(block) == [{"type": "text", "text": text}]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "source": {"type": "file", "file_id": "file_7"}},
        {"type": "document", "source": {"type": "file", "file_id": "file_7"}},
        {"type": "container_upload", "file_id": "file_7"},
    ],
)
def test_what_another_store_keeps_is_named(block: dict[str, Any]) -> None:
    (note,) = plain_block(block)
    assert "file_7" in note["text"]
    assert "cannot" in note["text"]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "text", "text": ""},
        {"type": "text"},
        {"type": "thinking", "thinking": "Hm.", "signature": ""},
        {"type": "tool_use", "id": "1", "name": "a", "input": {}},
        {"type": "server_tool_use", "id": "1", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "content": []},
        {"type": "hologram"},
        {},
    ],
)
def test_nothing(block: dict[str, Any]) -> None:
    assert plain_block(block) == []


def test_images_and_files_stay() -> None:
    assert list(plain([IMAGE, PDF])) == [IMAGE, PDF]
    inside = document(type="content", content=[{"type": "text", "text": "One."}, IMAGE])
    assert [piece["type"] for piece in plain([inside])] == ["text", "text", "image", "text"]


def test_a_mark_stays_on_the_last_piece() -> None:
    (text,) = plain_block({**document(type="text", data="4711"), **MARK})
    assert "cache_control" in text
    assert plain_block({**IMAGE, **MARK}) == [{**IMAGE, **MARK}]


def test_sources_as_urls() -> None:
    assert data_url(PDF["source"], "x/y") == "data:application/pdf;base64,AAAA"  # type: ignore[arg-type]
    assert data_url({"type": "base64", "data": "AAAA"}, "image/png") == "data:image/png;base64,AAAA"
    assert data_url({"type": "url", "url": "https://a.example/b"}, "image/png") == "https://a.example/b"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (PDF, "document.pdf"),
        ({**PDF, "title": "Report"}, "Report.pdf"),
        ({**PDF, "title": "Report.pdf"}, "Report.pdf"),
        ({"source": {"type": "url", "url": "https://a.example/b.pdf?x=1"}}, "b.pdf"),
    ],
)
def test_names(document: dict[str, Any], name: str) -> None:
    assert name_of(document) == name
