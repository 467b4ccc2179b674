"""Claude at Vertex AI: the same words at another address."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccr.errors import BadRequest, Rejected
from ccr.exchange import Call
from ccr.protocols import protocol, protocol_of
from ccr.protocols.anthropic.vertex import PROTOCOL, VERSION
from tests.protocols.support import a_call, message_of

BASE = (
    "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/"
)
MODEL = "claude-sonnet-4-5@20250929"
PLACE = {"project": "p", "location": "us-east5"}


def call_of(body: dict[str, Any] | None = None, raw: bytes | None = None, **about: Any) -> Call:
    call = a_call("anthropic", body, **{"base": BASE, "model": MODEL, "auth": "google", **about})
    call.raw = raw
    return call


@pytest.mark.parametrize(
    ("base", "is_vertex"),
    [
        (BASE, True),
        ("https://aiplatform.googleapis.com", True),
        ("http://127.0.0.1:9/v1/projects/p/locations/l/publishers/anthropic/models", True),
        ("https://api.anthropic.com/v1/messages", False),
    ],
)
def test_the_address_tells_vertex(base: str, *, is_vertex: bool) -> None:
    found = protocol_of(a_call("anthropic", base=base).target)
    assert found is (PROTOCOL if is_vertex else protocol("anthropic"))


@pytest.mark.parametrize(
    "base", [BASE, BASE.rstrip("/"), "https://us-east5-aiplatform.googleapis.com", f"{BASE}old:rawPredict"]
)
def test_addresses(base: str) -> None:
    url = PROTOCOL.endpoint(call_of(base=base, options=PLACE))
    assert url == f"{BASE}{MODEL}:rawPredict"
    assert (
        PROTOCOL.endpoint(call_of({"stream": True}, base=base, options=PLACE))
        == f"{BASE}{MODEL}:streamRawPredict"
    )


@pytest.mark.parametrize("base", ["https://aiplatform.googleapis.com", BASE.replace("/p/", "/{project}/")])
def test_an_unknown_project_is_asked_for(base: str) -> None:
    with pytest.raises(BadRequest, match='Give the provider a "project"'):
        PROTOCOL.endpoint(call_of(base=base))


def test_the_model_is_in_the_address_and_the_version_in_the_body() -> None:
    raw = b'{"model":"p,m","messages":[{"role":"user","content":"\\u00fc"}],"max_tokens":9,"stream":true}'
    call = call_of(json.loads(raw), raw)
    relayed = PROTOCOL.relay(call)
    assert relayed is not None
    assert b'"content":"\\u00fc"' in relayed
    assert json.loads(relayed) == PROTOCOL.encode(call)
    expected = {key: value for key, value in json.loads(raw).items() if key != "model"}
    assert json.loads(relayed) == expected | {"anthropic_version": VERSION}


def test_our_own_thinking_is_never_relayed() -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "ccr1.abc."}
    messages = [{"role": "assistant", "content": [thought]}]
    raw = json.dumps({"model": "m", "messages": messages}).encode()
    assert PROTOCOL.relay(call_of({"messages": messages}, raw)) is None


def test_betas_go_along_and_the_client_s_credentials_do_not() -> None:
    theirs = {"anthropic-beta": "b1,b2", "anthropic-version": "2023-06-01", "x-api-key": "theirs"}
    headers = PROTOCOL.headers(call_of(headers=theirs, key=""))
    assert headers["anthropic-beta"] == "b1,b2"
    assert not {"x-api-key", "authorization", "anthropic-version"} & set(headers)
    assert PROTOCOL.headers(call_of(key="ya29.token"))["authorization"] == "Bearer ya29.token"


def test_errors_of_google_and_of_anthropic_are_both_quoted() -> None:
    google = b'{"error":{"code":404,"message":"Publisher Model not found.","status":"NOT_FOUND"}}'
    error = PROTOCOL.error(call_of(), 404, {}, google)
    assert isinstance(error, Rejected)
    assert error.message == "Publisher Model not found."
    own = b'{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: required"}}'
    assert PROTOCOL.error(call_of(), 400, {}, own).raw == own


def test_answers_are_anthropic_s() -> None:
    message = {
        "id": "msg_vrtx_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": [{"type": "text", "text": "Hi."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 2},
    }
    assert message_of(json.dumps(message).encode(), call_of())["content"] == message["content"]
