"""What there is to be used, with its options."""

from __future__ import annotations

from pathlib import Path

from ccr.config.settings import Plugin, Settings
from ccr.transformers.builtin import BUILTIN
from ccr.transformers.catalogue import known

MINE = """
from ccr.transformers.contract import Transformer

class Mine(Transformer):
    name = "mine"

    def __init__(self, *, loud: bool = False) -> None:
        self.loud = loud
"""


def test_the_builtin_ones_come_first_and_those_of_the_user_behind(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    settings = Settings(tmp_path / "config.json", transformers=(Plugin(path), Plugin(tmp_path / "gone.py")))
    found = known(settings)
    assert [one.name for one in found][: len(BUILTIN)] == list(BUILTIN)
    (own,) = [one for one in found if one.kind == "own"]
    assert (own.name, own.options, own.any_option) == ("mine", ("loud",), False)
