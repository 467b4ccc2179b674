"""Each request that is over is one line, with all that is known of it and nothing that is not."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from ccr.telemetry.logs.lines import as_json
from ccr.telemetry.logs.requests import Lines, RequestLog
from ccr.telemetry.record import Record

DONE = Record(
    id="req_1",
    at=1.0,
    provider="lab",
    model="m",
    route="default",
    status=200,
    attempts=1,
    took_ms=1234.5,
    input=0,
)
FAILED = Record(id="req_2", at=1.0, status=529, error="Overloaded", message="busy", trace={"tries": []})


def line(row: Record, redact: Callable[[str], str] = str) -> dict[str, Any]:
    (made,) = Lines([row], logging.INFO)(redact)
    found: dict[str, Any] = json.loads(as_json(made))
    assert made.whole() == found
    return found


def test_rows_are_lines_in_their_order_each_with_its_level(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("ccr"), "propagate", True)
    with caplog.at_level(logging.INFO, "ccr.request"):
        RequestLog().take([DONE, DONE, FAILED, DONE], [])
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]
    lines = [line for record in caplog.records for line in record.__dict__["lines"](str)]
    assert [(line.reqId, line.level) for line in lines] == [
        ("req_1", "info"),
        ("req_1", "info"),
        ("req_2", "warn"),
        ("req_1", "info"),
    ]


def test_a_line_says_in_words_what_came_of_it() -> None:
    assert line(DONE)["msg"] == "200 lab,m by default in 1.23 s"
    assert line(FAILED)["msg"] == "529 no provider by no rule in 0.00 s Overloaded: busy"


def test_what_is_not_known_is_left_out_and_zero_is_known() -> None:
    assert line(DONE) == {
        "time": "1970-01-01T00:00:02.234+00:00",
        "level": "info",
        "log": "request",
        "reqId": "req_1",
        "msg": "200 lab,m by default in 1.23 s",
        "status": 200,
        "provider": "lab",
        "model": "m",
        "route": "default",
        "attempts": 1,
        "took_ms": 1234.5,
        "input": 0,
        "bytes_in": 0,
        "bytes_out": 0,
    }


def test_whatever_others_have_named_is_searched_for_secrets() -> None:
    names = ("session", "client", "agent", "asked", "route", "provider", "model", "key", "message")
    row = Record(id="req_1", at=1.0, error="Broken", **dict.fromkeys(names, "a canary"))  # type: ignore[arg-type]
    told = line(row, lambda text: text.replace("canary", "[hidden]"))
    assert all(told[name] == "a [hidden]" for name in names)
    assert "canary" not in str(told)
