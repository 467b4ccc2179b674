"""A record becomes a line that machines and people can read."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from ccr.telemetry.logs.lines import as_json, human, line_of, name_of


def record(
    msg: str = "it is %s", *args: object, level: int = logging.INFO, **extra: Any
) -> logging.LogRecord:
    made = logging.LogRecord("ccr.request", level, "", 0, msg, args, None)
    made.__dict__.update(extra)
    return made


def line(**extra: Any) -> dict[str, Any]:
    return dict(line_of(record("it is %s", "so", **extra), lambda raw: f"{len(raw)} bytes"))


def test_a_line_says_when_how_bad_where_and_what() -> None:
    told = line(created=1_767_225_600.5, request="req_1", fields={"status": 200})
    assert told == {
        "time": "2026-01-01T00:00:00.500+00:00",
        "level": "info",
        "log": "request",
        "reqId": "req_1",
        "msg": "it is so",
        "status": 200,
    }
    assert json.loads(as_json(told)) == told


def test_an_id_is_told_once() -> None:
    made = record("%s: agent %s failed", "req_1", "x", request="req_1")
    assert line_of(made, repr)["msg"] == "agent x failed"


def test_something_may_be_told_later_than_it_happened() -> None:
    assert line(at=1.0)["time"].startswith("1970-01-01T00:00:01.000")


def test_a_body_is_shown_only_as_it_may_be() -> None:
    assert line(body=b"12345")["body"] == "5 bytes"


@pytest.mark.parametrize(
    ("level", "name"),
    [(5, "trace"), (1, "trace"), (10, "debug"), (20, "info"), (25, "info"), (30, "warn"), (50, "fatal")],
)
def test_levels_bear_the_originals_names(level: int, name: str) -> None:
    assert name_of(level) == name


def test_one_line_is_one_line() -> None:
    assert as_json({"msg": "a\nb", "odd": {1, 2}, "surrogate": "\ud800"}).count("\n") == 1


def test_people_get_words() -> None:
    told = human(color=False)({**line(request="req_1", fields={"model": "m 1", "took": 5, "key": ""})})
    assert told.endswith('INFO  req_1 it is so model="m 1" took=5\n')


def test_colours_and_traces_only_where_wanted() -> None:
    broken = {"time": "", "level": "error", "msg": "no", "trace": "Traceback: x"}
    assert "\x1b[31m" in human(color=True)(broken)
    assert human(color=False)(broken) == "ERROR no\n"
    assert human(color=False, traces=True)(broken) == "ERROR no\nTraceback: x\n"
