"""Each variable says what it is documented to say; what is not known is nothing."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ccr.cli.statusline.answers import Rest
from ccr.cli.statusline.variables import VARIABLES, Facts, Variables, plain
from tests.cli.statusline.conftest import SAID, SESSION, Show
from tests.cli.statusline.test_answers import ledger, record
from tests.conftest import ROOT

EXPECTED = {
    "workDirName": "project",
    "gitBranch": "",
    "model": "Sonnet 4",
    "inputTokens": "8.5k",
    "outputTokens": "120",
    "tokenSpeed": "",
    "timeToFirstToken": "",
    "isStreaming": "",
    "streamingIndicator": "",
    "contextPercent": "20",
    "contextWindowSize": "200k",
    "totalInputTokens": "16k",
    "totalOutputTokens": "4k",
    "cost": "$0.12",
    "duration": "2m5s",
    "linesAdded": "12",
    "linesRemoved": "5",
    "netLines": "7",
    "version": "2.1.260",
    "sessionId": "0b8f6f3a",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_original_s_variables(name: str, show: Show) -> None:
    assert show({"text": f"<{{{{{name}}}}}> x"}) == f"<{EXPECTED[name]}> x"


def facts(said: object = SAID, raw: dict[str, Any] | None = None, config: str = "/nowhere") -> Facts:
    return Facts(said, raw or {}, config, "/nowhere/state", {"TMPDIR": "/nowhere"})


def test_nothing_known_is_nothing_said() -> None:
    assert not any(Variables(facts(said={})).values())


def test_the_model_is_that_of_the_transcript_then_of_the_router_then_of_the_client(tmp_path: Path) -> None:
    transcript = tmp_path / "t.jsonl"
    transcript.write_text(json.dumps({"type": "assistant", "message": {"model": "told"}}))
    raw = {"Router": {"default": "p, routed"}}
    assert Variables(facts({**SAID, "transcript_path": str(transcript)}, raw))["model"] == "told"
    assert Variables(facts(SAID, raw))["model"] == "routed"
    assert Variables(facts(SAID))["model"] == "Sonnet 4"


def test_a_project_s_own_route_wins(tmp_path: Path) -> None:
    own = tmp_path / ".claude-code-router" / "config.json"
    own.parent.mkdir()
    own.write_text('{"Router": {"default": "p,own"}}')
    said = {"workspace": {"current_dir": str(tmp_path)}}
    assert Variables(facts(said, {"Router": {"default": "p,ours"}}))["model"] == "own"


@pytest.mark.parametrize(
    ("folder", "name"), [("/a/b/", "b"), ("C:\\Users\\me\\my project", "my project"), ("/", "/"), ("", "")]
)
def test_the_folder_s_name_on_any_system(folder: str, name: str) -> None:
    assert Variables(facts({"workspace": {"current_dir": folder}}))["workDirName"] == name


def test_the_answering_model_and_the_cost_are_the_ledger_s(folder: Path, show: Show) -> None:
    row = record(
        1, session=SESSION, cost=1.5, output=1, input=1, cache_read=3, route="think", reason="it thinks"
    )
    ledger(folder / "ccr.db", row)
    text = "{{answering}} {{answeringProvider}} {{route}} {{routeReason}} {{sessionCost}} {{cacheShare}}%"
    assert show({"text": text}) == "p,m1 p think it thinks $1.50 75%"


def test_without_a_ledger_the_cost_is_what_the_client_says() -> None:
    assert Variables(facts())["sessionCost"] == "$0.12"


def test_a_cost_of_unknown_prices_is_a_question_mark(folder: Path, show: Show) -> None:
    ledger(folder / "ccr.db", record(1, session=SESSION, output=1))
    assert show({"text": "{{sessionCost}}"}) == "$?"


def warned(*rests: Rest) -> str:
    found = facts()
    found.__dict__["rests"] = list(rests)
    return Variables(found)["warnings"]


def test_warnings_say_what_rests_and_how_long() -> None:
    assert warned(Rest("p", "", 42.4, 529, is_key=False)) == "p rests 42s (529)"
    assert warned(Rest("p", "m", 300, 0, is_key=False)) == "p,m rests 5m"
    assert warned(Rest("p", "", 7300, 401, is_key=True)) == "a key of p rests 2h (401)"
    assert (
        warned(*(Rest(name, "", 90_000, 0, is_key=False) for name in "abcd")) == "a rests 1d, b rests 1d, +2"
    )


def test_text_of_others_holds_nothing_that_a_terminal_obeys() -> None:
    assert plain("a\x1b[31mb\nc\u202ed\x07") == "a[31mbcd"
    assert len(plain("x" * 5_000)) == 120


def test_a_branch_s_name_is_made_harmless(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/a\x1b]0;title\x07b\n")
    assert Variables(facts({"cwd": str(tmp_path)}))["gitBranch"] == "a]0;titleb"


def test_one_that_fails_hinders_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VARIABLES, "model", lambda _: str(1 / 0))
    found = Variables(facts())
    assert (found["model"], found["cost"], found["no such"]) == ("", "$0.12", "")


def test_every_variable_is_in_the_documentation() -> None:
    told = set(re.findall(r"`\{\{(\w+)\}\}`|`(\w+)`", (ROOT / "docs" / "statusline.md").read_text()))
    assert set(VARIABLES) <= {name for pair in told for name in pair}


def test_git_is_never_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert dict(Variables(facts({**SAID, "cwd": str(tmp_path)})))["workDirName"] == "project"
