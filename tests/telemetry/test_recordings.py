"""Every recorded answer with usage: tokens and cost are those of a calculator that reads the raw JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ccr.config.prices import Price
from ccr.config.provider import Provider
from ccr.exchange import Call, Target
from ccr.protocols import protocol_of
from ccr.telemetry.record import Record
from tests.protocols.support import payload_of
from tests.telemetry.accounts import a_record, a_try, books, settings

SPOKEN = {
    "anthropic-messages": "anthropic",
    "bedrock-converse": "bedrock",
    "bedrock-invoke": "bedrock",
    "cohere-chat": "cohere",
    "gemini-generate": "gemini",
    "ollama-chat": "ollama",
    "openai-chat": "openai_chat",
    "openai-responses": "openai_responses",
}
EVERYTHING = Price(input=1.0, output=5.0, cache_read=0.1, cache_write=1.25, cache_write_1h=2.0)


class Counted(NamedTuple):
    """What the reference makes of a raw answer."""

    input: int
    output: int
    read: int = 0
    written: int = 0
    hour: int = 0
    reasoning: int | None = None
    paid: tuple[int, int] | None = None
    charged: float | None = None

    @property
    def cost(self) -> float:
        """Dollars at ``EVERYTHING``, or as charged."""
        if self.charged is not None:
            return self.charged
        if self.paid is not None:
            return (self.paid[0] * 1 + self.paid[1] * 5) / 1e6
        parts = (self.input, self.output * 5, self.read * 0.1, self.written * 1.25, self.hour * 2)
        return sum(parts) / 1e6


def recorded(shared: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for api in SPOKEN:
        for path in sorted((shared / "recordings" / api).glob("*.json")):
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["response"]["status"] == 200:
                yield f"{api}/{path.stem}", found


def values(answer: dict[str, Any]) -> list[Any]:
    """Every JSON value of an answer, in order."""
    if answer.get("body") is not None:
        body = answer["body"]
        return body if isinstance(body, list) else [body]
    if answer.get("events") is not None:
        plain = [event["chunk"] for event in answer["events"] if "chunk" in event]
        return plain or [{event["type"]: event["payload"]} for event in answer["events"]]
    lines = (answer.get("sse") or answer.get("ndjson") or "").splitlines()
    texts = [line.removeprefix("data:").strip() for line in lines]
    return [json.loads(text) for text in texts if text.startswith("{")]


def anthropic(said: list[Any]) -> Counted | None:
    usage: dict[str, Any] = {}
    for value in said:
        usage |= (value.get("message") or value).get("usage") or {}
    if not usage:
        return None
    thought = (usage.get("output_tokens_details") or {}).get("thinking_tokens")
    sums = [0, 0, 0, 0, 0]
    for part in usage.get("iterations") or [usage]:
        hour = (part.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0
        written = part.get("cache_creation_input_tokens") or 0
        read = part.get("cache_read_input_tokens") or 0
        counts = (part.get("input_tokens"), part.get("output_tokens"), read, written - hour, hour)
        sums = [a + (b or 0) for a, b in zip(sums, counts, strict=True)]
    return Counted(sums[0], sums[1], sums[2], sums[3], sums[4], reasoning=thought)


def openai(usage: dict[str, Any]) -> Counted:
    """Chat Completions and Responses: what was cached is in the prompt, reasoning may be beside the rest."""
    prompt = usage.get("prompt_tokens", usage.get("input_tokens", 0))
    inside = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    answer = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    spellings = ("prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens")
    read = inside.get("cached_tokens") or next((usage[s] for s in spellings if usage.get(s)), 0)
    written = inside.get("cache_write_tokens") or usage.get("cache_creation_input_tokens") or 0
    said = usage.get("completion_tokens", usage.get("output_tokens", 0))
    thought = answer.get("reasoning_tokens")
    output = said + thought if thought and usage.get("total_tokens") == prompt + said + thought else said
    if read + written > prompt:  # xAI and Groq: a cache that was written and read at once
        written = 0
    return Counted(
        prompt - read - written if read <= prompt else prompt,
        output,
        read,
        written,
        reasoning=thought,
        charged=charged(usage),
    )


def charged(usage: dict[str, Any]) -> float | None:
    if usage.get("cost_in_usd_ticks") is not None:
        return float(usage["cost_in_usd_ticks"]) / 1e10
    cost = usage.get("cost")
    if isinstance(cost, dict):
        return float(cost["total_cost"])
    if cost is None or "cost_details" not in usage:
        return None
    own = usage["cost_details"].get("upstream_inference_cost") if usage.get("is_byok") else 0
    return None if own is None else float(cost) + own


def chat(said: list[Any]) -> Counted | None:
    told = [v["usage"] for v in said if v.get("usage")] or [
        v["x_groq"]["usage"] for v in said if (v.get("x_groq") or {}).get("usage")
    ]
    return openai(told[-1]) if told else None


def responses(said: list[Any]) -> Counted | None:
    whole = [v.get("response", v) for v in said if "response" in v or "output" in v]
    told = [v["usage"] for v in whole if v.get("usage")]
    return openai(told[-1]) if told else None


def gemini(said: list[Any]) -> Counted | None:
    usage: dict[str, Any] = {}
    for value in said:
        usage |= value.get("usageMetadata") or {}
    if not usage:
        return None
    read = usage.get("cachedContentTokenCount", 0)
    prompt = usage.get("promptTokenCount", 0) + usage.get("toolUsePromptTokenCount", 0)
    thought = usage.get("thoughtsTokenCount")
    output = usage.get("candidatesTokenCount", 0) + (thought or 0)
    return Counted(prompt - read, output, read, reasoning=thought)


def converse(said: list[Any]) -> Counted | None:
    told = [v.get("metadata", v)["usage"] for v in said if "usage" in v.get("metadata", v)]
    if not told:
        return None
    usage = told[-1]
    read, written = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", 0)
    hour = sum(d["inputTokens"] for d in usage.get("cacheDetails", ()) if d["ttl"] == "1h")
    total, output = usage["totalTokens"], usage["outputTokens"]
    return Counted(total - output - read - written, output, read, written - hour, hour)


def cohere(said: list[Any]) -> Counted | None:
    told = [(v.get("delta") or v).get("usage") for v in said if (v.get("delta") or v).get("usage")]
    if not told:
        return None
    tokens, billed = told[-1]["tokens"], told[-1].get("billed_units")
    read = told[-1].get("cached_tokens", 0)
    thought = tokens.get("reasoning_tokens")
    paid = (billed["input_tokens"], billed["output_tokens"]) if billed else None
    return Counted(tokens["input_tokens"] - read, tokens["output_tokens"], read, reasoning=thought, paid=paid)


def ollama(said: list[Any]) -> Counted | None:
    last = said[-1]
    return Counted(last.get("prompt_eval_count", 0), last["eval_count"]) if "eval_count" in last else None


REFERENCE = {
    "anthropic-messages": anthropic,
    "bedrock-converse": converse,
    "bedrock-invoke": anthropic,
    "cohere-chat": cohere,
    "gemini-generate": gemini,
    "ollama-chat": ollama,
    "openai-chat": chat,
    "openai-responses": responses,
}


def counted(found: dict[str, Any], provider: Provider) -> Record | None:
    """The row of an answer that was decoded; None where it is no answer."""
    model = found.get("model") or "some-model"
    call = Call(Target(provider, model), {"messages": []}, stream=True)
    decoder = protocol_of(call.target).decoder(call)
    decoder.feed(payload_of(found["response"]))
    if not decoder.done and decoder.failed is None:
        decoder.end()
    usage = dict(decoder.turn().usage)
    if decoder.failed is not None and not usage:
        return None
    known = settings(provider, prices={"*": EVERYTHING})
    return a_record(a_try(provider, model, usage), about=books(known))


def a_provider(api: str, **more: Any) -> Provider:
    options = {"api": "invoke"} if api == "bedrock-invoke" else {}
    return Provider("example", "https://api.example.com", SPOKEN[api], options=options, **more)


def test_every_recording_with_usage_has_the_tokens_and_the_cost_of_the_reference(shared: Path) -> None:
    wrong, seen = [], dict.fromkeys(SPOKEN, 0)
    for name, found in recorded(shared):
        api = name.partition("/")[0]
        if api == "bedrock-invoke" and "claude" not in (found.get("model") or ""):
            continue  # only Claude is spoken to in its own words there
        expected = REFERENCE[api](values(found["response"]))
        row = counted(found, a_provider(api))
        if expected is None or row is None:
            assert expected is None, f"{name}: no row, but {expected}"
            assert row is None or row.input is None, f"{name}: {row}"
            continue
        seen[api] += 1
        is_now = (
            row.input,
            row.output,
            row.cache_read,
            row.cache_write_5m,
            row.cache_write_1h,
            row.reasoning,
        )
        cost = row.cost
        if is_now != expected[:6] or cost is None or abs(cost - expected.cost) > 1e-12:
            wrong.append(f"{name}: {is_now} {cost}, but {expected} {expected.cost}")
    assert wrong == []
    assert sum(seen.values()) > 1_600
    assert all(seen.values()), seen


def test_what_xai_says_that_it_charged_is_what_the_packaged_prices_make_of_it(shared: Path) -> None:
    compared = 0
    for name, found in recorded(shared):
        api = name.partition("/")[0]
        if found["provider"] != "xai":
            continue
        said = REFERENCE[api](values(found["response"]))
        if said is None or said.charged is None:
            continue
        provider = a_provider(api, preset="xai")
        usage = {
            "input_tokens": said.input,
            "output_tokens": said.output,
            "cache_read_input_tokens": said.read,
        }
        row = a_record(a_try(provider, found["model"], usage), about=books(settings(provider)))
        if row.cost is not None and "search" not in name:  # searches are charged besides
            assert row.cost == pytest.approx(said.charged, rel=1e-6), name
            compared += 1
    assert compared > 20
