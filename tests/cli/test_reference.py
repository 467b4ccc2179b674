"""The help of every command is complete, and docs/reference/cli.md is that help, to the letter."""

from __future__ import annotations

import pytest

from ccr.cli import reference
from ccr.cli.terminal import FAILED, INTERRUPTED, NOT_FOUND, NOT_RUNNING, OK, USAGE

HELPS = dict(reference.helps())


def test_the_page_is_what_the_commands_say() -> None:
    written = reference.FILE.read_text(encoding="utf-8")
    assert written == reference.text(), "run: python -m ccr.cli.reference"


@pytest.mark.parametrize("path", HELPS)
def test_every_command_has_words_and_examples(path: str) -> None:
    assert path.rpartition(" ")[2] in HELPS[path]
    lines = HELPS[path].splitlines()
    assert lines[2].strip(), f"{path} says nothing of itself"
    group = path.rpartition(" ")[0]
    near = [path] if group in ("", "ccr") else [path, group]
    assert any("xample" in HELPS[name] for name in near), f"{path} has no example, nor has its group"


@pytest.mark.parametrize("path", HELPS)
def test_examples_are_commands_that_exist(path: str) -> None:
    shown = [line.split() for line in HELPS[path].splitlines() if line.startswith("    ccr ")]
    known = {name.split()[1] for name in HELPS if " " in name} | {"team", "--version"}
    assert {words[1] for words in shown if words[1:]} <= known


def test_every_exit_code_is_told() -> None:
    told = HELPS["ccr"].partition("Exit codes:")[2]
    assert all(f"\n  {code} " in told for code in (OK, FAILED, USAGE, NOT_RUNNING, NOT_FOUND, INTERRUPTED))


def test_lines_fit_the_page() -> None:
    assert [line for line in reference.text().splitlines() if len(line) > 120] == []
