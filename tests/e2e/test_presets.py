"""A preset is a router of its own below its path: its providers, its routes, its transformers, its count."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yarl

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, chat_json, chat_text, json_answer, stream

BODY: dict[str, Any] = {"model": "claude", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}

MANIFEST = """{
  // as version 2 of the original lays them, in JSON5
  name: 'cheap', version: '1.0.0',
  schema: [
    { id: 'apiKey', type: 'password', label: 'Key' },
    { id: 'model', type: 'select', defaultValue: 'c1' },
    { id: 'limited', type: 'confirm', defaultValue: false },
  ],
  template: {
    Providers: [{ name: 'cheap', api_base_url: 'UPSTREAM', api_key: '#{apiKey}', models: ['c1', 'c2'] }],
    Router: { default: 'cheap,{{model}}', think: 'lab,m1' },
  },
  configMappings: [{
    target: 'Providers[0].transformer', value: { use: [['maxtoken', { max_tokens: 20 }]] },
    when: { field: 'limited', value: true },
  }],
  userValues: { apiKey: 'preset-key', limited: true },
}"""


def install(folder: Path, name: str, manifest: str, upstream: FakeUpstream) -> None:
    path = folder / "presets" / name / "manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(manifest.replace("UPSTREAM", upstream.url + "/v1/chat/completions"))


async def test_its_providers_routes_and_transformers_serve_beside_the_users_own(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    install(tmp_path, "cheap", MANIFEST, upstream)
    url = await start()
    thinking = {**BODY, "max_tokens": 2000, "thinking": {"type": "enabled", "budget_tokens": 1024}}
    for path, body in (("/preset/cheap", BODY), ("/preset/cheap/v1", thinking), ("", BODY)):
        async with http.post(url + path + "/v1/messages", json=body) as response:
            assert response.status == 200, await response.text()
            assert (await response.json())["content"][0]["text"] == "ok"
    seen = [(s.headers["authorization"], s.json["model"]) for s in upstream.requests]
    assert seen == [("Bearer preset-key", "c1"), ("Bearer provider-key", "m1"), ("Bearer provider-key", "m1")]
    limits = [s.json.get("max_tokens", s.json.get("max_completion_tokens")) for s in upstream.requests]
    assert limits == [20, 2000, 50]


async def test_it_streams(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(stream(chat_text("a", "b")))
    install(tmp_path, "cheap", MANIFEST, upstream)
    async with http.post(
        await start() + "/preset/cheap/v1/messages", json={**BODY, "stream": True}
    ) as response:
        assert response.headers["x-ccr-provider"] == "cheap"
        assert b"event: message_stop" in await response.read()


async def test_it_counts_and_lists_its_models(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    install(tmp_path, "cheap", MANIFEST, upstream)
    url = await start() + "/preset/cheap/v1"
    async with http.post(url + "/messages/count_tokens", json=BODY) as response:
        assert (await response.json())["input_tokens"] > 0
    async with http.get(url + "/models") as response:
        ids = [entry["id"] for entry in (await response.json())["data"]]
    assert ids == ["cheap,c1", "cheap,c2", "lab,m1"]


async def test_an_unknown_one_is_a_404_that_names_those_there_are(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    install(tmp_path, "cheap", MANIFEST, upstream)
    async with http.post(await start() + "/preset/other/v1/messages", json=BODY) as response:
        assert response.status == 404
        error = (await response.json())["error"]
    assert error == {"type": "not_found_error", "message": "There is no preset 'other'. There are: cheap."}


@pytest.mark.parametrize("name", ["..", "..%2F..", "a%5Cb", "%2e%2e"])
async def test_a_name_that_leads_elsewhere_is_refused(
    name: str, start: Start, http: aiohttp.ClientSession
) -> None:
    url = yarl.URL(await start() + f"/preset/{name}/v1/messages", encoded=True)
    async with http.post(url, json=BODY) as response:
        assert response.status == 400
        assert "cannot be the name of a preset" in await response.text()


async def test_the_routers_key_is_asked_for_and_not_one_of_the_preset(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    install(tmp_path, "cheap", MANIFEST.replace("version:", "APIKEY: 'theirs', version:"), upstream)
    url = await start(APIKEY="ours")
    for path, key, status in (("cheap", "theirs", 401), ("other", "theirs", 401), ("cheap", "ours", 200)):
        headers = {"x-api-key": key}
        async with http.post(f"{url}/preset/{path}/v1/messages", json=BODY, headers=headers) as response:
            assert response.status == status


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js (node) on the PATH")
async def test_it_may_have_a_custom_router_in_its_folder(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    install(tmp_path, "own", json.dumps({"CUSTOM_ROUTER_PATH": "route.js"}), upstream)
    file = tmp_path / "presets" / "own" / "route.js"
    file.write_text("module.exports = (req, config) => config.Providers[0].name + ',m7'")
    async with http.post(await start() + "/preset/own/v1/messages", json=BODY) as response:
        assert (response.headers["x-ccr-route"], response.headers["x-ccr-model"]) == ("custom", "m7")
