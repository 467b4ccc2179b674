"""Which modules are shown, and what becomes of their texts."""

from __future__ import annotations

import pytest

from ccr.cli.statusline import themes
from ccr.cli.statusline.themes import DEFAULT, SIMPLE, Module, chosen, filled
from tests.cli.statusline.conftest import SAID, Show


def test_a_preset_s_theme_wins_over_the_configuration_s_and_that_over_the_built_in_one() -> None:
    ours, theirs = (
        {"default": {"modules": [{"text": "ours"}]}},
        {"default": {"modules": [{"text": "theirs"}]}},
    )
    assert chosen(ours, theirs, {}).modules == [Module("", "theirs")]
    assert chosen(ours, None, {}).modules == [Module("", "ours")]
    assert chosen(None, None, {}).modules == DEFAULT


def test_the_current_style_names_the_theme() -> None:
    line = {"currentStyle": "mine", "mine": {"modules": [{"text": "x"}]}}
    assert chosen(line, None, {}).modules == [Module("", "x")]
    assert not chosen(line, None, {}).powerline
    assert chosen({"currentStyle": "powerline"}, None, {}).powerline


@pytest.mark.parametrize("env", [{"USE_SIMPLE_ICONS": "true"}, {"TERM": "dumb"}, {"TERM": "unknown"}])
def test_without_the_fonts_there_are_simple_icons(env: dict[str, str]) -> None:
    assert chosen(None, None, env).modules == SIMPLE
    assert all((module.icon + module.text).isascii() for module in SIMPLE)


def test_the_same_modules_are_in_every_built_in_theme(show: Show) -> None:
    simple = show(said=SAID, USE_SIMPLE_ICONS="true")
    assert simple == "project Sonnet 4 in 8.5k out 120 ctx 20% $0.12"
    powerline = show(said=SAID, config={"StatusLine": {"currentStyle": "powerline"}})
    assert powerline.split(" | ") == ["󰉋 project", "󰚩 Sonnet 4", "↑ 8.5k ↓ 120", "󰍛 20%", "$0.12"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{a}}/{{ a }}", "A/A"),
        ("{{none}}", ""),
        ("{{none}}%", ""),
        ("{{none}} t/s", ""),
        ("{{none}} ↓ {{none}}", ""),
        ("CCR {{none}}", "CCR"),
        ("{{a}} {{none}}%", "A %"),
        ("plain", "plain"),
        ("{{bad", "{{bad"),
        ("", ""),
    ],
)
def test_a_module_without_anything_to_say_says_nothing(text: str, shown: str) -> None:
    assert filled(text, {"a": "A", "none": ""}) == shown


def test_control_characters_of_a_theme_are_left_out() -> None:
    assert themes.read({"text": "a\x1b[31mb\nc"}).text == "a[31mbc"
    assert themes.read({"text": 7, "icon": None}) == Module("", "")
    assert themes.read("nonsense") == Module("", "")
