"""`ccr preset …` and `ccr <preset>` in a real terminal: made, given on, installed, used, taken away."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import CONFIG, Machine

DOWN, ENTER = "\x1b[B", "\r"

MANIFEST = """{
  // JSON5, as the original's
  name: 'team', version: '1.2.0', description: 'for the team',
  Providers: [{ name: 'team', api_base_url: 'http://127.0.0.1:9/v1/messages', protocol: 'anthropic',
                api_key: '#{apiKey}', models: ['{{model}}', 'other'] }],
  Router: { default: 'team,{{model}}' },
  claudeCodeSettings: { env: { TEAM: '1', ANTHROPIC_BASE_URL: 'http://elsewhere' }, model: 'opus' },
  StatusLine: { enabled: true },
  schema: [
    { id: 'apiKey', type: 'password', label: 'Key of the team' },
    { id: 'model', type: 'select', label: 'Which model',
      options: [{ label: 'Big', value: 'big' }, { value: 'small' }] },
    { id: 'limit', type: 'number', label: 'Limit', min: 1, when: { field: 'model', value: 'small' } },
  ],
}"""


@pytest.fixture(autouse=True)
def quiet(machine: Machine) -> None:
    machine.env["PROMPT_TOOLKIT_NO_CPR"] = "1"
    machine.configure(CONFIG)


@pytest.fixture
def team(tmp_path: Path) -> Path:
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "manifest.json").write_text(MANIFEST)
    return folder


def manifest(machine: Machine, name: str = "team") -> dict[str, Any]:
    path = machine.home / ".claude-code-router" / "presets" / name / "manifest.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_questions_are_asked_in_the_terminal_until_the_answers_are_good(machine: Machine, team: Path) -> None:
    session = Session(machine, "preset", "install", str(team))
    session.until("Preset team: for the team").until("changes Claude Code's settings")
    session.until("Key of the team").type("a-secret-key" + ENTER)
    session.until("Which model").type(DOWN + ENTER)
    session.until("Limit").type("0" + ENTER)
    session.until("must be at least 1").until("Limit").type("\x157" + ENTER)
    code, shown = session.end()
    assert code == 0, shown
    assert "a-secret-key" not in shown
    assert " team" in shown.splitlines()[-1]
    assert manifest(machine)["userValues"] == {"apiKey": "a-secret-key", "model": "small", "limit": 7}


def test_without_a_terminal_answers_come_from_flags_environment_and_defaults(
    machine: Machine, team: Path
) -> None:
    done = machine.run("preset", "install", str(team))
    assert done.returncode == 2
    assert "apiKey" in done.stderr
    assert "model" in done.stderr
    assert "CCR_PRESET_APIKEY=" in done.stderr
    done = machine.run("preset", "install", str(team), "--set", "model=big", CCR_PRESET_APIKEY="$TEAM_KEY")
    assert done.returncode == 0, done.stderr
    assert manifest(machine)["userValues"] == {"apiKey": "$TEAM_KEY", "model": "big"}
    assert "TEAM_KEY is not set" in done.stderr
    assert "Then use it with:" in done.stdout
    again = machine.run("preset", "install", str(team), "--yes")
    assert again.returncode != 0
    assert "--force" in again.stderr or "apiKey" in again.stderr


def test_non_interactive_mode_asks_nobody_even_in_a_terminal(machine: Machine, team: Path) -> None:
    session = Session(machine, "preset", "install", str(team), NON_INTERACTIVE_MODE="1")
    code, shown = session.end()
    assert code == 2
    assert "--set apiKey=" in shown


def install(machine: Machine, team: Path, **more: str) -> None:
    given = ("--set", "apiKey=a-secret-key", "--set", "model=big")
    done = machine.run("preset", "install", str(team), *given, **more)
    assert done.returncode == 0, done.stderr


def test_claude_code_runs_through_it(machine: Machine, team: Path, told: Path) -> None:
    install(machine, team)
    done = machine.run("team", "-p", "hello", "--help", TOLD=str(told))
    assert done.returncode == 0, done.stderr
    found = json.loads(told.read_text())
    assert found["args"][2:] == ["-p", "hello", "--help"]
    for env in (found["env"], found["settings"]["env"]):
        assert env["ANTHROPIC_BASE_URL"] == f"http://127.0.0.1:{machine.port}/preset/team"
    assert found["settings"]["env"]["TEAM"] == "1"
    assert found["settings"]["model"] == "opus"
    assert found["settings"]["statusLine"]["command"].endswith("statusline team")


def test_no_server_goes_straight_to_the_provider(machine: Machine, team: Path, told: Path) -> None:
    (team / "manifest.json").write_text(MANIFEST.replace("schema:", "noServer: true, schema:"))
    install(machine, team)
    done = machine.run("team", "-p", "hello", TOLD=str(told))
    assert done.returncode == 0, done.stderr
    found = json.loads(told.read_text())
    assert found["env"]["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:9"
    assert found["env"]["ANTHROPIC_AUTH_TOKEN"] == "a-secret-key"
    assert found["mode"] == 0o600
    assert machine.health() is None
    assert "a-secret-key" not in " ".join(found["args"])


def test_a_preset_with_mistakes_is_told_and_unknown_names_get_a_suggestion(
    machine: Machine, team: Path, told: Path
) -> None:
    install(machine, team)
    path = machine.home / ".claude-code-router" / "presets" / "team" / "manifest.json"
    path.write_text(path.read_text().replace('"team,{{model}}"', '"nobody,x"'))
    done = machine.run("team", TOLD=str(told))
    assert (done.returncode, told.exists()) == (2, False)
    assert "nobody" in done.stderr
    unknown = machine.run("cod")
    assert unknown.returncode == 2
    assert "Did you mean 'code'?" in unknown.stderr


def test_lists_and_details_show_no_secret(machine: Machine, team: Path) -> None:
    empty = Session(machine, "preset", "list").end()
    assert "No preset is installed" in empty[1]
    install(machine, team)
    for args in (("list",), ("info", "team"), ("list", "--json"), ("info", "team", "--json")):
        code, shown = Session(machine, "preset", *args).end()
        assert code == 0, shown
        assert "a-secret-key" not in shown
        assert "1.2.0" in shown
    assert json.loads(machine.run("preset", "info", "team", "--json").stdout)["userValues"]["model"] == "big"
    gone = machine.run("preset", "info", "teem")
    assert gone.returncode == 2
    assert 'Did you mean "team"?' in gone.stderr


def test_it_is_taken_away_after_a_question(machine: Machine, team: Path) -> None:
    install(machine, team)
    folder = machine.home / ".claude-code-router" / "presets" / "team"
    session = Session(machine, "preset", "delete", "team")
    session.until("Take away").type("n")
    assert session.end()[0] == 1
    assert folder.exists()
    assert machine.run("preset", "rm", "team").returncode == 2
    assert machine.run("preset", "rm", "team", "--yes").returncode == 0
    assert not folder.exists()


def test_an_installed_one_is_answered_anew_by_its_name(machine: Machine, team: Path) -> None:
    install(machine, team)
    session = Session(machine, "install", "team")
    session.until("Key of the team [Enter keeps it]").type(ENTER)
    session.until("Which model").type(DOWN + ENTER)
    session.until("Limit").type("3" + ENTER)
    assert session.end()[0] == 0
    assert manifest(machine)["userValues"] == {"apiKey": "a-secret-key", "model": "small", "limit": 3}


def test_an_export_holds_no_secret_and_comes_back_elsewhere(machine: Machine, tmp_path: Path) -> None:
    (machine.home / "router.js").write_text("module.exports = async () => null")
    config = json.loads(CONFIG)
    config["Providers"][0]["api_key"] = "a-secret-key-of-mine"
    config["CUSTOM_ROUTER_PATH"] = str(machine.home / "router.js")
    machine.configure(json.dumps(config))
    target = tmp_path / "mine.zip"
    code, shown = Session(machine, "preset", "export", "mine", "-o", str(target), "--tags", "a, b").end()
    assert code == 0, shown
    assert "it asks for local_api_key" in shown
    with zipfile.ZipFile(target) as archive:
        assert set(archive.namelist()) == {"mine/manifest.json", "mine/files/router.js"}
        text = archive.read("mine/manifest.json").decode()
    assert "a-secret-key" not in text
    assert json.loads(text)["keywords"] == ["a", "b"]
    machine.configure("{}")
    done = machine.run("preset", "install", str(target), "--set", "local_api_key=another")
    assert done.returncode == 0, done.stderr
    assert "files/router.js" in done.stderr
    assert manifest(machine, "mine")["userValues"] == {"local_api_key": "another"}


def test_an_export_goes_beside_the_others_and_replaces_none(machine: Machine) -> None:
    assert machine.run("preset", "export", "mine").returncode == 0
    assert manifest(machine, "mine")["Router"] == {"default": "local,m"}
    again = machine.run("preset", "export", "mine")
    assert again.returncode == 1
    assert "--force" in again.stderr
    assert machine.run("preset", "export", "mine", "--force").returncode == 0
    assert machine.run("preset", "export", "../x").returncode == 2


def test_a_name_that_is_a_command_s_is_told(machine: Machine) -> None:
    machine.configure("{}")
    done = machine.run("preset", "export", "code")
    assert "`ccr code` is a command" in done.stderr


def test_all_of_it_is_beside_the_configuration_that_is_named(
    machine: Machine, team: Path, tmp_path: Path
) -> None:
    config = tmp_path / "other place" / "ccr.json"
    config.parent.mkdir()
    config.write_text(CONFIG)
    named = ("--config", str(config))
    answers = ("--set", "apiKey=$K", "--set", "model=big")
    done = machine.run("preset", "install", str(team), *named, *answers)
    assert done.returncode == 0, done.stderr
    assert f"CCR_CONFIG_PATH='{config}'" in done.stdout
    assert (config.parent / "presets" / "team" / "manifest.json").is_file()
    assert machine.run("preset", "export", "mine", *named).returncode == 0
    listed = json.loads(machine.run("preset", "list", "--json", *named).stdout)
    assert [one["id"] for one in listed["presets"]] == ["mine", "team"]
    assert str(config.parent) in machine.run("preset", "info", "mine", *named).stdout
    assert machine.run("preset", "delete", "mine", "--yes", *named).returncode == 0
    assert machine.run("preset", "info", "mine", *named).returncode == 2
    assert json.loads(machine.run("preset", "list", "--json").stdout) == {"presets": []}
