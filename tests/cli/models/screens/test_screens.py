"""`ccr model` by keyboard, in a real terminal of 80 columns and 24 lines."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from ccr.cli.models.screens.asking import HINT
from tests.cli.machine import Machine, until
from tests.cli.models.fake import Fake, Screen, config, written

DOWN, ENTER, ESC, CTRL_C, BACK = "\x1b[B", "\r", "\x1b", "\x03", "\x7f"
HOME = "(↑↓, Enter; Esc leaves)"


def labelled(machine: Machine, fake: Fake, **more: object) -> None:
    entry = {"name": "lab", "api_base_url": fake.url, "models": ["qwen3-coder", "qwen3-mini"]}
    machine.configure(json.dumps({"Providers": [entry], "Router": {"default": "lab,qwen3-coder"}, **more}))


def test_a_provider_is_added_with_fetched_models_and_answers(machine: Machine, fake: Fake) -> None:
    fake.key = "the-key-of-the-lab"
    screen = Screen(machine, "model")
    screen.until("How shall it begin?").type(DOWN + ENTER)
    screen.until("+ add a provider").until("Leave").type(DOWN * 8 + ENTER)
    screen.until("Which?").type("another: any" + ENTER)
    screen.until("Its name in your configuration:").type("\x15lab" + ENTER)
    screen.until("Its address:").type("\x15" + fake.url + ENTER)
    screen.until("Which language does it speak?").type(ENTER)
    screen.until("The variable that holds its key").type(ENTER)
    screen.until("LAB_API_KEY is not set").type(fake.key + ENTER)
    screen.until("Models of lab:").until("qwen3-max").type(ENTER)
    screen.until("This will be written:").until("+ provider lab").until("Write it?").type("y")
    screen.until("lab,qwen3-coder answers: 'hello'").until("s to the first token").until(HOME).type(ESC)
    code, shown = screen.end()
    assert code == 0, shown
    assert fake.key not in screen.shown
    assert fake.asked == ["qwen3-coder"]
    assert written(machine) == {
        "$schema": "./config.schema.json",
        "Providers": [
            {
                "name": "lab",
                "api_base_url": fake.url,
                "api_key": "$LAB_API_KEY",
                "models": ["qwen3-coder", "qwen3-mini"],
            }
        ],
    }
    assert config(machine).with_name(".env").read_text() == f"LAB_API_KEY={fake.key}\n"
    assert config(machine).stat().st_mode & 0o777 == 0o600


def test_a_known_provider_is_found_by_typing(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    screen = Screen(machine, "model", DEEPSEEK_API_KEY="key-in-the-environment")
    screen.until(HOME).until("+ add a provider").type(DOWN * 9 + ENTER)
    screen.until("Which?").type("deeps" + ENTER)
    screen.until("Its name in your configuration:").type(ENTER)
    screen.until("The variable that holds its key").until("$DEEPSEEK_API_KEY").type(ESC)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert [one["name"] for one in written(machine)["Providers"]] == ["lab"]


def test_a_scenario_gets_a_model_and_a_fallback(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    screen = Screen(machine, "model")
    screen.until(HOME).type(DOWN * 2 + ENTER)
    screen.until("think: turns that think").until(HINT).type(ENTER)
    screen.until("Which model shall answer?").type("mini" + ENTER)
    screen.until("Router.think: lab,qwen3-mini").until("Write it?").type("y")
    screen.until("Saved.").until(HINT).type(DOWN + ENTER)
    screen.until("Fallback of think").until("+ add a model").type(ENTER)
    screen.until("Which model?").type(ENTER)
    screen.until("1. lab,qwen3-coder").until("Done: write it").type(ENTER)
    screen.until("fallback.think: lab,qwen3-coder").until("Write it?").type(ENTER)
    screen.until("Saved.").until(HINT).type(ESC)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert written(machine)["Router"] == {"default": "lab,qwen3-coder", "think": "lab,qwen3-mini"}
    assert written(machine)["fallback"] == {"think": ["lab,qwen3-coder"]}
    assert len(list((config(machine).parent / ".backups").iterdir())) == 2


def test_a_model_is_tried_before_and_after_the_provider_is_there(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    screen = Screen(machine, "model")
    screen.until(HOME).type(DOWN * 10 + ENTER)
    screen.until("Which model shall be asked?").type(ENTER)
    screen.until("lab,qwen3-coder answers: 'hello'").until(HOME)
    fake.key = "another"
    screen.type(ENTER).until("Which model shall be asked?").type(ENTER)
    screen.until("The key is wrong, or is not for this provider").until(HOME).type(CTRL_C)
    assert screen.end()[0] == 130


def test_the_providers_list_is_picked_from(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    screen = Screen(machine, "model")
    screen.until(HOME).type(DOWN * 8 + ENTER)
    screen.until("lab · ").until(HINT).type(ENTER)
    screen.until("Models of lab").until(HINT).type(DOWN * 2 + ENTER)
    screen.until("Models of lab:").until("qwen3-max").type(DOWN * 2 + " " + ENTER)
    screen.until("+ model lab,qwen3-max").until("Write it?").type("y")
    screen.until("Saved.").until(HINT).type(ESC)
    screen.until("lab · ").until(HINT).type(ESC)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert written(machine)["Providers"][0]["models"] == ["qwen3-coder", "qwen3-mini", "qwen3-max"]


def test_a_provider_that_rules_name_goes_only_with_them(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    before = config(machine).read_text()
    screen = Screen(machine, "model")
    screen.until(HOME).type(DOWN * 8 + ENTER)
    screen.until("lab · ").until(HINT).type(DOWN * 11 + ENTER)
    screen.until("lab,qwen3-coder is named by Router.default.").until("Take it out of the rules, too?").type(
        "n"
    )
    screen.until("It stays.").until(HINT)
    assert config(machine).read_text() == before
    screen.type(ENTER).until("Take it out of the rules, too?").type("y")
    screen.until("- provider lab").until("Write it?").type("y")
    screen.until("Saved.").until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert written(machine) == {"Providers": [], "Router": {}}


def test_a_transformer_is_added_with_its_option(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    screen = Screen(machine, "model")
    screen.until(HOME).type(DOWN * 8 + ENTER)
    screen.until("lab · ").until(HINT).type(DOWN * 5 + ENTER)
    screen.until("For which models?").until(HINT).type(ENTER)
    screen.until("Transformers of lab").until(HINT).type(ENTER)
    screen.until("Which transformer?").type("maxtoken" + ENTER)
    screen.until("max_tokens").type("8192" + ENTER)
    screen.until("lab.transformer").until("Write it?").type("y")
    screen.until("Saved.").until(HINT).type(ESC)
    screen.until("lab · ").until(HINT).type(ESC)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert written(machine)["Providers"][0]["transformer"] == {"use": [["maxtoken", {"max_tokens": 8192}]]}


def test_neither_no_nor_esc_nor_ctrl_c_writes_anything(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    before = config(machine).read_text()
    screen = Screen(machine, "model")
    for key in ("n", ESC, CTRL_C):
        screen.until(HOME).type(DOWN + ENTER)
        screen.until(HINT).type(ENTER)
        screen.until("Which model shall answer?").type(ENTER)
        screen.until("Write it?").type(key)
        screen.until("Nothing was written.").until(HINT).type(ESC)
    screen.until(HOME).type(ENTER)
    screen.until(HINT).type(ENTER)
    screen.until("Which model shall answer?").type(CTRL_C)
    screen.until(HINT).type(CTRL_C)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert config(machine).read_text() == before
    assert not (config(machine).parent / ".backups").exists()


def test_mistakes_are_told_and_mended(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake, fallback={"default": ["lba,qwen3-mini"]})
    screen = Screen(machine, "model")
    screen.until(HOME).until("1 mistake to be mended").type(ENTER)
    screen.until('there is no provider "lba"').until("Mend fallback.default[0]").type(ENTER)
    screen.until("default: everything").until(HINT).type(DOWN + ENTER)
    screen.until("1. lba,qwen3-mini").type("\x1b[A" * 2 + ENTER)
    screen.until("Take it out").type(DOWN * 2 + ENTER)
    screen.until("Fallback of default").until("Done: write it").type(DOWN + ENTER)
    screen.until("fallback.default: no more").until("Write it?").type("y")
    screen.until("Saved.").until(HINT).type(ESC)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert machine.run("config", "validate").returncode == 0


def test_a_file_that_cannot_be_read_is_restored(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    assert machine.run("config", "backup").returncode == 0
    config(machine).write_text("{ Providers: [")
    screen = Screen(machine, "model")
    screen.until("What shall be done?").until("Bring back the copy").type(DOWN + ENTER)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert written(machine)["Router"] == {"default": "lab,qwen3-coder"}


def test_where_nobody_can_be_asked_the_plain_commands_are_told(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    done = machine.run("model")
    assert done.returncode == 2
    assert "no terminal" in done.stderr
    assert "ccr provider list" in done.stderr
    assert done.stdout == ""


def test_no_color_is_heeded(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)

    def shown(**env: str) -> str:
        screen = Screen(machine, "model", **env)
        screen.until(HOME).until("Leave").type(ESC)
        assert screen.end()[0] == 0
        return screen.shown

    colour = re.compile(r"\x1b\[[\d;]*3[0-8][;m]")
    assert colour.search(shown(NO_COLOR=""))
    assert not colour.search(shown(NO_COLOR="1"))


def test_what_no_line_has_is_no_answer(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    screen = Screen(machine, "model")
    screen.until(HOME).until("Leave").type(DOWN * 10 + ENTER)
    screen.until("Which model shall be asked?").type("nobody" + ENTER)
    screen.until("Nothing there is like 'nobody'.").until("Which model shall be asked?").type(ESC)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert fake.asked == []


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed: scripts/setup-system")
def test_all_is_seen_at_once_on_eighty_columns_and_twenty_four_lines(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    tmux = ["tmux", "-f", "/dev/null", "-S", str(machine.home / "tmux")]
    size, command = ["-x", "80", "-y", "24"], f"{sys.executable} -m ccr model"
    subprocess.run([*tmux, "new-session", "-d", *size, command], env=machine.env, check=True)

    def screen() -> str:
        return subprocess.run(
            [*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True
        ).stdout

    try:
        until(lambda: "Leave" in screen())
        lines = screen().rstrip().splitlines()
        assert lines[0].startswith("Claude Code Router · ")
        assert lines[lines.index("   Routes") + 1] == " »   default     lab,qwen3-coder"
        assert f"     lab  2 models · no key · {fake.url}" in lines
        subprocess.run([*tmux, "send-keys", "Down", "Down", "Enter"], check=True)
        until(lambda: "think: turns that think" in screen() and "Back" in screen())
        assert " »   default" not in screen()
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


def test_a_model_that_rules_name_is_not_unticked_unasked(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    screen = Screen(machine, "model")
    screen.until(HOME).type(DOWN * 8 + ENTER)
    screen.until("lab · ").until(HINT).type(ENTER)
    screen.until("Models of lab").until(HINT).type(DOWN * 2 + ENTER)
    screen.until("Models of lab:").until("qwen3-max").type(" " + ENTER)
    screen.until("lab,qwen3-coder is named by Router.default.").until("Take it out").type("y")
    screen.until("- model lab,qwen3-coder").until("Router.default: no more").until("Write it?").type(ENTER)
    screen.until("Saved.").until(HINT).type(CTRL_C)
    screen.until("lab · ").until(HINT).type(CTRL_C)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert written(machine)["Providers"][0]["models"] == ["qwen3-mini"]
    assert written(machine)["Router"] == {}


def test_without_a_file_the_guided_way_is_offered_and_may_be_left(machine: Machine, fake: Fake) -> None:
    assert fake.asked == []
    screen = Screen(machine, "model", OLLAMA_HOST="127.0.0.1:9")
    screen.until("There is no configuration").until("How shall it begin?").type(ENTER)
    screen.until("Provider (type to search").type(CTRL_C)
    assert screen.end()[0] == 130
    assert not config(machine).exists()
    screen = Screen(machine, "model")
    screen.until("How shall it begin?").type(ESC)
    assert screen.end()[0] == 0


def test_a_file_that_cannot_be_read_is_edited(machine: Machine, fake: Fake) -> None:
    labelled(machine, fake)
    path = config(machine)
    path.write_text("BROKEN" + path.read_text())
    screen = Screen(machine, "model", EDITOR="sed -i s/BROKEN//")
    screen.until("What shall be done?").until("Open it in your editor").type(ENTER)
    screen.until(HOME).type(ESC)
    assert screen.end()[0] == 0
    assert written(machine)["Router"] == {"default": "lab,qwen3-coder"}
