"""Every preset: it loads, and its requests go to the right place, with the right credential and body."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.anthropic.events import understood
from ccr.config.presets import Preset, presets
from ccr.config.provider import Provider
from ccr.config.urls import filled
from ccr.exchange import Call, Target
from ccr.protocols import protocol_of
from tests.config.conftest import Read, read, write
from tests.grammar import check
from tests.protocols.answers import whole

__all__ = ["read", "write"]  # fixtures of theirs

TABLE = presets()
OPTIONS = {"region": "eu-west-1", "location": "europe-west1", "project": "p", "resource": "acme"}
CASES = [(name, protocol) for name, row in sorted(TABLE.provider.items()) for protocol in row.base_url]
BODY: dict[str, Any] = {
    "model": "p,m",
    "system": "Be brief.",
    "messages": [{"role": "user", "content": "Hello"}],
    "tools": [
        {"name": "Read", "description": "Reads.", "input_schema": {"type": "object", "properties": {}}}
    ],
    "max_tokens": 100,
}

#: what a protocol's endpoint has behind the address in the preset, and with which header a key is shown
BEHIND = {
    "anthropic": "",
    "openai_chat": "",
    "openai_responses": "",
    "gemini": "m-1:generateContent",
    "bedrock": "/model/m-1/converse",
    "ollama": "",
    "cohere": "",
}
SHOWN = {
    "anthropic": ("x-api-key", "the-key"),
    "openai_chat": ("authorization", "Bearer the-key"),
    "openai_responses": ("authorization", "Bearer the-key"),
    "gemini": ("x-goog-api-key", "the-key"),
    "bedrock": ("authorization", "Bearer the-key"),
    "ollama": ("authorization", "Bearer the-key"),
    "cohere": ("authorization", "Bearer the-key"),
}
BY_AUTH = {
    "bearer": ("authorization", "Bearer the-key"),
    "google": ("authorization", "Bearer the-key"),
    "aws": ("authorization", "Bearer the-key"),
    "x-api-key": ("x-api-key", "the-key"),
    "api-key": ("api-key", "the-key"),
}
CREDENTIALS = {"authorization", "x-api-key", "x-goog-api-key", "api-key"}


def provider(name: str, protocol: str, load: Read, **more: Any) -> Provider:
    entry = {"name": name, "api_key": "the-key", "protocol": protocol, **OPTIONS, **more}
    (found,) = load({"Providers": [entry]}).providers
    return found


def call_to(found: Provider, *, stream: bool = False, model: str = "m-1") -> Call:
    body: Any = {**BODY, "stream": stream}
    theirs = {"authorization": "Bearer theirs", "x-api-key": "theirs"}
    return Call(Target(found, model), body, stream, headers=theirs, key=next(iter(found.keys), ""))


@pytest.mark.parametrize(("name", "protocol"), CASES)
def test_requests_go_where_the_preset_says(name: str, protocol: str, read: Read) -> None:
    call = call_to(provider(name, protocol, read))
    base = filled(TABLE.provider[name].base_url[protocol], OPTIONS)
    behind = "m-1:rawPredict" if name == "vertex-claude" else BEHIND[protocol]
    assert protocol_of(call.target).endpoint(call) == base + behind


def way(row: Preset, protocol: str) -> tuple[str, str]:
    auth = row.auth_for(protocol)
    return BY_AUTH[auth] if auth else SHOWN[protocol]


@pytest.mark.parametrize(("name", "protocol"), CASES)
def test_requests_show_the_provider_s_key_and_no_other(name: str, protocol: str, read: Read) -> None:
    call = call_to(provider(name, protocol, read))
    headers = protocol_of(call.target).headers(call)
    shown = {key: value for key, value in headers.items() if key in CREDENTIALS}
    assert shown == dict([way(TABLE.provider[name], protocol)])
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(("name", "protocol"), CASES)
def test_requests_ask_what_was_asked_and_answers_are_read(name: str, protocol: str, read: Read) -> None:
    call = call_to(provider(name, protocol, read))
    spoken = protocol_of(call.target)
    payload = str(spoken.encode(call))
    assert "Hello" in payload
    assert "Be brief." in payload
    assert "Read" in payload
    assert call.notes == []
    decoder = spoken.decoder(call)
    events = [*decoder.feed(whole(protocol)), *([] if decoder.done else decoder.end())]
    assert decoder.failed is None
    message = check([understood(event) for event in events])
    assert message["content"] == [{"type": "text", "text": "Hi."}]
    assert (message["usage"]["input_tokens"], message["usage"]["output_tokens"]) == (3, 2)


@pytest.mark.parametrize(
    ("entry", "model", "stream", "url", "header"),
    [
        (
            {"name": "azure", "resource": "acme", "api_version": "2025-04-01-preview"},
            "gpt-5",
            False,
            "https://acme.openai.azure.com/openai/deployments/gpt-5/chat/completions?api-version=2025-04-01-preview",
            "api-key",
        ),
        (
            {
                "name": "azure",
                "resource": "acme",
                "protocol": "openai-responses",
                "api_version": "2025-04-01-preview",
            },
            "gpt-5",
            True,
            "https://acme.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
            "api-key",
        ),
        (
            {
                "name": "ours",
                "api_base_url": "https://acme.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
            },
            "d",
            False,
            "https://acme.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
            "api-key",
        ),
        (
            {"name": "azure", "resource": "acme", "protocol": "anthropic"},
            "claude-sonnet-4-5",
            True,
            "https://acme.services.ai.azure.com/anthropic/v1/messages",
            "x-api-key",
        ),
        (
            {"name": "bedrock", "region": "eu-west-1", "api": "invoke"},
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            True,
            (
                "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
                "us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream"
            ),
            "authorization",
        ),
        (
            {"name": "bedrock", "api_base_url": "https://bedrock-runtime.us-east-1.amazonaws.com"},
            "us.amazon.nova-2-lite-v1:0",
            True,
            "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.amazon.nova-2-lite-v1:0/converse-stream",
            "authorization",
        ),
        (
            {"name": "mine", "transformer": {"use": ["vertex-claude"]}, "project": "p"},
            "claude-sonnet-4-5@20250929",
            True,
            (
                "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/"
                "claude-sonnet-4-5@20250929:streamRawPredict"
            ),
            "authorization",
        ),
        (
            {"name": "mine", "transformer": {"use": ["vertex-gemini"]}, "project": "p", "location": "global"},
            "gemini-2.5-pro",
            True,
            (
                "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/"
                "gemini-2.5-pro:streamGenerateContent?alt=sse"
            ),
            "authorization",
        ),
        (
            {"name": "mine", "transformer": {"use": ["vertex-openai"]}, "project": "p"},
            "meta/llama-3.3-70b-instruct-maas",
            True,
            (
                "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/endpoints/openapi/"
                "chat/completions"
            ),
            "authorization",
        ),
    ],
    ids=[
        *(
            "azure-dated",
            "azure-responses",
            "azure-deployment",
            "azure-claude",
            "bedrock-invoke",
            "bedrock-url",
        ),
        *("vertex-claude", "vertex-gemini", "vertex-openai"),
    ],
)
def test_clouds(entry: Any, model: str, url: str, header: str, read: Read, *, stream: bool) -> None:
    (found,) = read({"Providers": [{"api_key": "the-key", **entry}]}).providers
    call = call_to(found, stream=stream, model=model)
    assert protocol_of(call.target).endpoint(call) == url
    headers = protocol_of(call.target).headers(call)
    assert {name for name in headers if name in CREDENTIALS} == {header}
    assert "theirs" not in str(headers)
