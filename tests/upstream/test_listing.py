"""The list of a provider's models is where its protocol has it, in any of the known shapes."""

from __future__ import annotations

import pytest

from ccr.config.provider import Provider
from ccr.errors import Broken
from ccr.exchange import Call, Target
from ccr.upstream.listing import list_url, names_in


@pytest.mark.parametrize(
    ("protocol", "base", "url"),
    [
        ("openai_chat", "https://a.example/v1/chat/completions", "https://a.example/v1/models"),
        ("openai_chat", "https://a.example/v1", "https://a.example/v1/models"),
        ("openai_responses", "https://a.example/v1/responses", "https://a.example/v1/models"),
        (
            "anthropic",
            "https://a.example/api/anthropic",
            "https://a.example/api/anthropic/v1/models?limit=1000",
        ),
        ("gemini", "https://a.example/v1beta/models/", "https://a.example/v1beta/models?pageSize=1000"),
        ("ollama", "http://localhost:11434", "http://localhost:11434/api/tags"),
        ("cohere", "https://a.example/v2/chat", "https://a.example/v1/models"),
        ("bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com", None),
    ],
)
def test_where_it_is(protocol: str, base: str, url: str | None) -> None:
    provider = Provider(name="a", base_url=base, protocol=protocol)
    assert list_url(Call(Target(provider, "-"), {"model": "-", "messages": []}, stream=False)) == url


GEMINI = b"""{"models": [
  {"name": "models/a", "supportedGenerationMethods": ["generateContent"]},
  {"name": "models/b"},
  {"name": "models/e", "supportedGenerationMethods": ["embedContent"]}
]}"""


@pytest.mark.parametrize(
    "body",
    [
        b'{"object": "list", "data": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}',
        GEMINI,
        b'[{"id": "a"}, {"id": "b"}, {"object": "model"}, 3]',
        b'{"models": ["a", "b"]}',
    ],
)
def test_what_is_in_it(body: bytes) -> None:
    assert names_in(body) == ["a", "b"]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "x"}', b"3"])
def test_what_is_no_list_is_told(body: bytes) -> None:
    with pytest.raises(Broken, match="no list of models"):
        names_in(body)
