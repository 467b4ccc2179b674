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


def test_what_is_forgotten_is_gone_and_all_else_stays(tmp_path: Path) -> None:
    text = '# mine\r\nA="1\nB=2"\nexport B=3 # b\r\nB=4\n\nC=5'
    (tmp_path / ".env").write_bytes(text.encode())
    assert environment.forget(tmp_path / "config.json", ["B"]) == tmp_path / ".env"
    assert (tmp_path / ".env").read_bytes() == b'# mine\r\nA="1\nB=2"\n\nC=5'


def test_what_spans_lines_goes_as_a_whole() -> None:
    assert environment.with_values('A="1\n2"\nB=3\n', {"A": "4"}) == "B=3\nA=4\n"
