"""Windows: known, asked for by a beta, or learned; and what fits into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.errors import Rejected
from ccr.exchange import Target
from ccr.routing.facts import Facts
from ccr.routing.windows import LEAST, MILLION, REMEMBERED, Short, Windows
from tests.routing.support import facts, provider, settings, text_of_tokens


def target(folder: Path, **facts: object) -> Target:
    entry = {**provider("lab"), "models": [{"name": "m", **facts}]}
    (made,) = settings(folder, {}, entry).providers
    return Target(made, "m")


def asked(tokens: int, output: int | None = 100) -> Facts:
    return facts(messages=[{"role": "user", "content": text_of_tokens(tokens)}], max_tokens=output)


async def test_where_no_window_is_known_nothing_is_counted(tmp_path: Path) -> None:
    request, one = asked(5_000), target(tmp_path)
    assert await Windows().fit(one, request) is one
    assert request.exchange.digest is None


async def test_what_surely_fits_is_not_counted(tmp_path: Path) -> None:
    request, one = asked(100), target(tmp_path, contextWindow=50_000)
    assert await Windows().fit(one, request) is one
    assert request.exchange.digest is None


async def test_a_ceiling_leaves_room_for_the_prompt(tmp_path: Path) -> None:
    request = asked(5_000, output=32_000)
    fitting = await Windows().fit(target(tmp_path, contextWindow=40_000), request)
    assert isinstance(fitting, Target)
    assert fitting.ceiling is not None
    assert await request.tokens_at("m") + fitting.ceiling <= 40_000
    assert fitting.ceiling >= LEAST


async def test_a_model_that_gives_less_anyway_needs_no_ceiling(tmp_path: Path) -> None:
    one = target(tmp_path, contextWindow=40_000, maxOutputTokens=8_000)
    assert await Windows().fit(one, asked(2_000, output=128_000)) is one


@pytest.mark.parametrize("output", [100, 32_000, None])
async def test_what_leaves_no_room_does_not_fit(output: int | None, tmp_path: Path) -> None:
    short = await Windows().fit(target(tmp_path, contextWindow=8_000), asked(9_000, output=output))
    assert isinstance(short, Short)
    assert short.tokens > short.limit
    assert short.limit == 8_000 - min(1_000, output or LEAST)


def test_the_million_beta_widens_anthropic_s_window_only(tmp_path: Path) -> None:
    beta = {"anthropic-beta": "a-1,context-1m-2025-08-07"}
    chat = target(tmp_path, contextWindow=200_000)
    entry = {**provider("lab"), "protocol": "anthropic", "models": [{"name": "m", "contextWindow": 200_000}]}
    native = Target(settings(tmp_path / "b", {}, entry).providers[0], "m")
    assert (Windows().of(chat, beta), Windows().of(native, {}), Windows().of(native, beta)) == (
        200_000,
        200_000,
        MILLION,
    )


def test_only_a_refusal_in_the_known_words_teaches(tmp_path: Path) -> None:
    windows, one = Windows(), target(tmp_path, contextWindow=8_000)
    windows.learn(one, Rejected("prompt is too long", status=400))
    windows.learn(one, Rejected("prompt is too long: 9 tokens > 8 maximum", status=413))
    assert windows.of(one, {}) == 8_000
    windows.learn(one, Rejected("prompt is too long: 4097 tokens > 4096 maximum (you see)", status=400))
    assert windows.of(one, {}) == 4_096


def test_the_memory_is_bounded(tmp_path: Path) -> None:
    windows, one = Windows(), target(tmp_path)
    for n in range(REMEMBERED + 1):
        error = Rejected(f"prompt is too long: {n + 2} tokens > {n + 1} maximum", status=400)
        windows.learn(Target(one.provider, f"m{n}"), error)
    assert len(windows.learned) <= REMEMBERED
