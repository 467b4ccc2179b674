"""Limits are said at providers, models, keys, clients and for everything; a misspelt one is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ccr.config import ConfigError, Settings
from ccr.config.limits import Limits, Rate, of_key

Load = Callable[..., Settings]
PROVIDER = {"name": "a", "api_base_url": "https://a.example/v1", "api_key": "k", "models": ["m"]}


@pytest.fixture
def load(tmp_path: Any) -> Load:
    def load(provider: dict[str, Any], **more: Any) -> Settings:
        import json

        from ccr.config import load

        path = tmp_path / "config.json"
        path.write_text(json.dumps({"Providers": [PROVIDER | provider], **more}))
        return load(path, {})

    return load


def test_every_name_of_a_rate_means_so_much_in_a_time(load: Load) -> None:
    limits = {"rpm": 60, "tpd": 1e6, "inputTpm": 5, "output_tph": 7, "concurrency": 3, "cacheReads": False}
    found = load({"limits": limits}).providers[0].limits
    assert found == Limits(
        (
            Rate("rpm", "requests", 60, 60),
            Rate("tpd", "tokens", 1e6, 86400),
            Rate("inputTpm", "input", 5, 60),
            Rate("outputTph", "output", 7, 3600),
        ),
        concurrency=3,
        cache_reads=False,
    )


def test_the_originals_windows_are_rates(load: Load) -> None:
    windows = {"maxRequests": 5, "windowMs": 2000, "maxTokens": 100, "quotaWindowMs": 60000}
    assert load({"limits": windows}).providers[0].limits.rates == (
        Rate("maxRequests", "requests", 5, 2),
        Rate("maxTokens", "tokens", 100, 60),
    )


def test_a_model_has_limits_in_models_and_in_its_metadata(load: Load) -> None:
    models = {
        "models": {"m": {"limits": {"rpm": 1}}, "n": {}},
        "modelMetadata": {"n": {"limits": {"rpm": 2}}},
    }
    provider = load(models).providers[0]
    assert [provider.facts_of(name).limits.rates for name in "mnx"] == [
        (Rate("rpm", "requests", 1, 60),),
        (Rate("rpm", "requests", 2, 60),),
        (),
    ]


def test_a_key_has_limits_beside_it(load: Load) -> None:
    keys = [{"key": "k", "rpm": 5, "tpm": 7, "limits": {"concurrency": 2, "rpd": 9}}, "l"]
    options = load({"api_key": keys}).providers[0].key_options
    assert of_key(options[0]) == Limits(
        (Rate("rpm", "requests", 5, 60), Rate("rpd", "requests", 9, 86400), Rate("tpm", "tokens", 7, 60)), 2
    )
    assert not of_key(options[1])


def test_clients_and_everything_have_limits(load: Load) -> None:
    settings = load(
        {},
        APIKEYS=[{"key": "1", "name": "ann", "limits": {"rph": 5, "ipm": 3}}, "2"],
        Limits={"concurrency": 8, "queue": {"max": 3}},
    )
    assert settings.client_limits == {"ann": Limits((Rate("rph", "requests", 5, 3600),))}
    assert settings.limits == Limits(concurrency=8)
    assert (settings.queue.max, settings.queue.seconds) == (3, 30)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"rmp": 5}, 'Providers[0].limits: has no limit "rmp"; perhaps "rpm" is meant.'),
        ({"bananas": 5}, "there are: rpm, rph"),
        ({"rpm": 0}, "Providers[0].limits.rpm: should be greater than 0, not 0."),
        ({"concurrency": 1.5}, "Providers[0].limits.concurrency: should be a whole number, not 1.5."),
        ({"maxRequests": 5}, 'needs "windowMs"'),
    ],
)
def test_mistakes_are_told_with_their_place(load: Load, limits: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load({"limits": limits})
    assert words in str(raised.value)


def test_a_client_with_limits_needs_a_name(load: Load) -> None:
    with pytest.raises(ConfigError, match=r'APIKEYS\[0\]: has limits and needs a "name"'):
        load({}, APIKEYS=[{"key": "1", "limits": {"rpm": 5}}])
