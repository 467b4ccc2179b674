"""Who knows what a model costs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from ccr.config import load
from ccr.config.presets import presets
from ccr.config.prices import Price
from ccr.config.problems import ConfigError
from ccr.config.provider import Provider
from ccr.telemetry.prices import CHECKED, Prices, names_of, packaged
from tests.telemetry.accounts import ANTHROPIC, LOCAL, OPENAI, settings


def written(folder: Path, text: str) -> Path:
    path = folder / "config.json"
    path.write_text(text, encoding="utf-8")
    return path


def rates(provider: Provider, model: str, prices: Prices | None = None) -> tuple[float | None, float | None]:
    known = (prices or Prices(settings())).of(provider, model)
    assert known is not None, model
    return known.price.input, known.price.output


@pytest.mark.parametrize(
    ("preset", "model", "expected"),
    [
        ("anthropic", "claude-sonnet-4-5-20250929", (3, 15)),
        ("anthropic", "claude-opus-4-20250514", (15, 75)),
        ("anthropic", "claude-opus-4-8", (5, 25)),
        ("vertex-claude", "claude-haiku-4-5@20251001", (1, 5)),
        ("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", (3.3, 16.5)),
        ("bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", (3, 15)),
        ("openai", "gpt-5-2025-08-07", (1.25, 10)),
        ("openai", "gpt-5.4-mini", (0.75, 4.5)),
        ("groq", "openai/gpt-oss-120b", (0.15, 0.6)),
        ("vertex", "gemini-2.5-flash", (0.3, 2.5)),
    ],
)
def test_a_model_is_found_with_its_date_its_maker_and_its_cloud(
    preset: str, model: str, expected: tuple[float, float]
) -> None:
    assert rates(Provider("p", "https://example.com", "anthropic", preset=preset), model) == expected


def test_the_packaged_table_is_about_presets_dated_and_sourced() -> None:
    assert set(packaged()) <= set(presets().provider)
    assert all(row.source.startswith("https://") for row in packaged().values())
    assert datetime.now(UTC).date() >= CHECKED


def test_every_packaged_row_is_whole_and_a_cache_never_dearer_to_read_than_input() -> None:
    for row in packaged().values():
        for price in row.patterns.rows.values():
            assert price.input is not None
            assert price.output is not None
            assert price.cache_read is None or price.cache_read <= price.input
            assert price.long is None or (price.long.input or 0) >= price.input


def test_unknown_models_and_other_addresses_have_no_price() -> None:
    prices = Prices(settings())
    assert prices.of(ANTHROPIC, "claude-quartz-9") is None
    assert prices.of(Provider("mine", "https://example.com", "openai_chat"), "gpt-5") is None


def test_what_runs_here_costs_nothing() -> None:
    assert rates(LOCAL, "qwen3") == (0, 0)


def test_the_configuration_knows_better_the_nearer_the_better(tmp_path: Path) -> None:
    found = load(
        written(
            tmp_path,
            """{"Providers": [{"name": "openai", "api_key": "sk-1", "models": [
                 {"name": "gpt-5", "price": {"input": 7, "output": 8}}, "gpt-5-mini", "gpt-5-nano"]},
               {"name": "local", "api_base_url": "http://127.0.0.1:1234/v1", "models": ["m"],
                "price": {"input": 0.5, "output": 0.5}}],
               "Prices": {"openai,gpt-5*": {"input": 1, "output": 2},
                          "gpt-5-mini": {"input": 3, "output": 4}},
               "Router": {"default": "openai,gpt-5"}}""",
        ),
        {},
    )
    prices = Prices(found)
    openai, local = found.providers
    assert rates(openai, "gpt-5", prices) == (7, 8)
    assert rates(openai, "gpt-5-nano", prices) == (1, 2)
    assert rates(openai, "gpt-5-mini", prices) == (1, 2), "the longest pattern that fits"
    assert rates(local, "m", prices) == (0.5, 0.5)
    assert prices.input_of("openai,gpt-5") == 7
    assert prices.input_of("nobody,gpt-5") is None


def test_names_as_version_three_of_the_original_writes_them(tmp_path: Path) -> None:
    text = """{"Providers": [{"name": "openai", "api_key": "sk-1", "models": ["gpt-5"],
      "modelMetadata": {"gpt-5": {"pricing": {"input": 1, "output": 2,
      "cacheRead": 3, "cacheWrite5m": 4, "cacheWrite1h": 5}}}}]}"""
    found = load(written(tmp_path, text), {})
    known = Prices(found).of(found.providers[0], "gpt-5")
    assert known is not None
    assert known.price == Price(input=1, output=2, cache_read=3, cache_write=4, cache_write_1h=5)


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ('{"input": -1, "output": 2}', "Prices.gpt-5.input"),
        ('{"input": "three", "output": 2}', "Prices.gpt-5.input"),
        ('{"input": 1, "output": 2, "peak": {"hours": ["9-12"]}}', "01:00-04:00"),
    ],
)
def test_a_price_that_makes_no_sense_is_told(tmp_path: Path, price: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(written(tmp_path, f'{{"Providers": [], "Prices": {{"gpt-5": {price}}}}}'), {})


def test_a_list_that_was_fetched_comes_before_the_packaged_one(tmp_path: Path) -> None:
    taken = {
        "taken": "2026-12-01",
        "source": "https://x",
        "prices": {"openai": {"gpt-5": {"input": 9, "output": 9}}},
    }
    (tmp_path / "prices.json").write_bytes(msgspec.json.encode(taken))
    prices = Prices(settings(path=tmp_path / "config.json"))
    known = prices.of(OPENAI, "gpt-5-2025-08-07")
    assert known is not None
    assert (known.price.input, known.by, known.since) == (9, "prices.json", "2026-12-01")
    assert rates(OPENAI, "gpt-5-mini", prices) == (0.25, 2)


def test_a_broken_list_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_text("{", encoding="utf-8")
    assert rates(OPENAI, "gpt-5", Prices(settings(path=tmp_path / "config.json"))) == (1.25, 10)


def test_a_name_is_looked_for_whole_then_bare_then_undated() -> None:
    assert names_of("Anthropic/Claude-Opus-5-20260724:beta") == [
        "anthropic/claude-opus-5-20260724:beta",
        "claude-opus-5-20260724",
        "claude-opus-5",
    ]
