"""The variables that Claude Code gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.cli.client.environment import variables
from ccr.config.provider import ModelFacts, Provider
from ccr.config.settings import Settings

WINDOWS = {"m": 128_000, "small": 64_000, "large": 2_000_000, "claude-like": 200_000}
CHAT = Provider(
    "chat",
    "http://c",
    "openai_chat",
    models=(*WINDOWS, "unknown"),
    facts={name: ModelFacts(context_window=size) for name, size in WINDOWS.items()},
)
ANTHROPIC = Provider(
    "ant",
    "http://a",
    "anthropic",
    models=("claude-x",),
    facts={"claude-x": ModelFacts(context_window=200_000)},
)


def made(env: dict[str, str] | None = None, **more: Any) -> dict[str, str | None]:
    return variables(Settings(path=Path("c"), **more), "http://127.0.0.1:9", env or {})


def test_the_client_is_sent_to_the_router_as_the_original_does_it() -> None:
    assert made(apikey="key", timeout_ms=5) == {
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "ANTHROPIC_AUTH_TOKEN": "key",
        "ANTHROPIC_API_KEY": None,
        "CLAUDE_CODE_USE_BEDROCK": None,
        "CLAUDE_CODE_USE_VERTEX": None,
        "NO_PROXY": "127.0.0.1,localhost",
        "API_TIMEOUT_MS": "5",
        "DISABLE_TELEMETRY": "true",
        "DISABLE_COST_WARNINGS": "true",
        "CLAUDE_CODE_GATEWAY_HINT_HEADERS": "1",
        "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY": "1",
    }
    assert made()["ANTHROPIC_AUTH_TOKEN"] == "test"


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"NO_PROXY": "corp.example, 127.0.0.1"}, {"NO_PROXY": "corp.example,127.0.0.1,localhost"}),
        ({"no_proxy": "a"}, {"NO_PROXY": "a,127.0.0.1,localhost", "no_proxy": "a,127.0.0.1,localhost"}),
    ],
)
def test_no_proxy_is_extended_never_replaced(env: dict[str, str], expected: dict[str, str]) -> None:
    assert {k: v for k, v in made(env).items() if k.lower() == "no_proxy"} == expected


def test_the_address_that_is_bound_needs_no_proxy_either() -> None:
    assert made(host="192.168.1.5", apikey="k")["NO_PROXY"] == "127.0.0.1,localhost,192.168.1.5"


def test_the_background_model_has_the_name_the_router_gives_it() -> None:
    assert made(router={"background": "chat,m"})["ANTHROPIC_DEFAULT_HAIKU_MODEL"] == "chat,m"
    assert "ANTHROPIC_DEFAULT_HAIKU_MODEL" not in made(router={"background": ""})


def test_the_older_key_for_small_work_keeps_its_name() -> None:
    found = made(raw={"ANTHROPIC_SMALL_FAST_MODEL": "chat,m"})
    assert found["ANTHROPIC_SMALL_FAST_MODEL"] == "chat,m"
    assert "ANTHROPIC_SMALL_FAST_MODEL" not in made(raw={"ANTHROPIC_SMALL_FAST_MODEL": 1})


def test_where_no_verdicts_come_from_the_client_classifies_itself() -> None:
    both = (CHAT, ANTHROPIC)
    for router, expected in (
        ({}, "0"),
        ({"default": "chat,m"}, "0"),
        ({"default": "ant,claude-x"}, None),
        ({"default": "gone,m"}, None),
    ):
        assert made(providers=both, router=router).get("CLAUDE_CODE_AUTO_MODE_SERVER") == expected


def window(default: str, env: dict[str, str] | None = None) -> list[str | None]:
    found = made(env, providers=(CHAT, ANTHROPIC), router={"default": default})
    return [found.get(f"CLAUDE_CODE_{name}") for name in ("MAX_CONTEXT_TOKENS", "AUTO_COMPACT_WINDOW")]


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        ("chat,small", ["64000", "100000"]),
        ("chat,m", ["128000", "128000"]),
        ("chat,large", ["2000000", None]),
        ("chat,claude-like", [None, None]),
        ("chat,unknown", [None, None]),
        ("ant,claude-x", [None, None]),
    ],
)
def test_the_real_context_window_is_told_for_models_that_are_not_claude_s(
    default: str, expected: list[str | None]
) -> None:
    assert window(default) == expected


def test_a_window_that_the_user_has_set_stays() -> None:
    assert window("chat,m", {"CLAUDE_CODE_AUTO_COMPACT_WINDOW": "9"}) == ["128000", None]


def test_non_interactive_mode_is_the_original_s() -> None:
    found = made(non_interactive=True)
    assert {k: found[k] for k in ("CI", "FORCE_COLOR", "NODE_NO_READLINE", "TERM")} == {
        "CI": "true",
        "FORCE_COLOR": "0",
        "NODE_NO_READLINE": "1",
        "TERM": "dumb",
    }
