"""Every line that was logged is in the file once the service has ended."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ccr.config.settings import Settings
from ccr.telemetry.logs import configure


def test_lines_reach_the_file_in_order_and_only_from_the_level_on(tmp_path: Path) -> None:
    stop = configure(
        Settings(path=tmp_path / "config.json", log_level="info"), log_file=tmp_path / "x.log", verbose=False
    )
    for number in range(500):
        logging.getLogger("ccr.request").info("line %d", number)
    logging.getLogger("ccr").debug("not shown")
    stop()
    lines = (tmp_path / "x.log").read_text().splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == [str(n) for n in range(500)]


def test_a_failure_is_shown_with_its_trace(tmp_path: Path) -> None:
    stop = configure(Settings(path=tmp_path / "config.json"), log_file=tmp_path / "x.log", verbose=False)
    try:
        raise ValueError("odd")
    except ValueError:
        logging.getLogger("ccr").exception("it failed")
    stop()
    text = (tmp_path / "x.log").read_text()
    assert "it failed" in text
    assert "ValueError: odd" in text


def test_log_false_writes_no_file(tmp_path: Path) -> None:
    stop = configure(Settings(path=tmp_path / "config.json", log=False), log_file=None, verbose=False)
    logging.getLogger("ccr").info("x")
    stop()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_cannot_be_written_is_said_and_does_not_stop_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    stop = configure(Settings(path=tmp_path / "config.json"), log_file=None, verbose=False)
    logging.getLogger("ccr").info("x")
    stop()
    assert "No log file" in capsys.readouterr().err


def test_the_terminal_gets_words_and_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = configure(Settings(path=tmp_path / "config.json"), log_file=tmp_path / "x.log", verbose=True)
    try:
        raise ValueError("odd")
    except ValueError:
        logging.getLogger("ccr").exception("it failed")
    stop()
    said = capsys.readouterr().err
    assert "it failed" in said
    assert "Traceback" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = configure(Settings(path=tmp_path / "config.json"), log_file="/dev/full", verbose=False)
    logging.getLogger("ccr").info("x")
    stop()
    assert "Traceback" not in capsys.readouterr().err
