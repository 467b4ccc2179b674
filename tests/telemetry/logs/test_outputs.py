"""The terminal is spared colours, traces and floods; a disk that fails costs lines, not more."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import pytest

from ccr.config.logs import Console, Rotation
from ccr.telemetry.logs.files import LogFile
from ccr.telemetry.logs.lines import Ready
from ccr.telemetry.logs.outputs import LARGEST_OUTPUT, File, Screen, is_application, is_colored

LINE = {"time": "2026-01-01T00:00:00+00:00", "level": "error", "msg": "no canary", "trace": "Traceback"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def redact(text: str) -> str:
    return text.replace("canary", "[hidden]")


@pytest.mark.parametrize(
    ("stream", "env", "colored"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colours_only_where_welcome(stream: io.StringIO, env: dict[str, str], colored: bool) -> None:
    assert is_colored(stream, env) is colored


def test_the_screen_shows_words_without_secrets_and_traces() -> None:
    stream = io.StringIO()
    Screen(Console(), "warn", redact, stream).write([LINE])
    assert stream.getvalue().endswith("ERROR no [hidden]\n")
    assert "Traceback" not in stream.getvalue()


def test_the_screen_may_show_json_and_force_colours() -> None:
    stream = io.StringIO()
    Screen(Console(format="json"), "warn", redact, stream).write([LINE])
    assert json.loads(stream.getvalue())["msg"] == "no [hidden]"
    Screen(Console(color="always"), "warn", redact, stream).write([LINE])
    assert "\x1b[31m" in stream.getvalue()


def test_a_terminal_that_is_gone_is_no_trouble() -> None:
    stream = io.StringIO()
    screen = Screen(Console(), "warn", redact, stream)
    stream.close()
    screen.write([LINE])


def test_a_screen_that_is_a_file_does_not_grow_without_end(tmp_path: Path) -> None:
    record = logging.LogRecord("ccr", logging.ERROR, "", 0, "", (), None)
    with (tmp_path / "service.out").open("w") as stream:
        screen = Screen(Console(), "warn", redact, stream)
        assert screen.takes(record)
        stream.truncate(LARGEST_OUTPUT + 1)
        assert not screen.takes(record)


def test_lost_lines_are_counted_and_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "logs"
    output = File(LogFile(folder / "x.log", Rotation(), lambda: None), "info", redact, lambda _: True)
    (folder / "x.log").unlink()
    folder.rmdir()
    output.write([LINE, LINE])
    output.write([LINE])
    folder.mkdir()
    output.write([LINE])
    output.close()
    told = [json.loads(line)["msg"] for line in (folder / "x.log").read_text().splitlines()]
    assert told == ["3 lines before this are lost.", "no [hidden]"]
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_lines_known_to_have_no_secret_are_not_searched_and_keep_their_place(tmp_path: Path) -> None:
    output = File(LogFile(tmp_path / "x.log", Rotation(), lambda: None), "info", redact, lambda _: True)
    ready = Ready("", "info", "request", "req_1", "a canary bird")
    output.write([LINE, ready, LINE])
    output.close()
    told = [json.loads(line)["msg"] for line in (tmp_path / "x.log").read_text().splitlines()]
    assert told == ["no [hidden]", "a canary bird", "no [hidden]"]
    stream = io.StringIO()
    Screen(Console(), "warn", redact, stream).write([ready])
    assert "req_1 a [hidden] bird" in stream.getvalue()


def test_what_is_the_applications() -> None:
    assert is_application("ccr.route")
    assert is_application("ccr.transformers.faults")
    assert not is_application("ccr.request")
    assert not is_application("uvicorn.error")
