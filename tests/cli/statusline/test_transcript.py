"""The last answer of the conversation is found, whatever else its file holds."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ccr.cli.statusline.transcript import LARGEST, PIECE, Said, last


def said(model: str, input: object = 5, output: object = 7) -> str:
    usage = {"input_tokens": input, "output_tokens": output}
    return json.dumps({"type": "assistant", "message": {"model": model, "usage": usage}})


def written(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_the_last_line_of_an_assistant_counts(tmp_path: Path) -> None:
    user = json.dumps({"type": "user", "message": {"content": 'say "assistant"', "model": "no"}})
    path = written(tmp_path / "t", said("a"), said("b", 1, 2), user, "{half a li", "[]", "null")
    assert last(path) == Said("b", 1.0, 2.0)


def test_an_answer_without_a_model_does_not_count(tmp_path: Path) -> None:
    path = written(tmp_path / "t", said("a"), json.dumps({"type": "assistant", "message": {}}))
    assert last(path).model == "a"


def test_figures_that_are_none_are_not_told(tmp_path: Path) -> None:
    assert last(written(tmp_path / "t", said("a", "many", None))) == Said("a")


def test_a_large_tool_result_behind_it_hides_nothing(tmp_path: Path) -> None:
    assert last(written(tmp_path / "t", said("a"), "x" * (2 * PIECE))).model == "a"


def test_only_the_end_of_a_file_is_read(tmp_path: Path) -> None:
    assert last(written(tmp_path / "t", said("a"), "x" * (LARGEST + 1))) == Said()


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in ("", str(tmp_path), str(tmp_path / "gone"), "a\0b", str(tmp_path / "pipe"), "/dev/zero"):
        assert last(path) == Said()
