"""Transformers over HTTP: what they take and who uses them."""

from __future__ import annotations

from pathlib import Path

from tests.server.admin.admin import admin, config, written


async def test_all_are_told_with_options_and_users(tmp_path: Path) -> None:
    async with admin(tmp_path, written(config("http://127.0.0.1:9/v1"))) as made:
        status, told = await made.ask("GET", "/api/transformers")
    assert status == 200
    known = {one["name"]: one for one in told["transformers"]}
    assert known["Anthropic"]["endpoint"] == "/v1/messages"
    assert known["groq"] == {
        "name": "groq", "endpoint": None, "options": [], "anyOption": False, "kind": "data", "usedBy": [],
    }  # fmt: skip
    assert known["maxtoken"]["options"] == ["max_tokens"]
    assert known["maxtoken"]["usedBy"] == ["lab"]
    assert known["enhancetool"]["usedBy"] == ["lab,m"]
    assert known["customparams"]["anyOption"]
