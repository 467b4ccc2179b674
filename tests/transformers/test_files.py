"""A user's file gives its transformers, or the reason in words why it gives none."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from ccr.config.problems import ConfigError
from ccr.transformers.contract import Transformer
from ccr.transformers.files import GROUP, Source, class_of, classes_in
from ccr.transformers.maxtoken import MaxToken

TWO = """
from __future__ import annotations
from abc import abstractmethod
from dataclasses import dataclass
from ccr.transformers.contract import Transformer
from ccr.transformers.maxtoken import MaxToken

@dataclass
class Note:
    text: str

class Base(Transformer):
    @abstractmethod
    def words(self) -> str: ...

class _Hidden(Transformer): ...
class First(Transformer): ...
class Second(MaxToken): ...
"""


def written(tmp_path: Path, code: str, name: str = "own.py") -> Path:
    path = tmp_path / name
    path.write_text(code)
    return path


def problem(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        classes_in(path, "place")
    (found,) = caught.value.problems
    assert found.path == "place"
    return found.message


def test_all_transformers_that_a_file_defines_are_found(tmp_path: Path) -> None:
    """Not what it imports, nor what is hidden or abstract."""
    code = TWO.replace("class Base(Transformer)", "from abc import ABC\nclass Base(Transformer, ABC)")
    assert [cls.name for cls in classes_in(written(tmp_path, code), "")] == ["first", "second"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def x(:", "own.py is no valid Python (line 1): invalid syntax."),
        ("\n1 / 0", "own.py fails in line 2: ZeroDivisionError: division by zero"),
        ("\n\nimport not_installed_here", "own.py fails in line 3: ModuleNotFoundError: No module named"),
        ("raise SystemExit(3)", "own.py fails in line 1: SystemExit: 3"),
        ("def f():\n    exec('1/0')\nf()", "own.py fails in line 2: ZeroDivisionError"),
        ("x = 1", "own.py defines no subclass of ccr.transformers.contract.Transformer."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(code: str, words: str, tmp_path: Path) -> None:
    before = set(sys.modules)
    assert problem(written(tmp_path, code)).startswith(words)
    assert not {name for name in set(sys.modules) - before if "own" in name and code != "x = 1"}


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    assert "gone.py cannot be read: No such file" in problem(tmp_path / "gone.py")
    assert "cannot be read: Is a directory" in problem(tmp_path)


@pytest.mark.parametrize("name", ["gemini-cli.js", "x.cjs", "x.mjs", "x.ts"])
def test_a_plugin_of_the_original_is_recognised(name: str, tmp_path: Path) -> None:
    words = f"{name} is a plugin of the original router, in JavaScript; here they are in Python."
    assert problem(written(tmp_path, "module.exports = class {}", name)) == words


def test_a_folder_is_never_written_to(tmp_path: Path) -> None:
    """Bytecode left beside the file could be taken for the file's when that has changed."""
    classes_in(written(tmp_path, TWO), "")
    assert [path.name for path in tmp_path.iterdir()] == ["own.py"]


def entry(value: str) -> Source:
    return Source(EntryPoint("x", value, GROUP))


def test_a_package_gives_its_class() -> None:
    assert class_of(entry("ccr.transformers.maxtoken:MaxToken"), "") is MaxToken
    assert class_of(Source(MaxToken), "") is MaxToken


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("not_installed_here:X", "the package that brings it cannot be imported: ModuleNotFoundError"),
        ("ccr.errors:Missing", "the package that brings it cannot be imported: AttributeError"),
        ("ccr.errors:RouterError", "ccr.errors:RouterError, which a package names for it, is no subclass"),
        ("ccr.errors", "ccr.errors, which a package names for it, is no subclass of Transformer."),
    ],
)
def test_what_is_wrong_with_a_package_is_told(value: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        class_of(entry(value), "place")
    assert caught.value.problems[0].message.startswith(words)


def test_the_contract_itself_is_no_transformer_of_a_file(tmp_path: Path) -> None:
    code = f"from {Transformer.__module__} import Transformer\nOther = Transformer"
    assert "defines no subclass" in problem(written(tmp_path, code))
