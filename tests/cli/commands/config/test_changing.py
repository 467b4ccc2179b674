"""`ccr config set, get, unset, show, validate, backup, list, restore, schema` in a real terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import Machine

CONFIG = """{
  // my router
  "APIKEY": "a-key-of-the-router-itself",
  "Providers": [
    { "name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "models": ["m"] }, // here
    { "name": "far", "api_base_url": "https://far.example/v1", "api_key": "$FAR_KEY", "models": [] }
  ],
  "Router": { "default": "lab,m" } // the end
}
"""


@pytest.fixture
def config(machine: Machine) -> Path:
    machine.env["FAR_KEY"] = "the-key-of-the-far-provider"
    return machine.configure(CONFIG)


def run(machine: Machine, *args: str) -> tuple[int, str]:
    return Session(machine, "config", *args).end()


def test_set_changes_one_value_and_keeps_the_rest(machine: Machine, config: Path) -> None:
    code, shown = run(machine, "set", "Providers.lab.models[1]", "other")
    assert code == 0
    assert f"{config} is saved." in shown
    assert config.read_text() == CONFIG.replace('["m"]', '["m", "other"]')


@pytest.mark.parametrize(
    ("value", "written"),
    [("4000", 4000), ("true", True), ("lab,m", "lab,m"), ("['a']", ["a"]), ("{a: 1}", {"a": 1}), ("-1", -1)],
)
@pytest.mark.usefixtures("config")
def test_a_value_is_json5_or_else_a_text(machine: Machine, value: str, written: Any) -> None:
    code, _ = run(machine, "set", "StatusLine.x", value)
    assert code == 0
    assert json.loads(machine.run("config", "get", "StatusLine").stdout)["x"] == written


def test_set_makes_the_file_where_there_is_none(machine: Machine) -> None:
    assert run(machine, "set", "PORT", "4000")[0] == 0
    path = machine.home / ".claude-code-router" / "config.json"
    assert json.loads(path.read_text()) == {"PORT": 4000}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_change_that_brings_a_mistake_is_refused_unless_forced(machine: Machine, config: Path) -> None:
    code, shown = run(machine, "set", "Router.think", "labb,m")
    assert code == 2
    assert 'there is no provider "labb"' in shown
    assert 'Did you mean "lab"?' in shown
    assert config.read_text() == CONFIG
    code, shown = run(machine, "set", "Router.think", "labb,m", "--force")
    assert code == 0
    assert 'there is no provider "labb"' in shown
    assert "labb,m" in config.read_text()


def test_mistakes_that_were_there_before_hinder_no_other_change(machine: Machine) -> None:
    path = machine.configure('{"LOG_LEVEL": "loud"}')
    code, shown = run(machine, "set", "LOG", "false")
    assert code == 0
    assert "LOG_LEVEL: should be" in shown
    assert json.loads(path.read_text()) == {"LOG_LEVEL": "loud", "LOG": False}


@pytest.mark.usefixtures("config")
def test_a_path_that_leads_nowhere_is_told(machine: Machine) -> None:
    code, shown = run(machine, "set", "Providers.labb.models", "[]")
    assert code == 1
    assert 'no entry named "labb". Did you mean "lab"?' in shown


NO_PLACE = ("Nothing.here", "Providers.labb.models", "Router.default.x", "Providers[7].name")
NO_PATH = ("", "a..b", "a[", ".a")


@pytest.mark.parametrize("json_too", [(), ("--json",)], ids=["words", "json"])
@pytest.mark.parametrize(
    ("text", "args", "code"),
    [
        (CONFIG, ("get", "Router.default"), 0),
        (CONFIG, ("get", NO_PLACE[0]), 1),
        (CONFIG, ("get", NO_PLACE[1]), 1),
        (CONFIG, ("unset", NO_PLACE[0]), 1),
        (CONFIG, ("unset", NO_PLACE[2]), 1),
        (CONFIG, ("set", NO_PLACE[2], "1"), 1),
        (CONFIG, ("set", NO_PLACE[3], "1"), 1),
        (CONFIG, ("set", "New[1]", "1"), 1),
        (CONFIG, ("get", NO_PATH[0]), 2),
        (CONFIG, ("unset", NO_PATH[1]), 2),
        (CONFIG, ("set", NO_PATH[2], "1"), 2),
        (CONFIG, ("set", NO_PATH[3], "1"), 2),
        (CONFIG, ("set", "BACKUPS", "none"), 2),
        (CONFIG, ("set", "PORT", "4000"), 0),
        (CONFIG, ("set", "Router.default", "lab,m"), 0),
        (CONFIG, ("unset", "Router"), 0),
        (None, ("get", "PORT"), 1),
        (None, ("unset", "PORT"), 1),
        (None, ("set", "PORT", "4000"), 0),
        ("{ broken", ("get", "PORT"), 2),
        ("{ broken", ("unset", "PORT"), 2),
        ("{ broken", ("set", "PORT", "4000"), 2),
    ],
)
def test_exit_codes_are_those_the_help_tells(
    machine: Machine, text: str | None, args: tuple[str, ...], code: int, json_too: tuple[str, ...]
) -> None:
    machine.env["FAR_KEY"] = "the-key-of-the-far-provider"
    if text is not None:
        machine.configure(text)
    done = machine.run("config", *args, *json_too)
    assert done.returncode == code, done.stderr
    assert done.stdout if json_too else done.stdout or done.stderr
    if json_too:
        told = json.loads(done.stdout)
        assert ("error" in told or bool(told.get("problems"))) == (code > 0)


def test_what_cannot_be_read_is_told(machine: Machine) -> None:
    path = machine.configure("")
    path.unlink()
    path.mkdir()
    for args in (("get", "PORT"), ("unset", "PORT"), ("set", "PORT", "4000"), ("show",)):
        done = machine.run("config", *args)
        assert done.returncode == 1
        assert "It cannot be read: Is a directory." in done.stderr


def test_a_broken_file_is_refused_and_stays(machine: Machine) -> None:
    path = machine.configure("{ broken")
    code, shown = run(machine, "set", "PORT", "4000")
    assert code == 2
    assert "Syntax error in line 1" in shown
    assert "ccr config edit" in shown
    assert path.read_text() == "{ broken"


def test_unset_takes_a_value_out(machine: Machine, config: Path) -> None:
    assert run(machine, "unset", "Providers.far")[0] == 0
    assert "far" not in config.read_text()
    assert "// here" in config.read_text()
    code, shown = run(machine, "unset", "Router.defalt")
    assert code == 1
    assert "There is no Router.defalt. Did you mean" in shown


@pytest.mark.usefixtures("config")
def test_show_masks_keys_and_keeps_comments_and_variables(machine: Machine) -> None:
    code, shown = run(machine, "show")
    assert code == 0
    assert shown.strip() == CONFIG.replace("a-key-of-the-router-itself", "••••self").replace("\r", "").strip()


@pytest.mark.usefixtures("config")
def test_show_json_is_json(machine: Machine) -> None:
    shown = json.loads(machine.run("config", "show", "--json").stdout)
    assert shown["APIKEY"] == "••••self"
    assert shown["Providers"][1]["api_key"] == "$FAR_KEY"


@pytest.mark.usefixtures("config")
def test_show_resolved_is_what_the_router_uses_without_keys(machine: Machine) -> None:
    done = machine.run("config", "show", "--resolved")
    shown = json.loads(done.stdout)
    assert shown["Providers"][1]["api_key"] == ["••••ider"]
    assert shown["Providers"][0]["protocol"] == "openai_chat"
    assert shown["HOST"] == "127.0.0.1"
    assert "the-key-of" not in done.stdout


@pytest.mark.usefixtures("config")
def test_get_masks_keys_until_told_to_reveal_them(machine: Machine) -> None:
    assert run(machine, "get", "APIKEY") == (0, "••••self\n")
    assert run(machine, "get", "APIKEY", "--reveal") == (0, "a-key-of-the-router-itself\n")
    assert run(machine, "get", "Router.default") == (0, "lab,m\n")
    assert run(machine, "get", "Router.defalt")[0] == 1


def test_keys_of_a_wrong_shape_are_masked_too(machine: Machine) -> None:
    machine.configure(
        '{"APIKEY": 40404040, "Providers": [{"name": "lab", "api_key": {"key": {"x": "hunter2"}}}]}'
    )
    for command in (("show",), ("show", "--json"), ("validate",), ("get", "Providers"), ("get", "APIKEY")):
        _, shown = run(machine, *command)
        assert "hunter2" not in shown
        assert "40404040" not in shown


def test_no_key_is_told_where_a_path_leads_nowhere(machine: Machine) -> None:
    machine.configure('{"APIKEY": "hunter2", "Providers": [{"name": "lab", "api_key": ["hunter3"]}]}')
    for path in ("APIKEY.x", "Providers.lab.api_key.x", "Providers.lab.api_key[0].x"):
        code, shown = run(machine, "get", path)
        assert code
        assert "hunter" not in shown


def test_validate_says_that_all_is_right(machine: Machine, config: Path) -> None:
    assert run(machine, "validate") == (0, f"{config} is right: 2 providers.\n")


def test_validate_tells_every_mistake_with_place_and_cure(machine: Machine) -> None:
    providers = '[{"name": "deepsek", "api_key": "k"}]'
    path = machine.configure(
        f'{{"LOG_LEVEL": "loud", "Providers": {providers}, "Router": {{"default": "x,y"}}, "fallbak": {{}}}}'
    )
    code, shown = run(machine, "validate")
    assert code == 1
    assert f"{path} has 3 mistakes" in shown
    assert "- LOG_LEVEL: should be " in shown
    assert 'Did you mean "deepseek"?' in shown
    assert "- Router.default:" in shown
    assert 'fallbak: is not known. Did you mean "fallback"?' in shown


def test_validate_json_says_the_same_to_programs(machine: Machine) -> None:
    machine.configure('{"LOG_LEVEL": "loud", "fallbak": {}}')
    done = machine.run("config", "validate", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert not said["valid"]
    assert [problem["path"] for problem in said["problems"]] == ["LOG_LEVEL"]
    assert [warning["path"] for warning in said["warnings"]] == ["fallbak"]


@pytest.mark.parametrize("text", ["{ broken", "", "[]"])
def test_validate_tells_of_files_that_are_no_json5_object(machine: Machine, text: str) -> None:
    machine.configure(text)
    done = machine.run("config", "validate", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"]


def test_validate_takes_any_file_and_says_when_there_is_none(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "team.json"
    assert "There is no configuration file" in run(machine, "validate", str(file))[1]
    file.write_text("{}")
    assert run(machine, "validate", str(file))[0] == 0


def test_copies_are_made_listed_and_put_back(machine: Machine, config: Path) -> None:
    code, shown = run(machine, "backup")
    assert code == 0
    copy = Path(shown.strip())
    assert copy.read_text() == CONFIG
    config.write_text("{ broken")
    code, shown = run(machine, "restore")
    assert code == 0
    assert config.read_text() == CONFIG
    assert copy.name in run(machine, "list")[1]
    kept = [
        Path(one["path"]).read_text() for one in json.loads(machine.run("config", "list", "--json").stdout)
    ]
    assert kept == ["{ broken", CONFIG]


@pytest.mark.usefixtures("config")
def test_a_copy_that_is_not_there_is_told(machine: Machine) -> None:
    assert "There are no copies" in run(machine, "list")[1]
    code, shown = run(machine, "restore", "../config.json")
    assert code == 1
    assert "There are no backups." in shown


def test_the_schema_is_printed_or_written_beside(machine: Machine, config: Path) -> None:
    schema = json.loads(machine.run("config", "schema").stdout)
    assert schema["properties"]["PORT"]["default"] == 3456
    assert run(machine, "schema", "--write")[0] == 0
    assert json.loads(config.with_name("config.schema.json").read_text()) == schema
    assert '"$schema": "./config.schema.json"' in config.read_text()
    assert run(machine, "validate") == (0, f"{config} is right: 2 providers.\n")


def test_path_says_where_it_is(machine: Machine, tmp_path: Path) -> None:
    usual = machine.home / ".claude-code-router" / "config.json"
    assert run(machine, "path")[1].startswith(f"{usual}\n")
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert Session(machine, "config", "path", CCR_CONFIG_PATH=str(other)).end() == (0, f"{other}\n")


def test_an_unknown_command_gets_a_suggestion(machine: Machine) -> None:
    code, shown = run(machine, "validat")
    assert code == 2
    assert "There is no command 'ccr config validat'. Did you mean 'validate'?" in shown


@pytest.mark.parametrize(
    ("there", "args", "told"),
    [
        (".backups", ("config", "set", "PORT", "4000"), "config.json cannot be written because of"),
        (".backups", ("config", "backup"), ".backups cannot be written: File exists."),
        (".backups", ("provider", "remove", "far"), ".backups: File exists. It is no folder: move it away."),
        ("presets", ("preset", "export", "mine"), "presets: File exists. It is no folder: move it away."),
    ],
)
def test_what_stands_in_the_way_is_named(
    machine: Machine, config: Path, there: str, args: tuple[str, ...], told: str
) -> None:
    config.with_name(there).write_text("")
    done = machine.run(*args)
    assert done.returncode == 1
    assert told in done.stderr
    assert config.read_text() == CONFIG


@pytest.mark.parametrize("args", [("provider", "add", "new", "--url", "http://127.0.0.1:9", "--key", "k")])
def test_an_env_file_that_cannot_be_used_is_told(
    machine: Machine, config: Path, args: tuple[str, ...]
) -> None:
    env = config.with_name(".env")
    env.write_bytes(b"\xff\xfe\x00\xd8")
    done = machine.run(*args)
    assert (done.returncode, "It is not UTF-8 text" in done.stderr) == (2, True)
    env.unlink()
    env.mkdir()
    done = machine.run(*args)
    assert (done.returncode, ".env: Is a directory." in done.stderr) == (1, True)
    assert config.read_text() == CONFIG


def test_halves_of_characters_are_refused(machine: Machine, config: Path) -> None:
    for value in ('"\\ud800"', "{x: ['\\udfff']}"):
        done = machine.run("config", "set", "note", value)
        assert (done.returncode, "half of a character" in done.stderr) == (2, True)
    assert config.read_text() == CONFIG
    config.write_text('{"note": "\\ud83d\\ude00"}')
    assert machine.run("config", "get", "note").stdout == "😀\n"
