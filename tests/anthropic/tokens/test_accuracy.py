"""How near the estimates come to what Anthropic reported, on recorded traffic."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from ccr.anthropic.request import Body
from ccr.anthropic.tokens import Digest, TokenCounter, digest
from ccr.anthropic.tokens.anchors import true_input

LEAST = 1000


class Recorded(NamedTuple):
    name: str
    model: str
    request: Digest
    usage: dict[str, Any]
    true: int

    @property
    def judged(self) -> bool:
        """Its size stands in the request: nothing by reference, no work of the server's own."""
        sources = json.dumps(self.request.body)
        return self.true >= LEAST and self.request.steady and not any(kind in sources for kind in _ELSEWHERE)


_ELSEWHERE = ('"type": "url"', '"type": "file"')


class Errors(NamedTuple):
    n: int
    median: float
    p95: float


@pytest.fixture(scope="module")
def recorded(shared: Path) -> list[Recorded]:
    return [
        found for path in sorted(shared.glob("recordings/anthropic-messages/*.json")) for found in _read(path)
    ]


def _read(path: Path) -> Iterator[Recorded]:
    recording = json.loads(path.read_text("utf-8"))
    body, message = recording["request"]["body"], _message(recording["response"])
    usage = (message or {}).get("usage")
    if isinstance(body, dict) and isinstance(usage, dict) and (true := true_input(usage)):
        model = body.get("model") or (message or {}).get("model") or ""
        yield Recorded(path.stem, model, digest(cast("Body", body)), usage, true)


def _message(response: dict[str, Any]) -> dict[str, Any] | None:
    """The answer: its JSON, or the message that its stream starts with."""
    for line in (response.get("sse") or "").splitlines():
        if line.startswith("data:") and '"message_start"' in line:
            return cast("dict[str, Any]", json.loads(line[5:])["message"])
    return cast("dict[str, Any] | None", response.get("body"))


def _errors(kind: str, found: dict[str, tuple[int, int]]) -> Errors:
    errors = sorted(abs(estimate / true - 1) for estimate, true in found.values())
    result = Errors(len(errors), statistics.median(errors), errors[math.ceil(0.95 * len(errors)) - 1])
    print(f"{kind:<9} {result.n:>3} requests  median {result.median:6.1%}  p95 {result.p95:6.1%}")  # noqa: T201
    return result


def test_plain_estimates_are_near_the_truth(recorded: list[Recorded]) -> None:
    counter = TokenCounter()
    found = {
        each.name: (counter.whole(each.request, each.model), each.true) for each in recorded if each.judged
    }
    errors = _errors("plain", found)
    assert errors.n >= 30
    assert errors.median <= 0.05
    assert errors.p95 <= 0.15


def test_anchored_estimates_are_nearer(recorded: list[Recorded]) -> None:
    """Conversations in their order: each request is estimated before any as long is learned."""
    counter, found = TokenCounter(), {}
    by_length = sorted(recorded, key=lambda each: len(each.request.messages))
    for _, group in groupby(by_length, key=lambda each: len(each.request.messages)):
        turns = list(group)
        for each in turns:
            if each.judged and counter.knows(each.request, each.model):
                found[each.name] = counter.estimate(each.request, each.model), each.true
        for each in turns:
            counter.learn(each.request, each.model, each.usage)
    errors = _errors("anchored", found)
    assert errors.n >= 5
    assert errors.median <= 0.02
    assert errors.p95 <= 0.05
