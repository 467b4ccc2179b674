"""A key in ``.env`` is left over when nothing that may use it is there any more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccr.cli.models import leftovers, providers
from ccr.cli.models.saving import Plan
from ccr.config.saving import document

LAB = {"name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "api_key": "$LAB_API_KEY"}
DEEPSEEK = {"name": "deepseek", "models": ["deepseek-chat"]}


def removed(folder: Path, name: str, *others: Any, text: str = "", **more: Any) -> Plan:
    """The plan in which a provider is removed from a file that has others, too."""
    path = folder / "config.json"
    path.write_text(json.dumps({"Providers": [LAB, DEEPSEEK, *others], **more}) + text)
    (folder / ".env").write_text("# mine\nLAB_API_KEY=a\nDEEPSEEK_API_KEY=b\nOTHER=c\n")
    old = document.read(path)
    return leftovers.found(Plan(old, old.become(providers.removed(old.value, name))))


def test_the_key_of_one_that_goes_is_left_over(tmp_path: Path) -> None:
    plan = removed(tmp_path, "lab")
    assert plan.unused == ("LAB_API_KEY",)
    assert leftovers.said(plan) == f"LAB_API_KEY in {tmp_path / '.env'} is used by nothing any more."
    assert "Take it out" in leftovers.question(plan)
    gone = leftovers.forgotten(plan)
    assert (gone.forgotten, gone.unused) == (("LAB_API_KEY",), ())
    assert gone.words[-1] == f"LAB_API_KEY is taken out of {tmp_path / '.env'}"


def test_so_is_one_that_was_taken_without_being_named(tmp_path: Path) -> None:
    assert removed(tmp_path, "deepseek").unused == ("DEEPSEEK_API_KEY",)


@pytest.mark.parametrize(
    ("others", "text", "more"),
    [
        ([{"name": "b", "api_key": ["${LAB_API_KEY}"]}], "", {}),
        ([], "", {"WebSearch": {"api_key": "$LAB_API_KEY"}}),
        ([], "// LAB_API_KEY is the team's", {}),
        ([], "", {"note": "${LAB_API_KEY:-none}"}),
    ],
)
def test_what_the_file_still_mentions_stays(
    tmp_path: Path, others: list[Any], text: str, more: dict[str, Any]
) -> None:
    assert removed(tmp_path, "lab", *others, text=text, **more).unused == ()


def test_what_another_provider_takes_without_naming_it_stays(tmp_path: Path) -> None:
    again = {"name": "more", "api_key": "$DEEPSEEK_API_KEY", "api_base_url": "http://127.0.0.1:9"}
    assert removed(tmp_path, "more", again).unused == ()


@pytest.mark.parametrize("place", ["presets/team/manifest.json", "work.json", "router.py"])
def test_what_another_file_may_use_stays(tmp_path: Path, place: str) -> None:
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("$LAB_API_KEY")
    assert removed(tmp_path, "lab").unused == ()


def test_names_that_only_begin_alike_are_others(tmp_path: Path) -> None:
    (tmp_path / "work.json").write_text("$LAB_API_KEY_2 and MY_LAB_API_KEY")
    assert removed(tmp_path, "lab").unused == ("LAB_API_KEY",)
