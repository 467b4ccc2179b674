"""When a provider takes requests again, in each way of saying it."""

# ruff: noqa: E501 - one case, one line

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.request import Body
from ccr.config.provider import Provider
from ccr.exchange import Call, Target
from ccr.protocols.anthropic import PROTOCOL as ANTHROPIC
from ccr.protocols.anthropic.answer import stream_error
from ccr.protocols.shared import errors
from ccr.protocols.shared.resets import LONGEST, reset_of

NOW = 1_790_000_000.0  # 2026-09-21T14:13:20Z
DATE = formatdate(NOW, usegmt=True)


def reset(
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    said: str = "",
    status: int = 429,
) -> float | None:
    return reset_of(status, {"date": DATE, **(headers or {})}, body or {}, said)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": formatdate(NOW + 90, usegmt=True)}, 90),
        ({"retry-after": formatdate(NOW - 90, usegmt=True)}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "0", "retry-after": "1"}, 1),
        ({"anthropic-ratelimit-tokens-reset": "2026-09-21T14:14:20Z", "anthropic-ratelimit-tokens-remaining": "0"}, 60),
        ({"anthropic-ratelimit-unified-reset": str(int(NOW) + 3600)}, 3600),
        ({"anthropic-ratelimit-unified-reset": str(int(NOW) + 9), "anthropic-ratelimit-unified-status": "allowed"}, None),
        ({"x-ratelimit-reset-requests": "1m3.5s", "x-ratelimit-remaining-requests": "0"}, 63.5),
        ({"x-ratelimit-reset-tokens": "6ms", "x-ratelimit-remaining-tokens": "0"}, 0.006),
        ({"x-ratelimit-reset-tokens-minute": "59.84", "x-ratelimit-remaining-tokens-minute": "0"}, 59.84),
        ({"x-ratelimit-reset": str(int(NOW) + 30), "x-ratelimit-remaining": "0"}, 30),
        ({"x-ratelimit-reset": str((int(NOW) + 30) * 1000)}, 30),
        ({"x-ratelimit-reset": str(int(NOW + 2 * LONGEST))}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert reset(headers) == (None if seconds is None else pytest.approx(seconds, abs=1e-3))


def bucket(kind: str, left: int, wait: str, limit: int = 100) -> dict[str, str]:
    said = {"remaining": left, "limit": limit, "reset": wait}
    return {f"x-ratelimit-{name}-{kind}": str(value) for name, value in said.items()}


def test_the_last_of_the_empty_buckets_counts() -> None:
    assert reset(bucket("requests", 0, "20s") | bucket("tokens", 0, "5s")) == 20
    assert reset(bucket("requests", 9, "20s") | bucket("tokens", 0, "5s")) == 5


def test_without_an_empty_bucket_the_scarcest_one_of_tokens_counts() -> None:
    """A request takes one of the requests, but many of the tokens."""
    assert reset(bucket("requests", 1, "20s") | bucket("tokens", 9, "5s")) == 5
    assert reset(bucket("requests", 1, "20s") | bucket("tokens", 99, "5s")) is None


def test_a_wait_that_is_said_outright_goes_before_buckets_and_those_before_words() -> None:
    empty = bucket("tokens", 0, "5s")
    words = "Please try again in 9s."
    assert reset(empty | {"retry-after": "2"}, said=words) == 2
    assert reset(empty, said=words) == 5
    assert reset(said=words) == 9


def test_buckets_of_other_failures_say_nothing() -> None:
    assert reset(bucket("tokens", 0, "5s"), status=500) is None
    assert reset({"retry-after": "5"}, status=503) == 5


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"details": [{"@type": "…/google.rpc.Help"}, {"@type": "…/google.rpc.RetryInfo", "retryDelay": "48s"}]}, 48),
        ({"details": [{"retryDelay": "34.07s"}]}, 34.07),
        ({"details": "words"}, None),
        ({"metadata": {"headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{int(NOW + 5)}000"}}}, 5),
        ({"metadata": {"headers": {"Retry-After": 3}}}, 3),
        ({"metadata": {"retry_after_seconds": 4}}, 4),
        ({"retry_after": 4.5}, 4.5),
        ({"retry_after": True, "metadata": {"headers": None}}, None),
    ],
)  # fmt: skip
def test_bodies(body: dict[str, Any], seconds: float | None) -> None:
    assert reset(body=body) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("Rate limit reached … Limit 30000, Used 29000. Please try again in 1.2s. Visit https://…", 1.2),
        ("Please try again in 6m0s.", 360),
        ("try again in 20ms", 0.02),
        ("Please retry in 48.939935699s.", 48.939935699),
        ("Please retry after 23 seconds.", 23),
        ("Please wait 2 minutes before you ask again", 120),
        ("Please retry shortly", None),
        ("Limit 20 requests per minute", None),
    ],
)
def test_words_are_the_last_resort(said: str, seconds: float | None) -> None:
    assert reset(said=said) == (None if seconds is None else pytest.approx(seconds))
    assert reset(said=said, status=400) is None


@given(
    st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset", "retry-after-ms"]), st.text()),
    st.text(),
)
def test_whatever_is_said_gives_a_bounded_wait_or_none(headers: dict[str, str], said: str) -> None:
    found = reset(headers, {"details": [said], "metadata": {"headers": headers}}, said)
    assert found is None or 0 <= found <= LONGEST


def recorded(folder: Path, name: str) -> tuple[int, dict[str, str], bytes]:
    answer = json.loads((folder / "recordings" / name).read_bytes())["response"]
    return answer["status"], answer["headers"], json.dumps(answer["body"]).encode()


def a_call() -> Call:
    body: Body = {"messages": []}
    return Call(Target(Provider("p", "https://p.example", "openai_chat"), "m"), body, stream=True)


@pytest.mark.parametrize(
    ("name", "seconds", "told"),
    [
        ("gemini-generate/google--rb-chat-real-error-scenarios-gemini-gemini-2-5-flash-handles-context-length-exce-bc71dc.json", 48, "48"),
        ("openai-chat/azure--rb-chat-real-error-scenarios-azure-grok-4-1-fast-non-reasoning-handles-context-l-884e72.json", 1, "1"),
        ("openai-chat/openrouter--deepseek-deepseek-r1-0528-free-usage.json", None, None),
        ("openai-chat/openrouter--qwen-qwen3-235b-a22b-free-object-streaming.json", 0, None),
    ],
)  # fmt: skip
def test_recorded_refusals(shared: Path, name: str, seconds: float | None, told: str | None) -> None:
    """OpenRouter's is of the past by now; nothing is told to the client then."""
    status, headers, body = recorded(shared, name)
    error = errors.of_status(a_call(), status, headers, body)
    assert (error.reset, error.headers.get("retry-after")) == (seconds, told)


def test_the_client_is_told_a_wait_that_only_the_body_names() -> None:
    error = errors.of_status(a_call(), 429, {}, b'{"error":{"message":"Try again in 1.2s","code":"slow"}}')
    assert (error.reset, error.headers["retry-after"], error.code) == (1.2, "2", "slow")


def test_errors_inside_an_answer_carry_it_too() -> None:
    value = {"error": {"code": 429, "message": "Slow down", "details": [{"retryDelay": "3s"}]}}
    assert errors.in_answer(value).reset == 3
    data = b'{"type":"error","error":{"type":"rate_limit_error","message":"Please try again in 8s"}}'
    assert stream_error(data, "p").reset == 8


def test_an_anthropic_refusal_carries_it_and_goes_out_as_it_came() -> None:
    body = b'{"type":"error","error":{"type":"rate_limit_error","message":"No."}}'
    error = ANTHROPIC.error(a_call(), 429, {"retry-after": "12"}, body)
    assert (error.reset, error.raw, error.code) == (12, body, "rate_limit_error")
