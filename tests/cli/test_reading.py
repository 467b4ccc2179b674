"""The configuration that a command line leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.cli.reading import Options, environment, read


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCR_PORT", "2000")
    assert environment(Options())["CCR_PORT"] == "2000"
    assert environment(Options(port=3000))["CCR_PORT"] == "3000"


def test_the_number_of_workers_given_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"WORKERS": 2}')
    assert read(Options(config=str(file))).process.workers == 2
    assert read(Options(config=str(file), workers=3)).process.workers == 3


def test_arguments_say_all_that_was_given() -> None:
    given = Options(host="::1", port=1, config="c", log_file="l", verbose=True, workers=2)
    expected = ["--host", "::1", "--port", "1", "--config", "c", "--log-file", "l", "--workers", "2"]
    assert given.arguments() == [*expected, "--verbose"]
