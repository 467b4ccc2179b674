"""The story of one request."""

from __future__ import annotations

from typing import Any

from ccr.cli.story import story
from ccr.telemetry.record import Record
from tests.telemetry.ledger.records import FULL, record

TRIES: list[dict[str, Any]] = [
    {
        "target": "a,m",
        "key": "work",
        "status": 529,
        "error": "Overloaded",
        "message": "busy\x1b[2J",
        "took_ms": 9.0,
    },
    {"target": "b,m", "key": "home", "status": 200, "whole": True, "took_ms": 4_000.0, "first_ms": 800.0},
]
TRACE = {
    "rule": "default",
    "targets": [{"target": "a,m"}, {"target": "b,m"}],
    "asked": [
        {"rule": "explicit", "verdict": "names no model"},
        {"rule": "default", "verdict": "what is left"},
    ],
    "rejected": [{"target": "c,m", "why": "its window is too small"}],
    "layers": ["project.json"],
    "tries": TRIES,
}


def told(one: Record, *rounds: Record) -> str:
    return "\n".join(story(one, rounds))


def test_it_tells_rules_calls_tokens_and_cost() -> None:
    text = told(record(1, trace=TRACE, cache_read=200, reasoning=1, default_cost=2.0, first_ms=900.0))
    for said in (
        "lab,m1 answered it in 100 ms, the first content after 900 ms.",
        "explicit  names no model",
        "=> default: a,m, b,m",
        "c,m  its window is too small",
        "project.json",
        "1. a,m, key work: 529 Overloaded, 9 ms",
        "2. b,m, key home: 200, 4.0 s, first content after 800 ms",
        "200 read from a cache",
        "1 of the output were reasoning",
        "$0.5000 cost ($2.00 at the default model)",
    ):
        assert said in text


def test_nothing_of_a_provider_reaches_the_terminal_as_it_is() -> None:
    assert "\x1b" not in told(record(1, trace=TRACE, error="Broken", message="\x1b]0;evil\x07"))


def test_what_is_not_known_is_a_question_mark() -> None:
    text = told(record(1, input=None, output=None, cost=None))
    assert "? tokens: the provider did not tell" in text
    assert "? cost: not known" in text
    refused = told(record(1, input=None, output=None, cost=None, error="Overloaded", status=529))
    assert "?" not in refused
    assert "nothing: no provider worked on it" in refused


def test_an_answer_that_another_went_on_with_says_so() -> None:
    assert "in 100 ms. It broke off, and lab,m2 went on." in told(
        record(1, message="It broke off, and lab,m2 went on.")
    )


def test_every_ending_has_its_words() -> None:
    assert "It failed after 2.3 s with 529 Overloaded (openrouter,z-ai/glm-4.6): Слишком много 🙂" in told(
        FULL
    )
    assert "The client left after 100 ms" in told(record(1, error="left", status=499))
    assert "from the cache in 100 ms (hit)" in told(record(1, cache="hit"))
    assert "the answer that lab,m1 gave to another request" in told(record(1, cache="joined"))
    assert "no provider" in told(record(1, provider="", error="NoRoute", status=404))


def test_what_agents_asked_is_told() -> None:
    assert "req_00000002: lab,m1 200 ok, 10 in, 1 out, $0.5000" in told(record(1), record(2))


def test_a_request_without_a_trace_has_a_story() -> None:
    assert told(record(1, route=""))
