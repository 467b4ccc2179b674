"""What is put into a ``.env`` is read from it again, and other lines stay."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ccr.config import dotenv
from ccr.config.saving import environment

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(TEXTS)
def test_every_value_comes_back(value: str) -> None:
    text = environment.with_values("# mine\nA=1\nNAME=old\nexport NAME=older\n", {"NAME": value})
    assert dotenv.parse(text) == {"A": "1", "NAME": value}
    assert text.startswith("# mine\nA=1\n")


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    kept = environment.keep(tmp_path / "config.json", {"A": "1"})
    assert kept == tmp_path / ".env"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (
        environment.keep(tmp_path / "config.json", {"B": "two words"}).read_text() == 'A=1\nB="two words"\n'
    )
