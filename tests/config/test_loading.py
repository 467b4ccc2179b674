from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ccr.config import ConfigError, Settings, load
from ccr.config.settings import Plugin
from tests.config.conftest import EVERYWHERE, EVERYWHERE_6, Mistakes, Read, Write

LOCAL = {"name": "lab", "api_base_url": "http://127.0.0.1:1/v1/chat/completions", "models": ["m"]}


def test_a_missing_file_is_no_mistake(tmp_path: Path) -> None:
    settings = load(tmp_path / "none.json", {})
    assert not settings.found
    assert settings.providers == ()
    assert (settings.host, settings.port) == ("127.0.0.1", 3456)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"x": "\\ud800"}', "half of a character"),
        ('{"\\udFFF": 1}', "half of a character"),
        ('{"x": ' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
        ('{"x": ' + "[" * 20_000 + "]" * 20_000 + "}", "nested too deeply"),
    ],
)
def test_what_nothing_could_be_done_with_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=told):
        load(path, {})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Is a directory\.\n\s*It is a folder"):
        load(tmp_path, {})


def test_defaults(read: Read) -> None:
    settings = read({})
    assert settings.found
    assert settings == Settings(path=settings.path, found=True)


def test_every_key_of_the_service(read: Read) -> None:
    settings = read(
        {
            "HOST": EVERYWHERE,
            "PORT": "4000",
            "APIKEY": "k",
            "API_TIMEOUT_MS": "1000",
            "PROXY_URL": "http://127.0.0.1:7890",
            "LOG": False,
            "LOG_LEVEL": "WARNING",
            "MAX_BODY_MB": 0.5,
            "CLAUDE_PATH": "/opt/claude",
            "NON_INTERACTIVE_MODE": True,
            "CUSTOM_ROUTER_PATH": "/r.py",
            "REWRITE_SYSTEM_PROMPT": "prompt.md",
            "transformers": [{"path": "/t.py", "options": {"a": 1}}],
        }
    )
    assert (settings.host, settings.port, settings.apikey) == (EVERYWHERE, 4000, "k")
    assert (settings.timeout_ms, settings.network.https) == (1000, "http://127.0.0.1:7890")
    assert (settings.log, settings.log_level, settings.max_body_bytes) == (False, "warn", 512 * 1024)
    assert (settings.claude_path, settings.non_interactive) == ("/opt/claude", True)
    assert settings.custom_router_path == Path("/r.py")
    assert settings.rewrite_system_prompt == settings.path.parent / "prompt.md"
    assert settings.transformers == (Plugin(Path("/t.py"), {"a": 1}),)
    assert settings.warnings == ()


def test_the_file_that_is_meant(write: Write, tmp_path: Path) -> None:
    argument = write({"PORT": 1}, "argument.json")
    ours = write({"PORT": 2}, "ours.json")
    theirs = write({"PORT": 3}, "theirs.json")
    home = tmp_path / "home"
    (home / ".claude-code-router").mkdir(parents=True)
    (home / ".claude-code-router" / "config.json").write_text('{"PORT": 4}')
    env = {"CCR_CONFIG_PATH": str(ours), "CONFIG_PATH": str(theirs), "HOME": str(home)}
    ports = [load(argument, env).port]
    for name in ("CCR_CONFIG_PATH", "CONFIG_PATH", "nothing"):
        ports.append(load(None, env).port)
        env.pop(name, None)
    assert ports == [1, 2, 3, 4]


def test_the_environment_of_the_process_is_the_default(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCR_CONFIG_PATH", str(write({"PORT": 5})))
    assert load().port == 5


@pytest.mark.parametrize(
    ("env", "host", "port", "level"),
    [
        ({}, "127.0.0.2", 1, "error"),
        ({"CCR_HOST": "localhost", "CCR_PORT": "2", "CCR_LOG_LEVEL": "debug"}, "localhost", 2, "debug"),
        ({"SERVICE_PORT": "3"}, "127.0.0.2", 3, "error"),
        ({"CCR_PORT": "2", "SERVICE_PORT": "3"}, "127.0.0.2", 2, "error"),
        ({"HOST": "::1", "PORT": "4", "LOG_LEVEL": "trace"}, "127.0.0.2", 1, "trace"),
    ],
)
def test_overrides(env: dict[str, str], host: str, port: int, level: str, read: Read) -> None:
    settings = read({"HOST": "127.0.0.2", "PORT": 1, "LOG_LEVEL": "error"}, env)
    assert (settings.host, settings.port, settings.log_level) == (host, port, level)


def test_a_env_file_beside_the_configuration_is_read_and_the_process_wins(write: Write) -> None:
    path = write({"APIKEY": "$ONE", "CLAUDE_PATH": "$TWO"})
    path.with_name(".env").write_text("ONE=file\nTWO=file\nCCR_PORT=77\n")
    settings = load(path, {"TWO": "process"})
    assert (settings.apikey, settings.claude_path, settings.port) == ("file", "process", 77)


def test_home_has_a_value_everywhere(read: Read) -> None:
    settings = read({"CUSTOM_ROUTER_PATH": "$HOME/router.py"}, {"USERPROFILE": "/users/ada"})
    assert settings.custom_router_path == Path("/users/ada/router.py")


@pytest.mark.parametrize("host", [EVERYWHERE, EVERYWHERE_6, "192.168.1.5", "box.example"])
def test_without_a_key_only_loopback_is_bound(host: str, read: Read) -> None:
    settings = read({"HOST": host})
    assert settings.host == "127.0.0.1"
    (warning,) = settings.warnings
    assert warning == (
        f"HOST: {host} would let everyone use your keys; 127.0.0.1 is bound instead.\n"
        "    Set APIKEY, a key of your choice that clients must show, to let others in."
    )
    assert read({"HOST": host, "APIKEY": "k"}).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])
def test_loopback_needs_no_key(host: str, read: Read) -> None:
    settings = read({"HOST": host})
    assert (settings.host, settings.warnings) == (host.strip("[]"), ())


def test_the_proxy_under_all_its_names(read: Read) -> None:
    names = ["HTTPS_PROXY", "https_proxy", "httpsProxy", "PROXY_URL"]
    proxies = {name: f"http://{name.lower().replace('_', '-')}" for name in names}
    for name in names:  # in the original's order
        assert read(proxies).network.https == proxies.pop(name)


def test_what_is_not_known_is_kept(read: Read) -> None:
    settings = read({"StatusLine": {"enabled": True}, "$X": 1, "Router": {"custom": {"a": 1}}})
    assert settings.raw["StatusLine"] == {"enabled": True}
    assert settings.router["custom"] == {"a": 1}
    assert settings.warnings == ()


def test_written_is_as_it_stands_and_raw_is_filled_in(read: Read) -> None:
    settings = read({"APIKEY": "$K", "note": "${K:-x} $$"}, {"K": "v"})
    assert settings.written == {"APIKEY": "$K", "note": "${K:-x} $$"}
    assert settings.raw == {"APIKEY": "v", "note": "v $"}


def test_empty_values_count_as_left_out(read: Read) -> None:
    empty: dict[str, Any] = dict.fromkeys(
        ("HOST", "PORT", "APIKEY", "API_TIMEOUT_MS", "PROXY_URL", "LOG_LEVEL", "CLAUDE_PATH", "Router"), ""
    )
    settings = read({**empty, "fallback": None})
    assert settings == Settings(path=settings.path, found=True, raw=settings.raw, written=settings.written)


def test_rules_are_those_that_say_something(read: Read) -> None:
    rules = {"default": "lab,m", "think": "", "image": None, "longContextThreshold": "70000", "x": 1}
    settings = read({"Providers": [LOCAL], "Router": rules})
    assert settings.router == {"default": "lab,m", "longContextThreshold": 70000, "x": 1}


def test_fallback_lists_targets_by_rule(read: Read) -> None:
    settings = read({"Providers": [LOCAL], "fallback": {"default": ["lab,m", "lab,n"], "think": "lab,m"}})
    assert settings.fallback == {"default": ("lab,m", "lab,n"), "think": ("lab,m",)}


@pytest.mark.parametrize("target", ["lab,m", "lab, m", "LAB,m", "lab/m", "m", "lab,not/listed:x"])
def test_targets_that_can_be_served(target: str, read: Read) -> None:
    assert read({"Providers": [LOCAL], "Router": {"default": target}}).router["default"] == target


def test_a_model_that_is_not_listed_is_a_warning_with_the_nearest(read: Read) -> None:
    provider = {**LOCAL, "models": ["deepseek-chat"]}
    settings = read({"Providers": [provider], "Router": {"think": "lab,deepseek-chta"}})
    assert settings.warnings == (
        'Router.think: "deepseek-chta" is not among the models of lab.\n    Did you mean "deepseek-chat"?',
    )


def test_providers_are_found_by_name_and_then_in_any_case(read: Read) -> None:
    settings = read({"providers": [LOCAL, {**LOCAL, "name": "Lab"}, {**LOCAL, "name": "Other"}]})
    found = [settings.provider(name) for name in ("lab", "Lab", "LAB", "other", "none")]
    assert [provider and provider.name for provider in found] == ["lab", "Lab", "lab", "Other", None]


def test_providers_that_are_switched_off_are_left_out(read: Read, mistakes: Mistakes) -> None:
    off = {"name": "off", "enabled": False}
    assert [p.name for p in read({"Providers": [off, LOCAL]}).providers] == ["lab"]
    assert 'there is no provider "off"' in mistakes({"Providers": [off], "Router": {"default": "off,m"}})


def test_transformer_names_are_asked_of_the_file_as_read(read: Read) -> None:
    seen: list[Any] = []

    def names(raw: Any) -> list[str]:
        seen.append(raw["mine"])
        return ["OpenRouter"]

    provider = {**LOCAL, "transformer": {"use": ["openrouter", ["OPENROUTER", {"a": 1}]]}}
    read({"Providers": [provider], "mine": "$X"}, {"X": "filled"}, transformer_names=names)
    assert seen == ["filled"]


def test_nothing_secret_is_printed(read: Read) -> None:
    settings = read({"APIKEY": "s3cret", "Providers": [{**LOCAL, "api_key": ["s3cret"]}]})
    assert "s3cret" not in repr(settings)


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="It cannot be read: Is a directory"):
        load(tmp_path, {})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nothing_is_ever_written(write: Write) -> None:
    path = write({"Providers": [LOCAL]})
    path.parent.chmod(0o555)
    before = path.read_bytes(), sorted(path.parent.iterdir())
    load(path, {})
    assert (path.read_bytes(), sorted(path.parent.iterdir())) == before
    path.parent.chmod(0o755)
