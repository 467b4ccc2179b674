"""The options of `ccr start` and the configuration they lead to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccr.cli.options import Options, load, settled
from ccr.cli.terminal import Failure


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_options_win_over_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write(tmp_path / "c.json", '{"PORT": 1000}')
    monkeypatch.setenv("CCR_PORT", "2000")
    assert load(Options(config=config)).port == 2000
    assert load(Options(config=config, port=3000)).port == 3000


def test_settled_options_depend_on_neither_shell_nor_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "c.json", "{}")
    env = {"CCR_CONFIG_PATH": "c.json", "SERVICE_PORT": "4000", "CCR_HOST": "::1"}
    expected = ["--host", "::1", "--port", "4000", "--config", str(tmp_path / "c.json"), "--verbose"]
    assert settled(Options(verbose=True), env).arguments() == expected


def test_every_mistake_is_told_and_the_code_is_2(tmp_path: Path) -> None:
    text = '{"PORT": "x", "Providers": [{"name": "a"}], "Router": {"default": "b,c"}}'
    config = write(tmp_path / "c.json", text)
    with pytest.raises(Failure) as failed:
        load(Options(config=config))
    assert failed.value.exit_code == 2
    assert all(place in failed.value.message for place in ("PORT", "Providers[0]", "Router.default"))
    assert Path(config).read_text() == text


def test_the_names_of_transformers_are_checked_with_the_rest(tmp_path: Path) -> None:
    provider: dict[str, Any] = {"name": "a", "api_base_url": "http://127.0.0.1:1/v1", "models": ["m"]}
    provider["transformer"] = {"use": ["deepsek"]}
    config = write(tmp_path / "c.json", json.dumps({"Providers": [provider]}))
    with pytest.raises(Failure, match=r'(?s)Providers\[0\].*Did you mean "deepseek"'):
        load(Options(config=config))


def test_a_file_named_by_an_option_must_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Failure, match=r"no configuration file .*gone\.json"):
        load(Options(config=str(tmp_path / "gone.json")))
    monkeypatch.setenv("CCR_CONFIG_PATH", str(tmp_path / "gone.json"))
    assert not load(Options()).found


def test_warnings_are_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = write(tmp_path / "c.json", '{"HOST": "0.0.0.0"}')
    load(Options(config=config), quiet=True)
    assert capsys.readouterr().err == ""
    load(Options(config=config))
    assert "HOST" in capsys.readouterr().err
