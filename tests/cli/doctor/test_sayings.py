"""What the checks say of what they saw, with the cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.cli.doctor import claude, providers, route, service, versions
from ccr.cli.doctor.findings import Finding, failure, lines, ok, summary, warning
from ccr.cli.doctor.world import World
from ccr.cli.service.finding import Finding as Found
from ccr.cli.service.finding import State
from ccr.cli.service.health import Answer
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record
from ccr.config.loading import Report
from ccr.config.settings import Settings
from ccr.errors import Broken, Unreachable, UpstreamError

ADDRESS = "http://127.0.0.1:3456"


def world(folder: Path, found: Found, settings: Settings | None = None, **env: str) -> World:
    path = folder / "config.json"
    home = {"HOME": str(folder), **env}
    return World(home, Home(folder), path, True, Report(settings, (), ()), found, ADDRESS, folder / "project")


def states(findings: list[Finding]) -> list[str]:
    return [finding.state for finding in findings]


@pytest.mark.parametrize(
    "env", [{}, {"ANTHROPIC_BASE_URL": ADDRESS}, {"ANTHROPIC_BASE_URL": f"{ADDRESS}/v1/"}]
)
def test_settings_that_lead_to_us_are_fine(env: dict[str, str]) -> None:
    assert claude.judged("settings", {"env": env}, ADDRESS, wins=True) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"env": {"ANTHROPIC_BASE_URL": "https://elsewhere"}},
        {"env": {"ANTHROPIC_API_KEY": "k"}},
        {"env": {"CLAUDE_CODE_USE_BEDROCK": "1"}},
        {"forceLoginMethod": "claudeai"},
    ],
)
def test_settings_that_lead_past_us_are_wrong_where_they_win_and_doubtful_elsewhere(
    settings: dict[str, Any],
) -> None:
    assert states(claude.judged("settings", settings, ADDRESS, wins=True)) == ["failure"]
    assert states(claude.judged("settings", settings, ADDRESS, wins=False)) == ["warning"]


def test_every_place_of_claude_code_s_settings_is_looked_at(tmp_path: Path) -> None:
    managed = tmp_path / "managed.json"
    seen = world(tmp_path, Found(3456, State.FREE), CCR_MANAGED_SETTINGS=str(managed), ANTHROPIC_API_KEY="k")
    for one in claude.sources(seen):
        one.path.parent.mkdir(parents=True, exist_ok=True)
        one.path.write_text('{"env": {"ANTHROPIC_BASE_URL": "https://elsewhere"}}')
    (tmp_path / ".claude.json").write_text('{"oauthAccount": {"emailAddress": "x"}}')
    found = claude.check(seen)
    assert states(found) == ["failure", *["warning"] * 5]
    assert all(finding.cure for finding in found)


def test_a_shell_that_was_activated_is_fine(tmp_path: Path) -> None:
    seen = world(
        tmp_path,
        Found(3456, State.FREE),
        ANTHROPIC_BASE_URL=ADDRESS,
        ANTHROPIC_AUTH_TOKEN="t",
        CCR_MANAGED_SETTINGS="/nowhere",
    )
    assert states(claude.check(seen)) == ["ok"]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Found(1, State.FREE), "ok"),
        (Found(1, State.FREE, stale=Record(1, "h", 1, "i", "c", 0.0)), "warning"),
        (Found(1, State.BUSY), "failure"),
        (Found(1, State.FOREIGN), "warning"),
        (Found(1, State.TAKEN, answer=Answer("other", software="nginx")), "failure"),
    ],
)
def test_each_state_of_the_port_is_told(tmp_path: Path, found: Found, wanted: str) -> None:
    assert states(service.check(world(tmp_path, found))) == [wanted]


def test_what_the_service_says_of_itself_is_told(tmp_path: Path) -> None:
    health = {
        "reload": {"state": "refused", "why": "a mistake"},
        "ledger": {"state": "away", "problem": "no disk", "lost": {"requests": 3}, "database": "x"},
        "state": {"kind": "redis", "shared": False, "error": "refused"},
        "load": {"refused": 2},
    }
    record = Record(1, "127.0.0.1", 3456, "i", "/other.json", 0.0)
    found = service.check(world(tmp_path, Found(3456, State.RUNNING, record, Answer("router", health))))
    told = {finding.name: finding for finding in found}
    assert states(found) == ["ok", "warning", "failure", "failure", "failure", "warning"]
    assert "a mistake" in found[2].message
    assert "no disk" in told["the ledger"].message
    assert "refused" in told["Redis"].message


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (UpstreamError("wrong key", status=401), "failure", "key is wrong"),
        (UpstreamError("no credit", status=402), "failure", "credit"),
        (UpstreamError("broken", status=500), "warning", "status page"),
        (Unreachable("refused"), "failure", "Nobody answers"),
        (Broken("nonsense", status=504), "failure", "Nobody answers"),
    ],
)
def test_a_provider_s_failure_has_its_cure(error: UpstreamError, state: str, words: str) -> None:
    found = providers.failed("lab", error)
    assert (found.state, words in found.cure) == (state, True), found


def test_a_model_that_is_not_listed_gets_the_nearest_name() -> None:
    assert providers.is_listed("p,m", "m", ["m"]).state == "ok"
    assert providers.is_listed("p,qwen3", "qwen3", ["qwen3:latest"]).state == "ok"
    found = providers.is_listed("p,gpt5", "gpt5", ["gpt-5", "o3"])
    assert (found.state, found.cure) == ("warning", 'Did you mean "gpt-5"?')


def test_the_clock_is_told_by_the_date_of_answers() -> None:
    assert providers.ahead({"date": "Thu, 01 Jan 1970 00:10:00 GMT"}, 700.0) == 100.0
    assert providers.ahead({"date": "yesterday"}, 0.0) is None
    assert providers.ahead({}, 0.0) is None


def message(**more: Any) -> dict[str, Any]:
    call = {"type": "tool_use", "name": "report", "input": {"word": "ready"}}
    return {"model": "m", "content": [call], "stop_reason": "tool_use", **more}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (message(), "ok"),
        (message(content=[{"type": "text", "text": "report(ready)"}]), "warning"),
        (message(content=[{"type": "tool_use", "name": "report", "input": {}}]), "failure"),
        (message(stop_reason="end_turn"), "failure"),
    ],
)
def test_a_tool_call_is_judged(answer: dict[str, Any], state: str) -> None:
    assert route.judged(answer, "here").state == state


@pytest.mark.parametrize(
    ("said", "state"), [("2.1.329 (Claude Code)", "ok"), ("1.0.128", "warning"), ("hm", "warning")]
)
def test_versions_of_the_client_are_judged(said: str, state: str) -> None:
    assert versions.judged(said, "claude").state == state


def test_people_get_marks_and_cures_and_a_sum() -> None:
    found = [ok("a", "fine"), warning("b", "hm", "look"), failure("c", "no", "do\nthis")]
    told = "\n".join(lines("Area", found))
    assert "b: hm" in told
    assert "→ do\n" in told
    assert "1 thing is wrong · 1 doubt" in summary(found)
    assert "well" in summary(found[:1])
