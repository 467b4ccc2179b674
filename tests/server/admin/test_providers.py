"""Providers over HTTP: shown without keys, tried, asked for their models."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cli.commands.config.lab import Lab, lab
from tests.server.admin.admin import SECRETS, Admin, admin, config, written


@pytest.fixture(name="lab")
def _lab() -> Iterator[Lab]:
    with lab() as server:
        server.key = SECRETS[0]
        yield server


@pytest.fixture(name="admin")
async def _admin(tmp_path: Path, lab: Lab) -> AsyncIterator[Admin]:
    async with admin(tmp_path, written(config(lab.url))) as made:
        yield made


async def test_they_are_shown_without_keys(admin: Admin) -> None:
    status, shown = await admin.ask("GET", "/api/providers")
    assert status == 200
    (entry,) = shown["providers"]
    assert (entry["name"], entry["protocol"], entry["keys"], entry["local"]) == (
        "lab",
        "openai_chat",
        2,
        True,
    )
    assert not [secret for secret in SECRETS if secret in json.dumps(shown)]


async def test_one_is_tried(admin: Admin, lab: Lab) -> None:
    status, told = await admin.ask("POST", "/api/providers/test", {"name": "lab"})
    assert status == 200
    assert (told["ok"], told["model"], told["message"]) == (True, "m", "hello")
    lab.key = "another"
    _, told = await admin.ask("POST", "/api/providers/test", {"name": "lab", "model": "m"})
    assert (told["ok"], told["status"]) == (False, 401)


async def test_one_that_is_not_saved_is_tried_with_the_key_that_was_masked(admin: Admin) -> None:
    _, shown = await admin.ask("GET", "/api/config")
    entry = {**shown["Providers"][0], "models": ["other"]}
    _, told = await admin.ask("POST", "/api/providers/test", {"provider": entry})
    assert (told["ok"], told["model"]) == (True, "other")


async def test_what_cannot_be_tried_is_told(admin: Admin) -> None:
    status, told = await admin.ask("POST", "/api/providers/test", {"name": "nobody"})
    assert status == 404
    assert "There are: lab." in told["error"]["message"]
    for entry in ({}, {"name": "x"}, {"name": "x", "api_base_url": "http://127.0.0.1:9"}):
        status, told = await admin.ask("POST", "/api/providers/test", {"provider": entry})
        assert (status, told["error"]["type"]) == (400, "invalid_request_error")


async def test_one_is_asked_for_its_models(admin: Admin, lab: Lab) -> None:
    status, told = await admin.ask("GET", "/api/providers/lab/models")
    assert status == 200
    assert told == {"provider": "lab", "models": lab.models, "configured": ["m"]}
    assert (await admin.ask("GET", "/api/providers/nobody/models"))[0] == 404
    lab.key = "another"
    assert (await admin.ask("GET", "/api/providers/lab/models"))[0] == 401
