"""Presets are found by name, nowhere else, and become settings of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ccr.config import ConfigError, Settings, installed, load
from tests.conftest import ROOT

LAB = {"name": "lab", "api_base_url": "https://lab.example/v1", "api_key": "k", "models": ["m1"]}


@pytest.fixture
def base(tmp_path: Path) -> Settings:
    config = {
        "APIKEY": "ours",
        "Providers": [LAB],
        "Router": {"default": "lab,m1"},
        "CUSTOM_ROUTER_PATH": "r.py",
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    return load(tmp_path / "config.json", {})


def install(base: Settings, name: str, manifest: Any) -> Path:
    path = installed.folder_of(base) / name / "manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    return path


def test_they_are_found_by_folder_and_by_the_name_they_give_themselves(base: Settings) -> None:
    path = install(base, "folder", {"name": "my-preset"})
    install(base, "broken", "{")
    folder = installed.folder_of(base)
    assert installed.find(folder, "folder") == installed.find(folder, "my-preset") == path
    assert installed.find(folder, "none") is None
    assert installed.names(folder) == ["broken", "folder"]


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "a\\b", "", " ", "a\0"])
def test_a_name_never_leads_elsewhere(base: Settings, name: str) -> None:
    install(base, "x", {"name": name})
    assert not installed.is_name(name)
    assert installed.find(installed.folder_of(base), name) is None


def test_a_preset_has_its_own_routes_and_may_use_providers_of_the_user(base: Settings) -> None:
    manifest = """{ // JSON5
      Providers: [
        { name: 'own', api_base_url: 'https://own.example/v1', api_key: "${OWN_KEY}", models: ['o1'] },
      ],
      Router: { default: 'own,o1', think: 'lab,m1' },
      APIKEY: 'theirs', HOST: '0.0.0.0',
    }"""
    found = installed.load(install(base, "p", manifest), base, {"OWN_KEY": "from-env"})
    assert [provider.name for provider in found.providers] == ["own", "lab"]
    assert found.providers[0].keys == ("from-env",)
    assert found.router == {"default": "own,o1", "think": "lab,m1"}
    assert (found.apikey, found.host, found.custom_router_path) == ("ours", base.host, None)


def test_without_routing_of_its_own_the_users_holds_with_its_paths(base: Settings) -> None:
    found = installed.load(install(base, "p", {"REWRITE_SYSTEM_PROMPT": "p.md"}), base, {})
    assert found.router == base.router
    assert found.custom_router_path == base.path.parent / "r.py"
    assert found.rewrite_system_prompt == installed.folder_of(base) / "p" / "p.md"


def test_variables_come_from_the_process_and_either_env_file_the_nearest_first(base: Settings) -> None:
    path = install(base, "p", {"Providers": [{**LAB, "api_key": "$A", "headers": {"b": "$B", "c": "$C"}}]})
    base.path.with_name(".env").write_text("A=global\nB=global")
    path.with_name(".env").write_text("B=own\nC=own")
    (provider,) = installed.load(path, base, {"C": "process"}).providers
    assert provider.keys == ("global",)
    assert provider.headers == {"b": "own", "c": "process"}


def test_the_documentations_example(base: Settings) -> None:
    text = (ROOT / "docs" / "presets.md").read_text()
    example, mappings = re.findall(r"```json5\n(.*?)```", text, re.DOTALL)
    path = install(base, "cheap", example.replace("openrouter,anthropic/claude-sonnet-4.5", "lab,m1"))
    found = installed.load(path, base, {"DEEPSEEK_API_KEY": "sk-1"})
    assert found.providers[0].keys == ("sk-1",)
    assert found.router["default"] == "deepseek,deepseek-chat"
    answered = example.replace("schema:", mappings.strip().rstrip(",") + ", schema:")
    path.write_text(answered.replace("openrouter,anthropic/claude-sonnet-4.5", "lab,m1"))
    assert installed.load(path, base, {"DEEPSEEK_API_KEY": "sk-1"}).providers[0].use == ()
    path.write_text(path.read_text().replace("userValues: {", "userValues: { thinks: true,"))
    (use,) = installed.load(path, base, {"DEEPSEEK_API_KEY": "sk-1"}).providers[0].use
    assert use.name == "reasoning"


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("{", "Syntax error"),
        ({"Router": {"default": "nobody,m"}}, 'Router.default: there is no provider "nobody"'),
        ({"Providers": [{"name": "x"}]}, "Providers[0]"),
        ({"schema": [{"id": "a"}], "Router": {"default": "#{a}"}}, "userValues.a: has no value"),
        ({"Providers": [{**LAB, "api_key": "$NOT_SET"}]}, "the environment variable NOT_SET is not set"),
    ],
)
def test_mistakes_name_the_manifest_and_the_place(base: Settings, manifest: Any, said: str) -> None:
    path = install(base, "p", manifest)
    with pytest.raises(ConfigError) as caught:
        installed.load(path, base, {})
    assert str(path) in str(caught.value)
    assert said in str(caught.value)
