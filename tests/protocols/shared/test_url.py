"""Bases and endpoints, completed."""

from __future__ import annotations

import pytest

from ccr.protocols.shared.url import completed


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://a.example", "https://a.example/v1/chat/completions"),
        ("https://a.example/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions"),
        ("https://a.example/chat/completions", "https://a.example/chat/completions"),
        ("https://a.example/api", "https://a.example/api/v1/chat/completions"),
        ("https://a.example/api/coding/paas/v4", "https://a.example/api/coding/paas/v4/chat/completions"),
        ("https://a.example/v1beta/openai", "https://a.example/v1beta/openai/chat/completions"),
        ("https://a.example/openai/deployments/d", "https://a.example/openai/deployments/d/chat/completions"),
        ("https://a.example/v1?x=1", "https://a.example/v1/chat/completions?x=1"),
    ],
)
def test_bases(base: str, url: str) -> None:
    assert completed(base, "/chat/completions") == url


def test_parameters_are_added_and_the_base_s_own_win() -> None:
    base = "https://a.example/v1?api-version=2"
    assert completed(base, "/x", {"api-version": "1", "y": "2"}) == "https://a.example/v1/x?api-version=2&y=2"
