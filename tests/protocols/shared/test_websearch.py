"""A search of the provider's own, in Anthropic's blocks."""

from __future__ import annotations

from ccr.anthropic.writer import BlockWriter
from ccr.protocols.shared.websearch import query_of, write_search
from tests.grammar import check


def test_a_search_and_what_it_found() -> None:
    writer = BlockWriter("m")
    write_search(writer, "srvtoolu_1", "cats", {"https://a.example": "A", "https://b.example": ""})
    writer.finish("end_turn", {"input_tokens": 1, "output_tokens": 1})
    use, found = check(writer.take())["content"]
    assert use == {
        "type": "server_tool_use",
        "id": "srvtoolu_1",
        "name": "web_search",
        "input": {"query": "cats"},
    }
    assert found["tool_use_id"] == "srvtoolu_1"
    assert [page["title"] for page in found["content"]] == ["A", "https://b.example"]


def test_the_query_is_what_the_user_asked_last() -> None:
    said = [
        {"role": "user", "content": "Perform a web search for the query: cats"},
        {"role": "assistant", "content": "x"},
    ]
    assert query_of({"messages": said}) == "cats"
    assert query_of({}) == ""
