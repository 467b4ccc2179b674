"""Heads never break HTTP, whatever a name holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.config.provider import Provider
from ccr.exchange import Exchange, Plan, Target
from ccr.server.heads import answer_head, field, head_of


@given(st.text())
def test_any_text_becomes_a_value_without_control_characters(text: str) -> None:
    value = field(text)
    assert all(0x20 <= byte <= 0x7E for byte in value)
    if text.isascii() and text.isprintable():
        assert value == text.encode()


@pytest.mark.parametrize(("text", "value"), [("a\r\nb", b"a%0D%0Ab"), ("模", b"%E6%A8%A1"), ("", b"")])
def test_other_characters_are_percent_encoded(text: str, value: bytes) -> None:
    assert field(text) == value


def test_the_head_names_who_answers_and_why() -> None:
    target = Target(Provider("p", "http://x", "openai_chat"), "m")
    exchange = Exchange(
        raw=b"", body={}, headers={}, stream=True, plan=Plan((target,), "default"), target=target
    )
    head = answer_head(200, b"text/event-stream; charset=utf-8", exchange, None)
    fields = {k.decode(): v.decode() for k, v in head["headers"]}
    assert (fields["x-ccr-provider"], fields["x-ccr-model"], fields["x-ccr-route"]) == ("p", "m", "default")
    assert fields["request-id"] == exchange.id
    assert fields["cache-control"] == "no-cache"


def test_a_length_is_told_when_it_is_known() -> None:
    assert (b"content-length", b"5") in head_of(200, b"text/plain", {}, 5)["headers"]
