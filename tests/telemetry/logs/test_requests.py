"""Each request that is over is one line, with all that is known of it and nothing that is not."""

from __future__ import annotations

import logging

import pytest

from ccr.telemetry.logs.requests import RequestLog, fields_of
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


def test_one_line_a_request(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("ccr"), "propagate", True)
    with caplog.at_level(logging.INFO, "ccr.request"):
        RequestLog().take([DONE, FAILED], [])
    first, second = caplog.records
    assert (first.levelname, first.getMessage()) == ("INFO", "200 lab,m by default in 1.23 s")
    assert (second.levelname, second.__dict__["request"]) == ("WARNING", "req_2")
    assert second.getMessage() == "529 no provider by no rule in 0.00 s Overloaded: busy"


def test_what_is_not_known_is_left_out_and_zero_is_known() -> None:
    assert fields_of(DONE) == {
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
