"""What an Anthropic upstream is sent."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.provider import Provider
from ccr.exchange import Call, Target
from ccr.protocols.anthropic import PROTOCOL, complete


def call(body: Any, raw: bytes | None = b"{}", **provider: Any) -> Call:
    target = Target(Provider("p", "http://x", "anthropic", **provider), "m")
    return Call(target, body, stream=True, raw=raw, headers=HEADERS, key="k")


HEADERS = {
    "anthropic-beta": "new-2030,other",
    "anthropic-version": "2026-10-21",
    "anthropic-workspace-id": "w",
    "user-agent": "claude-cli/2.1.329",
    "x-stainless-lang": "js",
    "authorization": "Bearer client",
    "x-api-key": "client",
    "accept-encoding": "zstd",
    "host": "localhost",
    "x-forwarded-for": "1.2.3.4",
    "x-ccr-route": "x",
    "cookie": "c",
}


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        ("https://api.anthropic.com/", "https://api.anthropic.com/v1/messages"),
        ("https://x/v1", "https://x/v1/messages"),
        ("https://x/v1/messages", "https://x/v1/messages"),
        ("https://x/api/anthropic?a=b", "https://x/api/anthropic/v1/messages?a=b"),
    ],
)
def test_a_base_is_completed_and_a_full_url_left_alone(base: str, url: str) -> None:
    assert complete(base) == url


def test_the_clients_headers_go_along_and_its_credentials_stay() -> None:
    sent = PROTOCOL.headers(call({}))
    assert sent["anthropic-beta"] == "new-2030,other"
    assert sent["anthropic-version"] == "2026-10-21"
    assert sent["anthropic-workspace-id"] == "w"
    assert sent["x-api-key"] == "k"
    assert not {"authorization", "accept-encoding", "host", "x-forwarded-for", "x-ccr-route", "cookie"} & set(
        sent
    )
    bearer = PROTOCOL.headers(call({}, auth="bearer"))
    assert bearer["authorization"] == "Bearer k"
    assert "x-api-key" not in bearer


def test_untouched_bytes_are_relayed_and_foreign_thinking_is_not() -> None:
    thought = {"type": "thinking", "thinking": "a", "signature": "ccr1.x."}
    foreign = {"messages": [{"role": "assistant", "content": [thought]}]}
    assert PROTOCOL.relay(call({"model": "m"}, b'{"model":"m"}')) == b'{"model":"m"}'
    assert PROTOCOL.relay(call({"model": "m"}, None)) is None
    assert PROTOCOL.relay(call(foreign)) is None
    assert PROTOCOL.encode(call(foreign))["messages"][0]["content"] == [
        {"type": "text", "text": "(no content)"}
    ]
    assert foreign["messages"][0]["content"] == [thought]
