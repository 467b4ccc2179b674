from __future__ import annotations

import pytest

from ccr.config.dotenv import parse


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=1\nB=two words\n", {"A": "1", "B": "two words"}),
        ("export A=1", {"A": "1"}),
        ("# comment\n\nA = 1 # comment\nB=a#b", {"A": "1", "B": "a#b"}),
        ("A=\"x # y\"\nB='$C \\n'", {"A": "x # y", "B": "$C \\n"}),
        ('A="line\\nbreak \\"q\\""', {"A": 'line\nbreak "q"'}),
        ('A="two\nlines"\nB=1', {"A": "two\nlines", "B": "1"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=\nB=''", {"A": "", "B": ""}),
        ("A=1\nA=2", {"A": "2"}),
        ("no assignment\n=x\n1A=2", {}),
        ("A=sk-abc==", {"A": "sk-abc=="}),
        ("A=it's", {"A": "it's"}),
    ],
)
def test_lines_of_env_files(text: str, found: dict[str, str]) -> None:
    assert parse(text) == found
