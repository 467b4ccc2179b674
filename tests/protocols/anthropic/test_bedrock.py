"""Claude at Bedrock in its own words: Anthropic's bodies, Anthropic's events in AWS's frames."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Opaque, sse, understood
from ccr.errors import Broken, Overloaded, Rejected
from ccr.exchange import Call
from ccr.protocols import protocol_of
from ccr.protocols.anthropic.bedrock import PROTOCOL, VERSION
from tests.grammar import check
from tests.protocols.support import a_call, cut, cut_bytes, decode, golden, message_of, payload_of, plain
from tests.wire.test_eventstream import event

CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
ANSWERS = golden("bedrock_invoke", "answers")


def call_of(body: dict[str, Any] | None = None, raw: bytes | None = None, **about: Any) -> Call:
    about.setdefault("options", {"api": "invoke"})
    call = a_call("bedrock", body, **{"model": CLAUDE, **about})
    call.raw = raw
    return call


def chunk(value: dict[str, Any]) -> bytes:
    inner = base64.b64encode(json.dumps(value).encode()).decode()
    return event("chunk", json.dumps({"bytes": inner, "p": "abc"}).encode())


START = chunk({"type": "message_start", "message": {"id": "m", "content": [], "usage": {}}})
TEXT = chunk({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})


@pytest.mark.parametrize(
    ("model", "options", "chosen"),
    [
        (CLAUDE, {"api": "invoke"}, True),
        (CLAUDE, {}, False),
        (CLAUDE, {"api": "converse"}, False),
        ("us.amazon.nova-2-lite-v1:0", {"api": "invoke"}, False),
        ("arn:aws:bedrock:x", {"api": "invoke", "family": "claude"}, True),
    ],
)
def test_invoke_is_for_claude_when_asked(model: str, options: dict[str, Any], *, chosen: bool) -> None:
    assert (protocol_of(a_call("bedrock", model=model, options=options).target) is PROTOCOL) is chosen


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_golden_answers_whole_and_byte_by_byte(name: str, answer: dict[str, Any]) -> None:
    call = call_of(answer["asked"], model=answer["model"])
    payload = payload_of(answer["answer"])
    assert message_of(payload, call) == answer["message"], name
    events, failed = decode(cut_bytes(payload), call)
    assert failed is None
    assert plain(check([understood(e) for e in events]), call) == answer["message"]


@given(st.data())
def test_what_is_relayed_is_a_stream_of_anthropic_s(data: st.DataObject) -> None:
    """The client sees the same events, as SSE, without Bedrock's own metrics."""
    _, answer = data.draw(
        st.sampled_from([pair for pair in ANSWERS if "eventstream_b64" in pair[1]["answer"]])
    )
    call = call_of(answer["asked"], model=answer["model"])
    decoder, out = PROTOCOL.relay_decoder(call), b""
    for piece in data.draw(cut(payload_of(answer["answer"]))):
        for relayed in decoder.feed(piece):
            assert isinstance(relayed, Opaque)
            out += sse(relayed)
    assert decoder.done
    assert b"amazon-bedrock" not in out
    names = [line[7:] for line in out.decode().split("\n") if line.startswith("event: ")]
    assert (names[0], names[-1]) == ("message_start", "message_stop")


def recordings(shared: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((shared / "recordings" / "bedrock-invoke").glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if "claude" in (found["model"] or ""):
            yield path.stem, found


def test_every_recorded_answer_of_claude_is_read(shared: Path) -> None:
    for name, recording in recordings(shared):
        response = recording["response"]
        call = call_of({"stream": "eventstream_b64" in response}, model=recording["model"])
        body = json.dumps(response.get("body")).encode()
        if response["status"] >= 400:
            error = PROTOCOL.error(call, response["status"], {}, body)
            assert error.message == response["body"]["message"], name
            continue
        payload = base64.b64decode(response["eventstream_b64"]) if response.get("eventstream_b64") else body
        message = message_of(payload, call)
        assert message["usage"]["output_tokens"] > 0, name
        if response.get("body"):
            assert message["content"] == response["body"]["content"], name


def test_recorded_requests_are_what_is_sent(shared: Path) -> None:
    for name, recording in recordings(shared):
        recorded = recording["request"]["body"]
        asked = {key: value for key, value in recorded.items() if key != "anthropic_version"}
        if "messages" not in asked:
            continue
        call = call_of({"model": "p,m", **asked}, model=recording["model"])
        assert PROTOCOL.encode(call) == {"max_tokens": 4096} | recorded, name
        assert PROTOCOL.endpoint(call).endswith(f"/model/{recording['model']}/invoke")


def test_bytes_stay_what_they_were_but_for_what_bedrock_wants_otherwise() -> None:
    raw = (
        b'{"model":"p,m","messages":[{"role":"user","content":"\\u00fc 1.0"}],"max_tokens":9,"stream":true,'
        b'"metadata":{"user_id":"u"},"context_management":{"edits":[]},"temperature":1.0}'
    )
    body = json.loads(raw)
    call = call_of(
        body, raw, headers={"anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14"}
    )
    relayed = PROTOCOL.relay(call)
    assert relayed is not None
    assert b'"content":"\\u00fc 1.0"' in relayed
    assert b'"temperature":1.0' in relayed
    assert json.loads(relayed) == PROTOCOL.encode(call)
    assert set(json.loads(relayed)) == {
        "messages",
        "max_tokens",
        "temperature",
        "anthropic_version",
        "anthropic_beta",
    }
    assert json.loads(relayed)["anthropic_version"] == VERSION
    assert json.loads(relayed)["anthropic_beta"] == ["interleaved-thinking-2025-05-14"]


def test_betas_may_be_added_and_keep_what_they_allow() -> None:
    headers = {"anthropic-beta": "context-management-2025-06-27, new-one-2027-01-01"}
    options = {"api": "invoke", "betas": ["new-one-2027-01-01"]}
    body = PROTOCOL.encode(call_of({"context_management": {"edits": []}}, headers=headers, options=options))
    assert body["anthropic_beta"] == ["context-management-2025-06-27", "new-one-2027-01-01"]
    assert "context_management" in body


def test_thinking_that_is_not_anthropic_s_is_not_relayed() -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "ccr1.abc."}
    messages = [{"role": "assistant", "content": [thought]}]
    raw = json.dumps({"model": "m", "messages": messages}).encode()
    call = call_of({"messages": messages}, raw)
    assert PROTOCOL.relay(call) is None
    assert PROTOCOL.encode(call)["messages"][0]["content"][0]["type"] == "text"


def test_an_exception_after_the_beginning_ends_the_answer() -> None:
    body = b'{"message":"Too many tokens, please wait before trying again."}'
    events, failed = decode([START + TEXT + event("throttlingException", body, "exception")], call_of())
    assert len(events) == 2
    assert isinstance(failed, Overloaded)
    assert failed.status == 429


@pytest.mark.parametrize(
    "tail", [b"", event("chunk")[:-3], event("chunk", b"not JSON"), b"\x00garbage.........."]
)
def test_a_stream_without_its_end_is_broken(tail: bytes) -> None:
    _, failed = decode([START + TEXT + tail], call_of())
    assert isinstance(failed, Broken)


def test_errors_are_quoted_and_too_long_prompts_told_in_claude_s_words() -> None:
    error = PROTOCOL.error(call_of(), 400, {}, b'{"message":"Input is too long for requested model."}')
    assert isinstance(error, Rejected)
    assert error.message.startswith("prompt is too long")


def test_keys_are_bearers_and_the_client_s_headers_stay_behind() -> None:
    call = call_of(headers={"anthropic-beta": "x", "x-app": "cli", "authorization": "Bearer theirs"})
    headers = PROTOCOL.headers(call)
    assert headers["authorization"] == "Bearer sk-example"
    assert set(headers) == {"authorization", "accept", "content-type"}
