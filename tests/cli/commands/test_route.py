"""`ccr route`: the decision on a request in a file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from ccr.cli import main

BODY: dict[str, Any] = {
    "model": "claude-x",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "Hi"}],
}
CONFIG = {
    "Providers": [{"name": "lab", "api_base_url": "http://127.0.0.1:9/v1/chat/completions", "models": ["m"]}],
    "Router": {
        "default": "lab,m",
        "agents": {"Explore": "lab,e"},
        "clients": {"ci": {"default": "lab,ci"}},
    },
}


@pytest.fixture
def files(own_home: Path) -> Path:
    """A request beside a home with a configuration."""
    config = own_home / ".claude-code-router" / "config.json"
    config.parent.mkdir()
    config.write_text(json.dumps(CONFIG))
    (own_home / "request.json").write_text(json.dumps(BODY))
    return own_home / "request.json"


Out = pytest.CaptureFixture[str]


def test_one_line_says_where_and_why(files: Path, capsys: Out) -> None:
    assert main.run(["route", str(files)]) == 0
    assert capsys.readouterr().out == "lab,m  (default)\n"


def test_everything_is_said_when_asked_for(files: Path, capsys: Out) -> None:
    header = ["--header", "X-Claude-Code-Agent-Type: Explore"]
    assert main.run(["route", str(files), "--explain", *header]) == 0
    said = capsys.readouterr().out
    assert said.startswith("lab,e  (agents.Explore)\n\nRules, in the order they were asked:\n")
    assert "  agents    the agent Explore\n" in said


def test_programs_get_json(files: Path, capsys: Out) -> None:
    assert main.run(["route", str(files), "--json", "--client", "ci"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["target"], told["layers"], told["facts"]["client"]) == (
        "lab,ci",
        ["Router.clients.ci"],
        "ci",
    )


def test_a_request_may_come_by_the_standard_input(
    files: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(files.read_bytes())))
    assert main.run(["route", "-"]) == 0
    assert capsys.readouterr().out == "lab,m  (default)\n"


def test_what_cannot_be_served_ends_with_1(files: Path, capsys: Out) -> None:
    files.write_text(json.dumps({**BODY, "model": "bal,m"}))
    assert main.run(["route", str(files)]) == 1
    assert capsys.readouterr().out.startswith("nothing can serve it (explicit): Provider 'bal'")


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("{", [], "not valid JSON"),
        ("[]", [], "must be a JSON object"),
        (json.dumps(BODY), ["--header", "oops"], 'Write it as "name: value"'),
        (json.dumps(BODY), ["--config", "nowhere.json"], "There is no configuration file"),
    ],
)
def test_mistakes_end_with_2(text: str, more: list[str], told: str, files: Path, capsys: Out) -> None:
    files.write_text(text)
    assert main.run(["route", str(files), *more]) == 2
    assert told in capsys.readouterr().err
