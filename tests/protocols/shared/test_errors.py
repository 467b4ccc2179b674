"""A provider's failure, in whatever shape it comes."""

# ruff: noqa: E501 - sentences of providers are tested as they are sent

from __future__ import annotations

import json
from typing import Any

import pytest

from ccr.config.provider import ModelFacts, Provider
from ccr.errors import Broken, KeyRefused, Overloaded, Rejected, UpstreamError
from ccr.exchange import Call, Target
from ccr.protocols.shared import errors


def a_call(**about: Any) -> Call:
    provider = Provider("example", "https://a.example", "openai_chat", **about)
    body: Any = {"messages": [{"role": "user", "content": "Hi."}]}
    return Call(Target(provider, "m"), body, stream=True, key="sk-secret")


def failed(status: int, body: Any, **headers: str) -> UpstreamError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return errors.of_status(a_call(), status, headers, raw)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "Invalid API Key", "code": "x"}}, "Invalid API Key"),
        ({"error": "The model was deprecated", "code": "y"}, "The model was deprecated"),
        ({"message": "Not here"}, "Not here"),
        ({"detail": "Nope"}, "Nope"),
        ({"detail": [{"loc": ["body"], "msg": "Field required"}, {"msg": "Too short"}]}, "Field required: Too short"),
        ([{"error": {"message": "Unknown parameter"}}], "Unknown parameter"),
        ({"error": {"message": "Provider returned error", "metadata": {"raw": "try later"}}}, "Provider returned error: try later"),
        ({"error": {"message": "Outer", "metadata": {"raw": '{"error":{"message":"Inner"}}'}}}, "Outer: Inner"),
        ({"error": {"message": "Same", "metadata": {"raw": {"message": "Same"}}}}, "Same"),
        ({"error": {"message": '{"error":{"message":"In a text"}}'}}, "In a text"),
        (b"plain words", "plain words"),
    ],
)  # fmt: skip
def test_the_message_is_found(body: Any, said: str) -> None:
    assert failed(400, body).message == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The provider answered with status 502 and no message."),
        (b"<html><head><title>502 Bad Gateway</title></head></html>", "The provider answered with status 502: 502 Bad Gateway"),
        (b"<html>no title</html>", "The provider answered with status 502 and no message."),
        (b"{}", "The provider answered with status 502: {}"),
    ],
)  # fmt: skip
def test_an_answer_that_says_nothing_is_told_by_its_status(body: bytes, said: str) -> None:
    assert failed(502, body).message == said


@pytest.mark.parametrize(
    ("status", "kind", "named"),
    [
        (400, Rejected, "invalid_request_error"),
        (401, KeyRefused, "authentication_error"),
        (403, KeyRefused, "permission_error"),
        (404, Rejected, "not_found_error"),
        (413, Rejected, "request_too_large"),
        (429, Overloaded, "rate_limit_error"),
        (500, Broken, "api_error"),
        (529, Overloaded, "overloaded_error"),
    ],
)
def test_the_status_stays(status: int, kind: type[UpstreamError], named: str) -> None:
    error = failed(status, {"error": {"message": "No."}})
    assert (error.status, type(error), error.type, error.provider) == (status, kind, named, "example")


def test_a_bad_key_of_google_s_is_a_401() -> None:
    details = [{"reason": "API_KEY_INVALID"}]
    assert failed(400, {"error": {"message": "API key not valid.", "details": details}}).status == 401


def test_when_to_come_back_is_passed_on() -> None:
    told = {"retry-after": "7", "x-should-retry": "false", "set-cookie": "x"}
    assert failed(429, {}, **told).headers == {"retry-after": "7", "x-should-retry": "false"}
    google = {"error": {"message": "Quota", "details": [{"retryDelay": "34.07s"}]}}
    assert failed(429, google).headers == {"retry-after": "35"}
    assert failed(429, google, **{"retry-after": "1"}).headers == {"retry-after": "1"}


def test_a_prompt_that_is_too_long_is_a_400_in_the_client_s_words() -> None:
    said = "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."
    for status in (400, 413, 500):
        error = failed(status, {"error": {"message": said}})
        assert (error.status, type(error)) == (400, Rejected)
        assert error.message == f"prompt is too long: 9000 tokens > 8192 maximum ({said})"
    limited = failed(429, {"error": {"message": said}})
    assert (limited.status, limited.message) == (429, said)
    assert errors.in_answer({"error": {"message": said}}).status == 400


def test_a_window_that_the_provider_does_not_tell_may_be_known() -> None:
    call = a_call(facts={"m": ModelFacts(context_window=1000)})
    error = errors.of_status(call, 400, {}, b'{"error":{"message":"x","code":"context_length_exceeded"}}')
    assert error.message == "prompt is too long: 1001 tokens > 1000 maximum (x)"


def test_the_key_is_never_repeated() -> None:
    assert "sk-secret" not in failed(401, {"error": {"message": "Incorrect API key: sk-secret."}}).message


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"error": {"message": "m", "code": 429}}, 429),
        ({"error": {"message": "m", "code": "429"}}, 429),
        ({"error": {"message": "m", "status_code": 400}}, 400),
        ({"error": {"message": "m", "status": "UNAVAILABLE", "code": None}}, 503),
        ({"error": {"message": "m", "type": "overloaded_error"}}, 529),
        ({"error": {"message": "m", "code": 1234}}, 502),
        ([{"error": {"message": "m", "code": 401}}], 401),
        ("m", 502),
        (None, 502),
    ],
)
def test_the_status_of_an_error_inside_an_answer(value: Any, status: int) -> None:
    assert errors.in_answer(value, a_call()).status == status


def test_a_200_that_is_no_answer_is_quoted() -> None:
    assert "upstream connect error" in errors.no_answer(b"upstream connect error").message
    assert errors.no_answer(b'{"error":{"message":"m","code":429}}').status == 429
    assert "(nothing)" in errors.no_answer(b"").message
