"""Mutated answers of every protocol: only our own errors come of them, and no memory without end.

The answers are the golden ones of this project; with the shared recordings at hand, those too.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ccr.anthropic.events import Event
from ccr.errors import UpstreamError
from ccr.exchange import Call
from ccr.protocols import protocol_of
from tests.grammar import Grammar
from tests.protocols.answers import whole
from tests.protocols.support import GOLDEN, a_call, payload_of

ROUNDS = 400
"""Mutated answers per protocol."""

RECORDED = {
    "anthropic": "anthropic-messages",
    "openai_chat": "openai-chat",
    "openai_responses": "openai-responses",
    "gemini": "gemini-generate",
    "bedrock": "bedrock-converse",
    "bedrock_invoke": "bedrock-invoke",
    "ollama": "ollama-chat",
    "cohere": "cohere-chat",
}
PROTOCOLS = list(RECORDED)
FORMS = ("sse", "ndjson", "eventstream_b64", "body")
ODD = (
    b"null",
    b"[]",
    b"{}",
    b"1e999",
    b'"\\ud800"',
    b"-1",
    b'""',
    b"true",
    b"[" * 3000,
    b"\x00",
    b"\xff\xfe",
    b"\r",
    b"\n\n",
)
ITS_OWN = ("the arguments of block", "a call without a name")
"""What a provider gets wrong and a client is shown as it is."""

LARGEST = 32
"""Bytes of an answer that may be held for each byte that came, and some besides."""


def call_for(name: str) -> Call:
    options = {"api": "invoke"} if name == "bedrock_invoke" else {}
    model = "us.anthropic.claude-sonnet-4-5" if name.startswith("bedrock") else "some-model"
    return a_call(name.removesuffix("_invoke"), {"stream": True}, model=model, options=options)


@cache
def golden_answers(name: str) -> tuple[bytes, ...]:
    found = [whole(name.removesuffix("_invoke"))] if name != "bedrock_invoke" else [whole("anthropic")]
    for path in sorted((GOLDEN / name / "answers").glob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8")).get("answer")
        if isinstance(answer, dict) and any(answer.get(form) for form in FORMS):
            found.append(payload_of(answer))
    return tuple(found)


def recorded_answers(name: str, shared: Path, chance: random.Random, number: int) -> Iterator[bytes]:
    paths = sorted((shared / "recordings" / RECORDED[name]).glob("*.json"))
    for path in chance.sample(paths, min(number, len(paths))):
        response: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["response"]
        if any(response.get(form) for form in FORMS):
            yield payload_of({form: response[form] for form in FORMS if response.get(form)})[:20_000]


def mutated(payload: bytes, chance: random.Random) -> bytes:
    """The payload with a few things wrong."""
    data = bytearray(payload)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        length = chance.choice((0, 1, 1, 4, 30))
        match chance.randrange(5):
            case 0:
                data[at : at + length] = b""
            case 1:
                data[at:at] = chance.choice(ODD)
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                data[at:at] = data[chance.randrange(len(data) + 1) :][: length * 10]
            case 4:
                replace_value(data, chance)
    return bytes(data)


def replace_value(data: bytearray, chance: random.Random) -> None:
    """Puts something odd where a JSON value was."""
    places = [n for n in range(len(data) - 1) if data[n : n + 2] == b'":']
    if places:
        start = chance.choice(places) + 2
        ends = [n for n in range(start + 1, min(len(data), start + 60)) if data[n : n + 1] in b",}]"]
        data[start : ends[0] if ends else start + 1] = chance.choice(ODD)


def pieces(payload: bytes, chance: random.Random) -> Iterator[bytes]:
    at = 0
    while at < len(payload):
        length = chance.choice((1, 7, 100, 5000))
        yield payload[at : at + length]
        at += length


def run(name: str, payload: bytes, chance: random.Random) -> tuple[list[Event], UpstreamError | None]:
    call = call_for(name)
    spoken: Any = protocol_of(call.target)
    native = name in ("anthropic", "bedrock_invoke")
    decoder = spoken.relay_decoder(call) if native and chance.random() < 0.5 else spoken.decoder(call)
    events: list[Event] = []
    for piece in pieces(payload, chance):
        events += decoder.feed(piece)
        if decoder.done or decoder.failed is not None:
            break
    else:
        events += decoder.end()
    decoder.turn()
    return events, decoder.failed


def verify(name: str, payload: bytes, chance: random.Random) -> None:
    """Whatever came, the answer ended, or failed with an error of ours that can be told."""
    events, failed = run(name, payload, chance)
    assert failed is None or isinstance(failed, UpstreamError)
    if failed is not None:
        assert failed.raw is not None or json.loads(failed.body("req"))
        assert 400 <= failed.status <= 599
    said = sum(sys.getsizeof(str(event)) for event in events)
    assert said < LARGEST * len(payload) + 100_000
    if name not in ("anthropic", "bedrock_invoke"):
        grammar = Grammar()
        for event in events:
            grammar.read(event)
        assert [wrong for wrong in grammar.wrong if not wrong.startswith(ITS_OWN)] == [], payload


@pytest.mark.parametrize("name", PROTOCOLS)
def test_mutated_golden_answers_raise_nothing_but_our_errors(name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - the same every time
    answers = golden_answers(name)
    for _ in range(ROUNDS):
        verify(name, mutated(chance.choice(answers), chance), chance)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_mutated_recordings_raise_nothing_but_our_errors(name: str, shared: Path) -> None:
    chance = random.Random(name)  # noqa: S311
    for payload in recorded_answers(name, shared, chance, ROUNDS // 4):
        verify(name, mutated(payload, chance), chance)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_noise_raises_nothing_but_our_errors(name: str) -> None:
    chance = random.Random(name)  # noqa: S311
    for _ in range(ROUNDS // 4):
        verify(name, chance.randbytes(chance.randint(0, 300)), chance)


NESTS = (("{", '"error":', "}"), ("{", '"message":', "}"), ("[", "", "]"), ("{", '"content":', "}"))


@pytest.mark.parametrize("depth", [50, 450, 900, 990, 3000])
@pytest.mark.parametrize("name", PROTOCOLS)
def test_deep_nests_raise_nothing_but_our_errors(name: str, depth: int) -> None:
    chance = random.Random(name)  # noqa: S311
    call = call_for(name)
    for opened, key, closed in NESTS:
        nest = ((opened + key) * depth + '"x"' + closed * depth).encode()
        for payload in (nest, b"data: " + nest + b"\n\n", b'{"error":' + nest + b"}"):
            verify(name, payload, chance)
        error = protocol_of(call.target).error(call, 500, {}, nest)
        assert error.status == 500
