"""Content parts, notes in their places, and cache marks."""

from __future__ import annotations

from typing import Any

from ccr.protocols.openai_chat.parts import Parts, cache_mark
from tests.protocols.openai_chat.support import a_call

MARK = {"type": "ephemeral"}
PDF = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}}
URL = {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def test_text_alone_is_one_string() -> None:
    parts = Parts(a_call())
    assert parts.content([]) is None
    assert parts.content([text("a", cache_control=MARK), text("b")]) == "a\n\nb"


def test_for_claude_blocks_stay_blocks() -> None:
    parts = Parts(a_call(model="claude-x", cache_control=True))
    assert parts.content([text("a")]) == "a"
    assert parts.content([text("a"), text("b", cache_control=MARK)]) == [
        text("a"),
        text("b", cache_control=MARK),
    ]


def test_four_marks_are_kept_the_first_and_the_newest() -> None:
    parts = Parts(a_call(model="claude-x", cache_control=True))
    made = parts.content([text(str(n), cache_control=MARK) for n in range(6)])
    parts.limit_marks()
    assert isinstance(made, list)
    assert [part["text"] for part in made if "cache_control" in part] == ["0", "3", "4", "5"]


def test_a_mark_loses_what_only_anthropic_knows() -> None:
    assert cache_mark({"cache_control": {**MARK, "ttl": "1h", "scope": "global"}}) == {**MARK, "ttl": "1h"}
    assert cache_mark({"cache_control": None}) is None


def test_files_need_a_name() -> None:
    made = Parts(a_call()).content([PDF])
    assert made == [
        {
            "type": "file",
            "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,JVBERi0="},
        }
    ]


def test_a_note_says_where_a_file_is_that_cannot_go() -> None:
    call = a_call()
    made = Parts(call).content([URL, URL])
    assert isinstance(made, str)
    assert "https://example.com/a.pdf" in made
    assert call.notes == ["the model cannot open it"]
    assert Parts(a_call(file_urls=True)).content([URL]) == [
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "https://example.com/a.pdf"}}
    ]
