"""``extrathinktag``: what stands between tags at the start of a text becomes thinking."""

from __future__ import annotations

from ccr.anthropic import thinking
from ccr.transformers.extrathinktag import ExtraThinkTag
from tests.grammar import check
from tests.transformers.streams import at, cut, run, stream, target, text


def test_the_tagged_part_is_thinking_of_this_target() -> None:
    events = cut(stream(text("<think>why</think>so")))
    first, second = check(run(at(ExtraThinkTag()), events))["content"]
    assert (first["thinking"], second["text"]) == ("why", "so")
    assert thinking.issued(first["signature"], target().issuer)


def test_the_tag_may_be_another() -> None:
    events = cut(stream(text("<thought>why</thought>so")))
    assert check(run(at(ExtraThinkTag(tag="thought")), events))["content"][0]["thinking"] == "why"


def test_two_answers_at_once_do_not_meet() -> None:
    """An instance serves many requests: the state of one is not another's."""
    transformer = at(ExtraThinkTag())
    half = stream(text("<think>never closed"))[:3]
    run(transformer, half)
    assert check(run(transformer, stream(text("plain"))))["content"] == [text("plain")]
