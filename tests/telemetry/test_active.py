"""What runs can be seen, and what ran can be told afterwards, from the exchange alone."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

from ccr.config.provider import Provider
from ccr.errors import NoRoute, Overloaded
from ccr.exchange import Exchange, Plan, Target, Try, Verdict
from ccr.telemetry.active import REQUEST, Active, state_of, steps_of

TARGET = Target(Provider("lab", "http://lab.test", "openai_chat"), "m")


def exchange(**more: Any) -> Exchange:
    return Exchange(raw=b"{}", body={"model": "asked", "messages": []}, headers={}, stream=True, **more)


def routed(**more: Any) -> Exchange:
    return exchange(plan=Plan((TARGET,), "default"), **more)


def tried(**more: Any) -> Try:
    made = Try(TARGET)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_a_request_is_seen_while_it_runs() -> None:
    active, one, two = Active(), exchange(), exchange()
    active.add(one)
    active.add(two)
    assert active.running() == [one, two]
    active.remove(one)
    active.remove(one)
    assert active.running() == [two]


def test_its_lines_bear_its_id() -> None:
    one = exchange()
    Active().add(one)
    assert REQUEST.get() == one.id
    REQUEST.set("")


def test_how_far_it_has_come() -> None:
    one = exchange()
    assert state_of(one, 60.0)["state"] == "received"
    one.plan = Plan((TARGET,), "default")
    assert state_of(one, 60.0)["state"] == "routed"
    one.tries.append(tried(received=12))
    assert state_of(one, 60.0)["state"] == "asking"
    one.answering = one.tries[0]
    told = state_of(one, 60.0)
    assert (told["state"], told["target"], told["bytes"], told["attempts"]) == ("answering", "lab,m", 12, 1)
    assert (told["id"], told["asked"], told["route"], told["stuck"]) == (one.id, "asked", "default", False)
    one.answering.ended = one.started + 1
    assert state_of(one, 60.0)["state"] == "ending"
    assert state_of(one, -1.0)["stuck"]


def names(one: Exchange) -> list[str]:
    return [step.name for step in steps_of(one)]


def test_a_request_that_failed_over_and_was_answered() -> None:
    one = routed(started=time.perf_counter() - 1)
    begun = one.started
    first = tried(started=begun + 0.01, content=begun + 0.02)
    first.failed(Overloaded("busy", status=529))
    first.ended = begun + 0.02
    second = tried(started=begun + 0.03, content=begun + 0.04, ended=begun + 0.05, whole=True)
    one.tries += [first, second]
    one.answering = second
    assert names(one) == ["routed", "attempt", "attempt failed", "attempt", "first token", "done"]
    failure = steps_of(one)[2].fields
    assert failure == {"number": 1, "status": 529, "error": "Overloaded", "message": "busy"}


@pytest.mark.parametrize(
    ("one", "ending"),
    [
        (exchange(), "left"),
        (exchange(plan=Plan((), "default"), error=NoRoute("none")), "failed"),
        (routed(failed=[Verdict("lab,m", "529 busy")], error=Overloaded("busy")), "failed"),
        (routed(cache="joined"), "done"),
        (routed(answering=tried()), "left"),
        (routed(answering=tried(error="Broken")), "failed"),
        (routed(answering=tried(whole=True)), "done"),
    ],
)
def test_how_it_ended(one: Exchange, ending: str) -> None:
    assert names(one)[-1] == ending


class Kept(logging.Handler):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the loggers of requests say at debug."""
    logger, kept = logging.getLogger("ccr.request"), Kept()
    monkeypatch.setattr(logger, "handlers", [kept])
    monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(logger, "level", logging.DEBUG)
    for name in ("steps", "body"):
        monkeypatch.setattr(logging.getLogger(f"ccr.request.{name}"), "disabled", True)
    logger.manager._clear_cache()  # type: ignore[attr-defined]
    return kept.said


@pytest.mark.parametrize(
    ("enabled", "told"), [("steps", ["received", "routed", "left"]), ("body", ["request body"]), ("", [])]
)
def test_steps_and_bodies_are_told_where_asked_for(enabled: str, told: list[str], said: list[str]) -> None:
    if enabled:
        logging.getLogger(f"ccr.request.{enabled}").disabled = False
    active, one = Active(), routed()
    active.add(one)
    active.remove(one)
    assert said == told
    REQUEST.set("")
