"""Think tags are found however they are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.protocols.openai_chat.thinktags import ThinkTags


def told(text: str, cuts: list[int]) -> tuple[str, str]:
    edges = [0, *sorted(cuts), len(text)]
    tags = ThinkTags()
    pairs = [tags.feed(text[a:b]) for a, b in pairwise(edges)]
    pairs.append(tags.end())
    return "".join(thought for thought, _ in pairs), "".join(said for _, said in pairs)


@pytest.mark.parametrize(
    ("text", "thought", "said"),
    [
        ("<think>Hm.</think>So.", "Hm.", "So."),
        ("\n<think>\nHm.\n</think>\n\nSo.", "\nHm.\n", "\n\nSo."),
        ("<think>never closed </thin", "never closed </thin", ""),
        ("<thinking>So.", "", "<thinking>So."),
        ("So. <think>Hm.</think>", "", "So. <think>Hm.</think>"),
        ("<th", "", "<th"),
        ("", "", ""),
        ("<think>a < b </think> c", "a < b ", " c"),
    ],
)
@given(st.data())
def test_thinking_is_what_stands_between_the_tags_at_the_start(
    text: str, thought: str, said: str, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    found, rest = told(text, cuts)
    assert found == thought
    assert rest.strip() == said.strip()
