"""A model is tried as a request would reach it, and how that went is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccr.config import load
from ccr.gateway import Gateway
from ccr.server.trial import Trial, tried
from tests.cli.commands.config.lab import Lab, lab


@pytest.fixture(name="lab")
def _lab() -> Iterator[Lab]:
    with lab() as server:
        yield server


async def trial(tmp_path: Path, lab: Lab) -> Trial:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"Providers": [{"name": "lab", "api_base_url": lab.url, "models": ["m"]}]}))
    settings = load(path, {})
    gateway = Gateway(settings)
    try:
        return await tried(gateway, settings.providers[0], "m")
    finally:
        await gateway.close()


async def test_what_answers_is_told_with_its_times(tmp_path: Path, lab: Lab) -> None:
    told = await trial(tmp_path, lab)
    assert (told.ok, told.message, told.status) == (True, "hello", 200)
    assert told.total_ms >= told.first_token_ms > 0
    assert lab.seen == ["/v1/chat/completions"]


async def test_what_refuses_is_told_with_its_status(tmp_path: Path, lab: Lab) -> None:
    lab.key = "needed"
    told = await trial(tmp_path, lab)
    assert (told.ok, told.status, told.first_token_ms) == (False, 401, 0)
    assert "Incorrect API key" in told.message
