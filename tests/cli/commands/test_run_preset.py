"""Which provider a preset with ``noServer`` goes to; the rest is in tests/cli/commands/preset."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.cli.commands.run_preset import straight
from ccr.cli.terminal import Failure
from ccr.config.provider import Provider
from ccr.config.settings import Settings

OWN = Provider("own", "https://own", "anthropic")
NAMED = Provider("named", "https://named", "anthropic")
CHAT = Provider("chat", "https://chat", "openai_chat")


def settings(*providers: Provider, **raw: object) -> Settings:
    return Settings(path=Path("c"), providers=providers, raw=raw)


def test_it_is_the_one_that_is_named_else_the_first() -> None:
    outside = settings(NAMED)
    assert straight(outside, settings(OWN)) is None
    assert straight(outside, settings(OWN, noServer=True)) is OWN
    assert straight(outside, settings(OWN, noServer=True, provider="named")) is NAMED


@pytest.mark.parametrize("providers", [(), (CHAT,)])
def test_what_needs_translation_needs_the_router(providers: tuple[Provider, ...]) -> None:
    with pytest.raises(Failure, match="noServer"):
        straight(settings(), settings(*providers, noServer=True))
