"""Every line that was logged is in its log once the service has ended, and nothing stops the service."""

from __future__ import annotations

import json
import logging
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ccr.config.logs import Console, Logs, Rotation, Tracking
from ccr.config.settings import Settings
from ccr.telemetry.active import REQUEST
from ccr.telemetry.logs import configure
from ccr.telemetry.logs.setup import STARTED


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STARTED, "20260101000000")


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(path=folder / "config.json", **more)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_lines_reach_the_file_in_order_and_only_from_the_level_on(tmp_path: Path) -> None:
    stop = configure(settings(tmp_path, log_level="info"), log_file=tmp_path / "x.log", verbose=False)
    for number in range(500):
        logging.getLogger("ccr.request").info("line %d", number)
    logging.getLogger("ccr").debug("not shown")
    stop()
    told = lines(tmp_path / "x.log")
    assert [line["msg"] for line in told] == [f"line {n}" for n in range(500)]
    assert {(line["level"], line["log"]) for line in told} == {("info", "request")}


def test_there_are_a_servers_log_and_an_applications(tmp_path: Path) -> None:
    stop = configure(settings(tmp_path), log_file=None, verbose=False)
    logging.getLogger("ccr.request").info("of the server")
    logging.getLogger("ccr.route").info("of the application")
    logging.getLogger("uvicorn.error").warning("of the web server")
    stop()
    server = lines(tmp_path / "logs" / "ccr-20260101000000.log")
    assert [line["msg"] for line in server] == ["of the server", "of the web server"]
    assert [line["msg"] for line in lines(tmp_path / "logs" / "app.log")] == ["of the application"]


def test_the_old_name_leads_to_the_applications_log(tmp_path: Path) -> None:
    configure(settings(tmp_path), log_file=None, verbose=False)()
    assert (tmp_path / "claude-code-router.log").resolve() == tmp_path / "logs" / "app.log"


def test_a_file_at_the_old_place_stays(tmp_path: Path) -> None:
    (tmp_path / "claude-code-router.log").write_text("mine")
    configure(settings(tmp_path), log_file=None, verbose=False)()
    assert (tmp_path / "claude-code-router.log").read_text() == "mine"


def test_log_file_of_the_configuration_is_the_applications(tmp_path: Path) -> None:
    logs = Logs(application=Path("mine.log"), legacy=False)
    stop = configure(settings(tmp_path, logs=logs), log_file=None, verbose=False)
    logging.getLogger("ccr.agents").info("x")
    stop()
    assert [line["msg"] for line in lines(tmp_path / "mine.log")] == ["x"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_logs_are_for_their_owner_only(tmp_path: Path) -> None:
    configure(settings(tmp_path), log_file=None, verbose=False)()
    for path in (tmp_path / "logs").glob("*.log"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_each_line_bears_the_id_of_its_request(tmp_path: Path) -> None:
    stop = configure(settings(tmp_path), log_file=tmp_path / "x.log", verbose=False)
    token = REQUEST.set("req_1")
    logging.getLogger("ccr.route").warning("odd")
    REQUEST.reset(token)
    logging.getLogger("ccr.route").warning("none")
    stop()
    assert [line.get("reqId") for line in lines(tmp_path / "x.log")] == ["req_1", None]


def test_a_failure_is_shown_with_its_trace_and_without_the_key(tmp_path: Path) -> None:
    stop = configure(settings(tmp_path, apikey="canary-key"), log_file=tmp_path / "x.log", verbose=False)
    try:
        raise ValueError("odd canary-key")
    except ValueError:
        logging.getLogger("ccr").exception("it failed")
    stop()
    (line,) = lines(tmp_path / "x.log")
    assert line["msg"] == "it failed"
    assert "ValueError: odd" in line["trace"]
    assert "canary" not in json.dumps(line)


def test_secrets_of_a_new_configuration_are_not_told_either(tmp_path: Path) -> None:
    logs = configure(settings(tmp_path, apikey="canary-one"), log_file=tmp_path / "x.log", verbose=False)
    logs.take(settings(tmp_path, apikey="canary-two"))
    logging.getLogger("ccr").info("canary-one canary-two")
    logs()
    assert lines(tmp_path / "x.log")[0]["msg"] == "[hidden] [hidden]"


def test_a_line_that_is_logged_wrongly_is_shown_as_it_is(tmp_path: Path) -> None:
    stop = configure(settings(tmp_path), log_file=tmp_path / "x.log", verbose=False)
    logging.getLogger("ccr").info("%d pieces", "many")
    logging.getLogger("ccr").info("lone %s", "\ud800", extra={"fields": {"odd": object()}})
    logging.getLogger("ccr").info("goes on")
    stop()
    told = lines(tmp_path / "x.log")
    assert "%d pieces ('many',)" in told[0]["msg"]
    assert told[-1]["msg"] == "goes on"
    assert len(told) == 3


def test_log_false_writes_no_file(tmp_path: Path) -> None:
    stop = configure(settings(tmp_path, log=False), log_file=None, verbose=False)
    logging.getLogger("ccr").info("x")
    stop()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_cannot_be_written_is_said_and_does_not_stop_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    stop = configure(settings(tmp_path), log_file=None, verbose=False)
    logging.getLogger("ccr").info("x")
    stop()
    assert "No log file" in capsys.readouterr().err


def test_the_terminal_gets_words_and_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = configure(settings(tmp_path), log_file=tmp_path / "x.log", verbose=True)
    try:
        raise ValueError("odd")
    except ValueError:
        logging.getLogger("ccr").exception("it failed")
    logging.getLogger("ccr").info("every request")
    stop()
    said = capsys.readouterr().err
    assert "ERROR it failed" in said
    assert "every request" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("console", "told"),
    [
        (Console(), ["loud"]),
        (Console(enabled=False), []),
        (Console(level="debug"), ["detail", "quiet", "loud"]),
        (Console(level="error"), []),
    ],
)
def test_the_console_has_a_level_of_its_own(
    console: Console, told: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = Logs(console=replace(console, format="json"))
    stop = configure(
        settings(tmp_path, log_level="info", logs=logs), log_file=tmp_path / "x.log", verbose=False
    )
    logging.getLogger("ccr").debug("detail")
    logging.getLogger("ccr").info("quiet")
    logging.getLogger("ccr").warning("loud")
    stop()
    assert [json.loads(line)["msg"] for line in capsys.readouterr().err.splitlines()] == told
    assert [line["msg"] for line in lines(tmp_path / "x.log")] == ["quiet", "loud"]


def test_what_is_not_tracked_is_not_told(tmp_path: Path) -> None:
    logs = Logs(tracking=Tracking(enabled=False))
    stop = configure(
        settings(tmp_path, log_level="trace", logs=logs), log_file=tmp_path / "x.log", verbose=False
    )
    assert not logging.getLogger("ccr.request.steps").isEnabledFor(logging.CRITICAL)
    assert not logging.getLogger("ccr.request.body").isEnabledFor(logging.CRITICAL)
    stop()
    configure(settings(tmp_path, log=False), log_file=None, verbose=False)()
    assert logging.getLogger("ccr.request.steps").isEnabledFor(logging.CRITICAL)


def test_files_are_put_aside_and_none_of_their_lines_is_lost(tmp_path: Path) -> None:
    logs = Logs(rotation=Rotation(size=2_000, compress=False))
    stop = configure(settings(tmp_path, logs=logs), log_file=tmp_path / "x.log", verbose=False)
    for number in range(30):
        logging.getLogger("ccr").info("line %d", number)
        if number % 10 == 9:
            stop()
            stop = configure(settings(tmp_path, logs=logs), log_file=tmp_path / "x.log", verbose=False)
    stop()
    paths = [tmp_path / "x_1.log", tmp_path / "x_2.log", tmp_path / "x.log"]
    told = [line["msg"] for path in paths if path.exists() for line in lines(path)]
    assert (tmp_path / "x_1.log").exists()
    assert told == [f"line {n}" for n in range(30)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = configure(settings(tmp_path), log_file="/dev/full", verbose=False)
    logging.getLogger("ccr").info("x")
    stop()
    said = capsys.readouterr().err
    assert "/dev/full cannot be written" in said
    assert "Traceback" not in said
