"""Presets over HTTP: what the original's paths answer, no secret told, nothing outside touched."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.server.admin.admin import Admin, admin, config, written

KEY = "the-answer-that-is-secret"
MANIFEST: dict[str, Any] = {
    "name": "team",
    "version": "1.0.0",
    "keywords": ["a", 1],
    "Providers": [{"name": "t", "api_base_url": "http://127.0.0.1:9/#{word}", "api_key": "#{key}"}],
    "schema": [
        {"id": "key", "type": "password", "label": "Key"},
        {"id": "word", "type": "input", "defaultValue": "v1"},
    ],
}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Admin]:
    folder = tmp_path / "home"
    folder.mkdir()
    async with admin(folder, written(config("http://127.0.0.1:9/v1"))) as made:
        yield made


def zipped(**entries: str) -> str:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return base64.b64encode(data.getvalue()).decode()


async def install(service: Admin, **more: Any) -> tuple[int, Any]:
    body = {"manifest": MANIFEST, "values": {"key": KEY}, **more}
    return await service.ask("POST", "/api/presets/install", body)


async def test_a_preset_is_installed_listed_told_answered_and_deleted(service: Admin) -> None:
    status, told = await install(service)
    assert (status, told["success"], told["presetName"], told["problems"]) == (200, True, "team", [])
    status, told = await service.ask("GET", "/api/presets")
    assert [(one["id"], one["version"], one["keywords"]) for one in told["presets"]] == [
        ("team", "1.0.0", ["a"])
    ]
    status, told = await service.ask("GET", "/api/presets/team")
    assert status == 200
    assert set(told) >= {"metadata", "config", "schema", "template", "configMappings", "userValues"}
    assert told["config"]["Providers"][0]["api_base_url"] == "http://127.0.0.1:9/v1"
    assert KEY not in json.dumps(told)
    changed = {**told["userValues"], "word": "v2"}
    status, told = await service.ask("POST", "/api/presets/team/apply", {"secrets": changed})
    assert (status, told["success"]) == (200, True)
    path = service.path.parent / "presets" / "team" / "manifest.json"
    assert json.loads(path.read_text())["userValues"] == {"key": KEY, "word": "v2"}
    status, told = await service.ask("DELETE", "/api/presets/team")
    assert (status, told["success"], path.parent.exists()) == (200, True, False)


async def test_it_is_served_at_once_and_not_any_more_when_it_is_gone(service: Admin) -> None:
    await install(service)
    status, _ = await service.ask("GET", "/preset/team/v1/models")
    assert status == 200
    await service.ask("DELETE", "/api/presets/team")
    assert (await service.ask("GET", "/api/presets/team"))[0] == 404


async def test_a_second_of_one_name_is_refused_unless_it_is_to_replace(service: Admin) -> None:
    await install(service)
    status, told = await install(service)
    assert (status, "replace" in told["error"]["message"]) == (409, True)
    assert (await install(service, replace=True))[0] == 200


async def test_missing_answers_are_told_and_nothing_is_installed(service: Admin) -> None:
    status, told = await install(service, values={})
    assert status == 400
    assert "key" in told["error"]["message"]
    assert not (service.path.parent / "presets").exists()


async def test_a_zip_is_taken_but_none_that_leads_away_or_brings_code(service: Admin, tmp_path: Path) -> None:
    manifest = json.dumps({"name": "zipped", "Router": {"default": "lab,m"}})
    good: dict[str, Any] = {
        "manifest": None,
        "values": {},
        "zip": zipped(**{"x/manifest.json": manifest, "x/notes.md": "!"}),
    }
    assert (await install(service, **good))[0] == 200
    assert (service.path.parent / "presets" / "zipped" / "notes.md").read_text() == "!"
    for entry in ("../out.md", "run.js", "run", "x.so"):
        bad = {**good, "name": "bad", "zip": zipped(**{"manifest.json": manifest, entry: "x"})}
        status, told = await install(service, **bad)
        assert status == 400, told
    assert not (service.path.parent / "presets" / "bad").exists()
    assert not (tmp_path / "out.md").exists()


@pytest.mark.parametrize(
    "more",
    [
        {"name": "../away"},
        {"name": ".."},
        {"zip": "AAAA"},
        {"manifest": None},
        {"manifest": None, "zip": "?"},
        {"manifest": None, "source": "file:///etc"},
        {"manifest": None, "source": "--upload-pack=x"},
        {"manifest": {}},
        {"manifest": {**MANIFEST, "claudeCodeSettings": {"hooks": {}}}},
        {"manifest": {**MANIFEST, "template": {"claudeCodeSettings": {"apiKeyHelper": "x"}}}},
    ],
)
async def test_what_cannot_be_installed_is_refused(service: Admin, more: dict[str, Any]) -> None:
    status, told = await install(service, **more)
    assert status == 400, told
    assert not (service.path.parent / "presets").exists()


async def test_answers_reach_no_settings_of_claude_code(service: Admin) -> None:
    await install(service)
    for place in ("claudeCodeSettings.apiKeyHelper", ".claudeCodeSettings.hooks", "[claudeCodeSettings].env"):
        given = {"secrets": {place: "touch x"}}
        assert (await service.ask("POST", "/api/presets/team/apply", given))[0] == 400
        assert (await install(service, values={"key": KEY, place: "x"}, replace=True))[0] == 400


async def test_what_is_not_there_is_told(service: Admin) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/apply")):
        body: Any = {"secrets": {}} if method == "POST" else None
        status, told = await service.ask(method, f"/api/presets/nobody{path}", body)
        assert status == 404, told
