"""Web searches that the provider made."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.writer import BlockWriter
from ccr.protocols.openai_responses.search import Searches
from tests.grammar import check

CALL = {"type": "web_search_call", "id": "ws_1", "action": {"type": "search", "query": "cats"}}
CITED = {
    "type": "url_citation",
    "url": "https://example.com/a",
    "title": "A",
    "start_index": 0,
    "end_index": 3,
}


def told(*calls: dict[str, Any], wanted: bool = True) -> dict[str, Any]:
    """The message of an answer that searched, then said something and cited it twice."""
    writer = BlockWriter("m")
    searches = Searches(writer, wanted)
    for call in calls:
        searches.call(call)
    writer.text("Cats.")
    searches.cite(CITED)
    searches.cite(CITED)
    extra = searches.finish()
    writer.finish("end_turn", {"input_tokens": 1, "output_tokens": 1} | extra)
    return check(writer.take())


def test_a_search_with_sources_is_told_where_it_was_made() -> None:
    sources = [{"type": "url", "url": "https://example.com/s"}]
    message = told({**CALL, "action": {**CALL["action"], "sources": sources}})  # type: ignore[dict-item]
    use, result, text = message["content"]
    assert (use["name"], use["input"]) == ("web_search", {"query": "cats"})
    assert result["tool_use_id"] == use["id"]
    assert [found["url"] for found in result["content"]] == ["https://example.com/s"]
    assert text["citations"][0]["url"] == "https://example.com/a"
    assert message["usage"]["server_tool_use"] == {"web_search_requests": 1, "web_fetch_requests": 0}


def test_without_sources_the_citations_are_what_was_found() -> None:
    text, use, result = told(CALL, {**CALL, "action": {"type": "search", "queries": ["dogs"]}})["content"]
    assert use["input"] == {"query": "cats; dogs"}
    assert [(found["url"], found["title"]) for found in result["content"]] == [("https://example.com/a", "A")]
    assert len(text["citations"]) == 1


def test_opening_a_page_is_no_search() -> None:
    message = told({**CALL, "action": {"type": "open_page", "url": "https://example.com"}})
    assert [block["type"] for block in message["content"]] == ["text"]


def test_a_client_that_asked_for_no_search_hears_of_none() -> None:
    message = told(CALL, wanted=False)
    assert message["content"] == [{"type": "text", "text": "Cats."}]
    assert "server_tool_use" not in message["usage"]
