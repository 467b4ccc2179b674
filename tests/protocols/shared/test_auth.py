"""The header that shows the key."""

from __future__ import annotations

import pytest

from ccr.config.provider import Auth, Provider
from ccr.exchange import Call, Target
from ccr.protocols.shared.auth import credential


def call(auth: Auth | None, key: str = "k") -> Call:
    provider = Provider("p", "https://a.example", "openai_chat", auth=auth)
    return Call(Target(provider, "m"), {}, stream=False, key=key)


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        (None, {"authorization": "Bearer k"}),
        ("bearer", {"authorization": "Bearer k"}),
        ("google", {"authorization": "Bearer k"}),
        ("api-key", {"api-key": "k"}),
        ("x-api-key", {"x-api-key": "k"}),
        ("x-goog-api-key", {"x-goog-api-key": "k"}),
        ("none", {}),
        ("aws", {}),
    ],
)
def test_one_header_for_one_key(auth: Auth | None, headers: dict[str, str]) -> None:
    assert credential(call(auth), "bearer") == headers
    assert credential(call(auth, key=""), "bearer") == {}
