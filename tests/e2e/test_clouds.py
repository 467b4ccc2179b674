"""Clouds in front of a real router: signed requests, minted tokens, binary streams."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.e2e.router import router
from tests.e2e.upstream import FakeUpstream, Reply, Seen, chunk, json_answer, sse, stream
from tests.protocols.answers import MESSAGE, WHOLE
from tests.protocols.bedrock.test_response import STOP, USAGE, delta
from tests.protocols.bedrock.test_response import stream as frames
from tests.upstream.credentials.sigv4 import is_signed
from tests.wire.test_eventstream import event

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
BODY: dict[str, Any] = {"max_tokens": 50, "messages": [{"role": "user", "content": "hé"}]}
HEAD = (
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
    b"content-type: application/vnd.amazon.eventstream\r\n\r\n"
)
EVENTS: list[dict[str, Any]] = [
    {"type": "message_start", "message": {**MESSAGE, "content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi."}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 2},
    },
    {"type": "message_stop"},
]


def binary(payload: bytes, size: int = 37) -> Reply:
    """A binary stream in small pieces."""

    async def reply(writer: asyncio.StreamWriter, _seen: Seen) -> None:
        writer.write(HEAD)
        for start in range(0, len(payload), size):
            writer.write(chunk(payload[start : start + size]))
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return reply


async def ask(url: str, body: dict[str, Any]) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.post(f"{url}/v1/messages", json=body) as response:
        return response.status, await response.read()


def text_of(raw: bytes) -> str:
    """The text in a stream of Anthropic's."""
    lines = [json.loads(line[6:]) for line in raw.decode().split("\n") if line.startswith("data: ")]
    assert [value["type"] for value in lines if value["type"] != "ping"][-1] == "message_stop"
    return "".join(
        value["delta"].get("text", "") for value in lines if value["type"] == "content_block_delta"
    )


def aws(upstream: FakeUpstream, **more: Any) -> dict[str, Any]:
    keys = {"access_key_id": "AKID", "secret_access_key": "secret", "region": "eu-west-1"}
    entry = {
        "name": "aws",
        "protocol": "bedrock",
        "auth": "aws",
        "api_base_url": upstream.url,
        "models": ["m"],
    }
    return {"Providers": [{**entry, **keys, **more}], "Router": {"default": "aws,m"}}


async def test_converse_is_signed_and_its_stream_translated(upstream: FakeUpstream, tmp_path: Path) -> None:
    upstream.reply(binary(frames(delta(0, text="Hi "), delta(0, text="there."), STOP, USAGE)))
    async with router(tmp_path, aws(upstream)) as url:
        status, raw = await ask(url, {**BODY, "model": f"aws,{CLAUDE}", "stream": True})
    assert (status, text_of(raw)) == (200, "Hi there.")
    (seen,) = upstream.requests
    assert seen.path == f"/model/{CLAUDE}/converse-stream"
    assert is_signed(seen.path, seen.headers, seen.body, "secret")


async def test_claude_s_own_words_are_signed_and_unframed(upstream: FakeUpstream, tmp_path: Path) -> None:
    inner = (
        json.dumps({"bytes": base64.b64encode(json.dumps(e).encode()).decode()}).encode() for e in EVENTS
    )
    upstream.reply(binary(b"".join(event("chunk", payload) for payload in inner)))
    async with router(tmp_path, aws(upstream, api="invoke")) as url:
        status, raw = await ask(url, {**BODY, "model": f"aws,{CLAUDE}", "stream": True})
    assert (status, text_of(raw)) == (200, "Hi.")
    (seen,) = upstream.requests
    assert seen.path == f"/model/{CLAUDE}/invoke-with-response-stream"
    assert is_signed(seen.path, seen.headers, seen.body, "secret")
    assert seen.json == {**BODY, "anthropic_version": "bedrock-2023-05-31"}


async def test_a_bedrock_key_is_shown_and_nothing_signed(upstream: FakeUpstream, tmp_path: Path) -> None:
    upstream.reply(json_answer(WHOLE["bedrock"]))
    entry = {"name": "bedrock", "api_key": "bedrock-key", "api_base_url": upstream.url, "models": ["m"]}
    async with router(tmp_path, {"Providers": [entry], "Router": {"default": "bedrock,m"}}) as url:
        status, raw = await ask(url, {**BODY, "model": "x"})
    assert status == 200
    assert json.loads(raw)["content"] == MESSAGE["content"]
    assert upstream.requests[0].headers["authorization"] == "Bearer bedrock-key"


async def test_missing_credentials_are_told_to_the_client(
    upstream: FakeUpstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    async with router(tmp_path, aws(upstream, access_key_id="", secret_access_key="")) as url:
        status, raw = await ask(url, {**BODY, "model": "x"})
    assert status == 401
    assert "AWS_ACCESS_KEY_ID" in json.loads(raw)["error"]["message"]
    assert upstream.requests == []


async def test_vertex_claude_gets_a_token_of_its_service_account(
    upstream: FakeUpstream, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {"type": "service_account", "client_email": "r@p", "private_key": pem.decode()}
    models = f"{upstream.url}/v1/projects/p/locations/l/publishers/anthropic/models/"
    entry = {
        "name": "vertex-claude",
        "api_base_url": models,
        "service_account": {**account, "token_uri": f"{upstream.url}/token"},
        "models": ["m@1"],
    }
    upstream.reply(
        json_answer({"access_token": "ya29.x", "expires_in": 3600}), stream(sse(*EVENTS, named=True))
    )
    async with router(tmp_path, {"Providers": [entry], "Router": {"default": "vertex-claude,m@1"}}) as url:
        for _ in range(2):
            status, raw = await ask(url, {**BODY, "model": "x", "stream": True})
            assert (status, text_of(raw)) == (200, "Hi.")
    token, first, second = upstream.requests
    assert token.path == "/token"
    for seen in (first, second):
        assert seen.path == "/v1/projects/p/locations/l/publishers/anthropic/models/m@1:streamRawPredict"
        assert seen.headers["authorization"] == "Bearer ya29.x"
        assert seen.json == {**BODY, "stream": True, "anthropic_version": "vertex-2023-10-16"}
