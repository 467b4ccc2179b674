"""The custom router as a rule: whatever is wrong with it, the other rules decide and the trace says why."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ccr.config.settings import Settings
from ccr.routing.custom import custom_router
from tests.routing.scripts import ask, exchange, made, write

STUBBORN = """
import asyncio
async def route(request, config):
    try:
        await asyncio.Event().wait()
    except:
        await asyncio.Event().wait()
"""
"""A function that does not end when it is cancelled."""

ROUTE = "def route(request, config):\n    "


async def test_it_names_the_model(tmp_path: Path) -> None:
    router = made(write(tmp_path, "r.py", ROUTE + "return 'lab,m2'"))
    assert await ask(router) == ("lab,m2", [])


@pytest.mark.parametrize("nothing", ["None", "''"])
async def test_nothing_lets_the_other_rules_decide(nothing: str, tmp_path: Path) -> None:
    assert await ask(made(write(tmp_path, "r.py", ROUTE + f"return {nothing}"))) == (None, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROUTE + "return 5", 'r.py returned int instead of "provider,model" or None.'),
        (ROUTE + "return 'bal,m1'", "r.py: Provider 'bal' of model 'bal,m1' is not configured."),
        (ROUTE + "return 'nowhere'", 'r.py returned "nowhere", which is no model of ours.'),
        (ROUTE + "raise KeyError('x')", "r.py fails in line 2: KeyError: 'x'"),
        (ROUTE + "request.body.pop('messages')", "It left no messages in the body"),
        ("def route(", "CUSTOM_ROUTER_PATH: r.py is no valid Python (line 1)"),
    ],
)
async def test_what_is_wrong_is_logged_and_in_the_trace(
    text: str, said: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    router = made(write(tmp_path, "r.py", text))
    caplog.clear()
    with caplog.at_level(logging.WARNING, "ccr.route"):
        model, remarks = await ask(router)
    assert model is None
    assert remarks[0].startswith(said)
    assert said in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "import asyncio\nasync def route(request, config):\n    await asyncio.Event().wait()",
        "import threading\ndef route(request, config):\n    threading.Event().wait()",
        STUBBORN,
    ],
)
async def test_whoever_takes_too_long_is_passed_over(text: str, tmp_path: Path) -> None:
    router = made(write(tmp_path, "r.py", text), custom_router_timeout_ms=20)
    assert await ask(router) == (None, ["r.py gave no answer within 0.02 s."])


async def test_the_body_becomes_what_it_made_of_it(tmp_path: Path) -> None:
    text = (
        ROUTE
        + "request.body['model'] = 'lab,m2'; request.body['stream'] = True; del request.body['max_tokens']"
    )
    asked = exchange()
    assert await ask(made(write(tmp_path, "r.py", text)), asked) == (None, [])
    assert asked.body["model"] == "lab,m2"
    assert asked.fresh() == asked.body
    assert "max_tokens" not in asked.body
    assert asked.body["stream"] is False, "the client has asked for no stream"


async def test_a_request_it_fails_on_stays_as_it_was(tmp_path: Path) -> None:
    asked = exchange()
    before = asked.raw
    await ask(made(write(tmp_path, "r.py", ROUTE + "request.body.clear(); 1 / 0")), asked)
    assert asked.raw is before
    assert asked.body["max_tokens"] == 5


async def test_facts_found_before_a_change_are_forgotten(tmp_path: Path) -> None:
    from ccr.anthropic.tokens import TokenCounter
    from ccr.routing.facts import Facts
    from tests.routing.scripts import MODELS

    router = made(write(tmp_path, "r.py", ROUTE + "request.body['system'] = 'word ' * 500"))
    facts = Facts(exchange(), TokenCounter())
    before = await facts.tokens()
    await router.ask(facts, None, MODELS)  # type: ignore[arg-type]  # not read
    assert await facts.tokens() > before + 400


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    assert custom_router(Settings(tmp_path / "config.json")) is None


def test_an_unknown_language_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(tmp_path / "config.json", custom_router_path=tmp_path / "r.ts")
    assert custom_router(settings) is None
    assert "neither Python (.py) nor JavaScript" in caplog.text


def test_a_broken_file_is_a_warning_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made(write(tmp_path, "r.py", "x = 1\nraise ValueError('no')"))
    assert "CUSTOM_ROUTER_PATH: r.py fails in line 2: ValueError: no" in caplog.text
