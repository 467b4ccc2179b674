"""What Claude Code gets of the configuration and the user's words: which wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ccr.cli.client.launch import preferred, straight
from ccr.config.provider import Provider
from ccr.config.settings import Settings


def settings(**raw: Any) -> Settings:
    return Settings(path=Path("config.json"), raw=raw)


def test_the_user_s_settings_win_over_the_configuration_s() -> None:
    made = settings(claudeCodeSettings={"model": "opus", "a": 1, "env": {"A": 1, "B": "b"}})
    found = preferred(made, {"model": "haiku", "env": {"B": "mine"}}, "team")
    assert found == {"model": "haiku", "a": 1, "env": {"A": "1", "B": "mine"}}


def test_the_configuration_cannot_send_the_client_elsewhere() -> None:
    made = settings(claudeCodeSettings={"env": {"ANTHROPIC_BASE_URL": "http://elsewhere"}})
    assert preferred(made, {}, "team") == {"env": {}}


def test_the_status_line_is_ours_where_it_is_enabled_and_nobody_has_another() -> None:
    made = settings(StatusLine={"enabled": True})
    assert preferred(made, {}, "team")["statusLine"]["command"].endswith("statusline team")
    assert preferred(made, {"statusLine": {"command": "mine"}}, "")["statusLine"] == {"command": "mine"}
    assert "statusLine" not in preferred(settings(StatusLine={"default": {}}), {}, "")


def test_straight_to_a_provider_the_address_is_the_base_of_its_endpoint() -> None:
    provider = Provider("p", "https://h/anthropic/v1/messages", "anthropic", keys=("k",), models=("m",))
    found = straight(settings(), provider, {})
    assert found["ANTHROPIC_BASE_URL"] == "https://h/anthropic"
    assert (found["ANTHROPIC_AUTH_TOKEN"], found["ANTHROPIC_MODEL"]) == ("k", "m")
    assert found["CLAUDE_CODE_GATEWAY_HINT_HEADERS"] is None
