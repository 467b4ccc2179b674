"""What a custom router is given."""

from __future__ import annotations

import pytest

from tests.routing.scripts import exchange, request


def test_fields_are_attributes_and_items() -> None:
    asked = request()
    assert dict(asked) == {
        "body": asked.body,
        "headers": asked.headers,
        "token_count": 7,
        "session_id": "s-1",
    }
    assert asked.get("tokenCount") is None
    with pytest.raises(KeyError):
        asked["raw"]


def test_the_body_is_a_copy_whose_changes_are_noticed() -> None:
    asked = request()
    asked.settle()
    assert asked.edited is None
    asked.body["max_tokens"] = 9
    asked.settle()
    assert asked.edited is not None
    assert b'"max_tokens":9' in asked.edited


def test_a_body_only_looked_at_is_no_change() -> None:
    asked = request()
    assert asked.body["max_tokens"] == 5
    asked.settle()
    assert asked.edited is None


def test_the_bytes_are_those_that_came_unless_they_say_something_else() -> None:
    from ccr.routing.custom_contract import Request

    came = exchange()
    assert Request(came, 0).raw is came.raw
    came.edited = True
    assert Request(came, 0).raw == came.raw
