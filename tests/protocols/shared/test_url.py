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


AZURE = "https://acme.openai.azure.com"


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        (
            f"{AZURE}/openai/v1/chat/completions",
            "/chat/completions",
            "/openai/deployments/gpt-5/chat/completions",
        ),
        (AZURE, "/chat/completions", "/openai/deployments/gpt-5/chat/completions"),
        (f"{AZURE}/openai", "/responses", "/openai/responses"),
        (f"{AZURE}/openai/v1/responses", "/responses", "/openai/responses"),
        (f"{AZURE}/openai/deployments/d", "/chat/completions", "/openai/deployments/d/chat/completions"),
        (f"{AZURE}/models", "/chat/completions", "/models/chat/completions"),
        (f"{AZURE}/gateway/chat/completions", "/chat/completions", "/gateway/chat/completions"),
    ],
)
def test_a_dated_version_of_azure_is_asked_at_its_deployments(base: str, path: str, url: str) -> None:
    found = completed(base, path, {"api-version": "2025-04-01-preview"}, "gpt-5")
    assert found == f"{AZURE}{url}?api-version=2025-04-01-preview"


def test_a_model_may_stand_in_the_address() -> None:
    base = "https://a.example/openai/deployments/{model}"
    assert completed(base, "/chat/completions", None, "my/model").endswith("/my%2Fmodel/chat/completions")
