"""Bounds hold whatever the request is, and are silent about what nobody can bound."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given, settings

from ccr.anthropic.request import Body
from ccr.anthropic.tokens import UNBOUNDED, TokenCounter, bounds
from tests.anthropic.tokens.requests import ODD, PROSE, bodies

COUNTER = TokenCounter()
MODELS = ("claude-3-5-haiku-latest", "claude-sonnet-4-0", "claude-sonnet-4-5", "claude-opus-5", "gpt-5.4")


@settings(max_examples=150, deadline=None)
@given(bodies(PROSE))
def test_an_estimate_of_prose_lies_between_the_bounds(body: Body) -> None:
    low, high = bounds(body)
    for model in MODELS:
        assert low <= COUNTER.whole(body, model) <= high


@settings(max_examples=150, deadline=None)
@given(bodies() | ODD)
def test_no_estimate_is_above_the_bound(body: Body) -> None:
    high = bounds(body).high
    assert all(COUNTER.whole(body, model) <= high for model in MODELS)


@settings(deadline=None)
@given(bodies(PROSE))
def test_more_to_say_never_lowers_a_bound(body: Body) -> None:
    low, high = bounds(body)
    more = bounds(
        cast("Body", {**body, "messages": [*body["messages"], {"role": "user", "content": "more"}]})
    )
    assert more.low >= low
    assert more.high >= high


@pytest.mark.parametrize(
    ("bounded", "block"),
    [
        (True, {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}),
        (True, {"type": "document", "source": {"type": "text", "data": "plain"}}),
        (False, {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}),
        (False, {"type": "document", "source": {"type": "base64", "data": "JVBERi0="}}),
        (False, {"type": "tool_result", "content": [{"type": "document", "source": {"type": "file"}}]}),
    ],
)
def test_pdfs_and_documents_elsewhere_have_no_upper_bound(bounded: bool, block: dict[str, Any]) -> None:
    found = bounds({"messages": [{"role": "user", "content": [block]}]})
    assert (found.high < UNBOUNDED) is bounded


def test_an_image_counts_by_its_size_not_by_its_bytes() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo" + "A" * 400_000}
    found = bounds({"messages": [{"role": "user", "content": [{"type": "image", "source": source}]}]})
    assert found.low == 0
    assert found.high < 6_000
