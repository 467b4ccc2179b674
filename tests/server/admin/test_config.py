"""The configuration over HTTP: no key leaves, none is lost, nothing wrong is written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ccr.config.saving.rewrite import same
from ccr.config.syntax import parse
from tests.server.admin.admin import SECRETS, Admin, admin, config, written

TEXT = written(config("http://127.0.0.1:9/v1"))


@pytest.fixture(name="admin")
async def _admin(tmp_path: Path) -> AsyncIterator[Admin]:
    async with admin(tmp_path, TEXT) as made:
        yield made


def content(path: str) -> str:
    return Path(path).read_text()


async def test_it_is_read_without_its_keys(admin: Admin) -> None:
    status, shown = await admin.ask("GET", "/api/config")
    assert status == 200
    assert shown["Router"] == {"default": "lab,m"}
    assert shown["Providers"][0]["api_key"] == ["••••-lab", "••••b-22"]
    assert not [secret for secret in SECRETS if secret in json.dumps(shown)]


async def test_what_is_sent_back_unchanged_changes_nothing(admin: Admin) -> None:
    _, shown = await admin.ask("GET", "/api/config")
    status, saved = await admin.ask("POST", "/api/config", shown)
    assert status == 200, saved
    assert admin.path.read_text() == TEXT


async def test_keys_of_a_wrong_shape_do_not_leave_and_are_not_lost(admin: Admin) -> None:
    text = '{"clients": {"a": {"key": [["hunter2"]]}}, "notes": [{"token": 4040}]} // mine'
    admin.path.write_text(text)
    _, shown = await admin.ask("GET", "/api/config")
    assert not [secret for secret in ("hunter2", "4040") if secret in json.dumps(shown)]
    status, saved = await admin.ask("POST", "/api/config", {**shown, "LOG": False})
    assert status == 200, saved
    kept = parse(admin.path.read_text())
    assert kept == {**parse(text), "LOG": False}


async def test_a_change_is_written_with_a_backup_and_is_in_use_at_once(admin: Admin) -> None:
    _, shown = await admin.ask("GET", "/api/config")
    shown["Providers"][0]["models"] = ["m", "n"]
    status, saved = await admin.ask("POST", "/api/config", shown)
    assert status == 200, saved
    assert saved["success"] is True
    assert saved["message"] == "Configuration updated successfully. It is in use."
    assert Path(saved["backup"]).parent == admin.path.parent / ".backups"
    assert content(saved["backup"]) == TEXT
    text = admin.path.read_text()
    assert text.startswith("// mine\n")
    assert all(secret in text for secret in SECRETS)
    _, models = await admin.ask("GET", "/v1/models")
    assert [model["id"] for model in models["data"]] == ["lab,m", "lab,n"]


async def test_what_counts_from_the_next_start_is_told(admin: Admin) -> None:
    _, shown = await admin.ask("GET", "/api/config")
    status, saved = await admin.ask("POST", "/api/config", {**shown, "PORT": 4321})
    assert status == 200
    assert saved["restart"] == ["PORT"]
    assert "PORT will count from the next start." in saved["message"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"PORT": "x"}, "PORT"),
        ({"Router": {"default": "nobody,m"}}, "Router.default"),
        ({"APIKEY": "••••9999"}, "APIKEY"),
        (
            {"Providers": [{"name": "lab", "transformer": {"use": ["nothing"]}}]},
            "Providers[0].transformer.use[0]",
        ),
    ],
)
async def test_with_a_mistake_in_it_nothing_is_done(admin: Admin, change: dict[str, Any], path: str) -> None:
    _, shown = await admin.ask("GET", "/api/config")
    status, refused = await admin.ask("POST", "/api/config", {**shown, **change})
    assert status == 400
    assert path in [problem["path"] for problem in refused["error"]["details"]["problems"]]
    assert refused["error"]["message"].endswith("Nothing was written.")
    assert admin.path.read_text() == TEXT
    assert not (admin.path.parent / ".backups").exists()


async def test_what_is_no_object_is_refused(admin: Admin) -> None:
    bodies: list[Any] = [[], "x", 3]
    for body in bodies:
        status, refused = await admin.ask("POST", "/api/config", body)
        assert (status, refused["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize("body", [b'{"a":' * 3000, b'{"a":' * 450 + b"1" + b"}" * 450, b"\xff", b"{"])
async def test_a_body_that_cannot_be_read_is_refused(admin: Admin, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    async with admin.http.post(f"{admin.url}/api/config", data=body, headers=headers) as answer:
        assert answer.status in (200, 400)
        assert answer.content_type == "application/json"


async def test_a_configuration_can_be_checked_without_writing_it(admin: Admin) -> None:
    _, shown = await admin.ask("GET", "/api/config")
    assert await admin.ask("POST", "/api/config/validate", shown) == (
        200,
        {"valid": True, "problems": [], "warnings": []},
    )
    _, verdict = await admin.ask("POST", "/api/config/validate", {**shown, "PORT": "x", "fallbak": {}})
    assert not verdict["valid"]
    assert [problem["path"] for problem in verdict["problems"]] == ["PORT"]
    assert [warning["path"] for warning in verdict["warnings"]] == ["fallbak"]
    assert admin.path.read_text() == TEXT


async def test_backups_are_made_listed_and_put_back(admin: Admin) -> None:
    _, made = await admin.ask("POST", "/api/config/backup")
    assert content(made["backup"]) == TEXT
    admin.path.write_text("{ broken")
    status, refused = await admin.ask("GET", "/api/config")
    assert status == 409
    assert "Syntax error" in refused["error"]["message"]
    _, listed = await admin.ask("GET", "/api/config/backups")
    name = listed["backups"][0]["name"]
    status, restored = await admin.ask("POST", f"/api/config/backups/{name}/restore")
    assert status == 200
    assert restored["message"].endswith("It is in use.")
    assert admin.path.read_text() == TEXT
    assert content(restored["backup"]) == "{ broken"


async def test_a_broken_file_is_not_written_over(admin: Admin) -> None:
    admin.path.write_text("{ broken")
    status, _ = await admin.ask("POST", "/api/config", {})
    assert status == 409
    assert admin.path.read_text() == "{ broken"


@pytest.mark.parametrize("name", ["gone", "..%2f..%2fconfig.json", "%2Fetc%2Fpasswd", "..", "config.json"])
async def test_no_name_leads_out_of_the_backups(admin: Admin, name: str) -> None:
    await admin.ask("POST", "/api/config/backup")
    status, refused = await admin.ask("POST", f"/api/config/backups/{name}/restore")
    assert (status, refused["error"]["type"]) == (404, "not_found_error")


async def test_there_is_a_schema(admin: Admin) -> None:
    _, schema = await admin.ask("GET", "/api/config/schema")
    assert "Providers" in schema["properties"]


async def test_everything_that_was_written_is_what_was_sent(admin: Admin) -> None:
    _, shown = await admin.ask("GET", "/api/config")
    sent = {**shown, "Router": {"default": "lab,m", "think": "lab,x"}, "mine": {"deep": [1, {"a": None}]}}
    await admin.ask("POST", "/api/config", sent)
    _, now = await admin.ask("GET", "/api/config")
    assert same(now, sent)
    assert same({**parse(admin.path.read_text()), "Providers": 0}, {**sent, "Providers": 0})
