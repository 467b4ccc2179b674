"""Whose fault a failure is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccr.config.provider import Provider
from ccr.errors import BadRequest, Broken, ProxyFault, Unreachable, UpstreamError
from ccr.exchange import Call, Target
from ccr.protocols.shared import errors
from ccr.resilience.faults import Fault, fault_of, holds_for_whole_key
from tests.resilience.world import failure


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (failure(401), Fault.KEY),
        (failure(402), Fault.KEY),
        (failure(403, "No access to this model"), Fault.KEY),
        (failure(403, "Content violates usage guidelines. Failed check: SAFETY"), Fault.REQUEST),
        (failure(400, "Your credit balance is too low to access the Anthropic API."), Fault.KEY),
        (failure(429, "You exceeded your current quota", code="insufficient_quota"), Fault.KEY),
        (failure(429, "You exceeded your current quota. Please retry in 48 s."), Fault.LIMIT),
        (failure(429, "Request too large for gpt-x: Limit 30000, Requested 31000"), Fault.MODEL),
        (failure(429, "Busy", code="engine_overloaded_error"), Fault.MODEL),
        (failure(404), Fault.MODEL),
        (failure(529), Fault.MODEL),
        (failure(503, "Model is getting throttled."), Fault.MODEL),
        (failure(503, "Service Temporarily Unavailable"), Fault.PROVIDER),
        (failure(408), Fault.PROVIDER),
        (failure(500), Fault.PROVIDER),
        (Unreachable("No connection", status=502), Fault.PROVIDER),
        (Broken("It broke off", status=502), Fault.PROVIDER),
        (failure(400), Fault.REQUEST),
        (failure(413), Fault.REQUEST),
        (failure(422), Fault.REQUEST),
        (BadRequest("Cannot be carried"), Fault.REQUEST),
        (ProxyFault("A transformer raised"), Fault.REQUEST),
    ],
)
def test_each_failure_is_somebodys(error: UpstreamError, fault: Fault) -> None:
    assert fault_of(error) is fault


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("openrouter--deepseek-deepseek-r1-0528-free-usage", Fault.MODEL),
        ("openrouter--qwen-qwen3-235b-a22b-free-object-streaming", Fault.LIMIT),
        ("openrouter--x-ai-grok-3-mini-reasoning-basic", Fault.REQUEST),
        ("groq--gemma2-9b-it-basic", Fault.KEY),
        ("groq--name-suggestion-groq", Fault.MODEL),
    ],
)
def test_recorded_failures(shared: Path, name: str, fault: Fault) -> None:
    answer = json.loads((shared / f"recordings/openai-chat/{name}.json").read_bytes())["response"]
    call = Call(Target(Provider("p", "https://p.example", "openai_chat"), "m"), {"messages": []}, stream=True)
    body = json.dumps(answer["body"]).encode()
    assert fault_of(errors.of_status(call, answer["status"], answer["headers"], body)) is fault


def test_limits_hold_for_a_model_but_those_of_subscriptions_for_all() -> None:
    assert not holds_for_whole_key(failure(429))
    unified = failure(429)
    unified.headers = {"anthropic-ratelimit-unified-reset": "1790000000"}
    assert holds_for_whole_key(unified)


def test_refusals_hold_for_all_models_but_permissions_for_one() -> None:
    assert holds_for_whole_key(failure(401))
    assert holds_for_whole_key(failure(402))
    assert holds_for_whole_key(failure(429, code="insufficient_quota"))
    assert not holds_for_whole_key(failure(403))
