"""Reasoning between tags is cut out the same way however the text was cut into pieces."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import BlockDelta, BlockStart, BlockStop, Opaque
from ccr.transformers.tags import TagSplitter, TagsToThinking
from tests.grammar import check
from tests.transformers.streams import SIZES, call, cut, stream, text

TEXTS = st.text(alphabet="ab <>/think\n", max_size=60)


def split(pieces: list[str]) -> dict[str, str]:
    """All thinking and all text."""
    splitter = TagSplitter("think")
    found = [part for piece in pieces for part in splitter.feed(piece)] + list(splitter.end())
    assert all(words for _, words in found)
    assert [kind for kind, _ in groupby(kind for kind, _ in found)] in (
        [],
        ["text"],
        ["thinking"],
        ["thinking", "text"],
    )
    return {kind: "".join(words for other, words in found if other == kind) for kind in dict(found)}


@pytest.mark.parametrize(
    ("whole", "thinking", "rest"),
    [
        ("<think>why</think>so", "why", "so"),
        ("\n <think>\n why \n</think>\n\nso ", "why", "so "),
        ("<think></think>so", None, "so"),
        ("<think>why</think>", "why", None),
        ("<think>never closed </thi", "never closed </thi", None),
        ("<think>a < b </ c</think>so", "a < b </ c", "so"),
        ("so <think>what</think>", None, "so <think>what</think>"),
        ("<thinking>no</thinking>", None, "<thinking>no</thinking>"),
        ("  plain", None, "  plain"),
        ("<thi", None, "<thi"),
        ("", None, None),
        ("<think>a</think><think>b</think>", "a", "<think>b</think>"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_tag_at_the_start_encloses_reasoning(
    whole: str, thinking: str | None, rest: str | None, size: int
) -> None:
    found = split([whole[n : n + size] for n in range(0, len(whole), size)])
    assert (found.get("thinking"), found.get("text")) == (thinking, rest)


@given(TEXTS, st.booleans(), SIZES)
def test_where_the_pieces_end_does_not_matter(words: str, tagged: bool, sizes: list[int]) -> None:
    whole = f"<think>{words}" if tagged else words
    pieces = [
        event.delta["text"] for event in cut(stream(text(whole)), sizes) if isinstance(event, BlockDelta)
    ]
    assert split(pieces) == split([whole])


@given(TEXTS, TEXTS, SIZES)
def test_the_stream_stays_valid(first: str, second: str, sizes: list[int]) -> None:
    content = [text(words) for words in (f"<think>{first}", second) if words]
    rewrite = TagsToThinking("think", "signed")
    events = [new for event in cut(stream(*content, call()), sizes) for new in rewrite(event)]
    blocks = check(events)["content"]
    assert all(block["signature"] == "signed" for block in blocks if block["type"] == "thinking")


def test_thinking_and_calls_around_a_text_stay_as_they_are() -> None:
    before = {"type": "thinking", "thinking": "native", "signature": "theirs"}
    events = stream(before, text("<think>why</think>so"), call(path="x"))
    rewrite = TagsToThinking("think", "ours")
    content = check([new for event in events for new in rewrite(event)])["content"]
    ours = {"type": "thinking", "thinking": "why", "signature": "ours"}
    assert content == [before, ours, text("so"), call(path="x")]


def test_a_citation_of_text_that_is_not_there_is_dropped() -> None:
    citation = BlockDelta(0, {"type": "citations_delta", "citation": {"url": "u"}})
    rewrite = TagsToThinking("think", "ours")
    start = BlockStart(0, {"type": "text", "text": ""})
    out = [new for event in (start, citation, BlockStop(0)) for new in rewrite(event)]
    assert out == []


def test_what_is_not_understood_passes_untouched() -> None:
    unknown = Opaque("news", b'event: news\ndata: {"type":"news"}\n\n')
    assert list(TagsToThinking("think", "ours")(unknown)) == [unknown]
