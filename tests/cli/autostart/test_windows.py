"""The task is what Windows reads as these very words."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from ccr.cli.autostart.definition import Definition
from ccr.cli.autostart.windows import SCHEMA, plan, xml
from tests.cli.autostart.conftest import agrees

USER = "DESK\\Zoë & Co"


def test_the_task_is_golden(windows: Definition) -> None:
    assert agrees("windows.xml", xml(windows, USER))


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.partition("\n")[2])  # noqa: S314  # our own


def test_its_file_is_utf_16_with_its_mark(windows: Definition) -> None:
    content = plan(windows, Path("/h"), USER).content
    assert content[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert parsed(content.decode("utf-16")).tag == f"{{{SCHEMA}}}Task"


def words_of(line: str) -> list[str]:
    """As Windows' programs read their command line (CommandLineToArgvW)."""
    words, word, quoted, slashes, begun = [], "", False, 0, False
    for letter in f"{line} ":
        if letter == "\\":
            slashes, begun = slashes + 1, True
            continue
        if letter == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            slashes, begun = 0, True
            continue
        word, slashes = word + "\\" * slashes, 0
        if letter == " " and not quoted:
            words += [word] if begun else []
            word, begun = "", False
        else:
            word, begun = word + letter, True
    return words


def test_arguments_come_back_as_they_were(windows: Definition) -> None:
    task = parsed(xml(windows, USER))
    action = task.find(f".//{{{SCHEMA}}}Exec")
    assert action is not None
    program, arguments = (action.findtext(f"{{{SCHEMA}}}{name}") or "" for name in ("Command", "Arguments"))
    assert [program, *words_of(arguments)] == [*windows.words, "--daemon"]


def test_it_is_made_started_and_deleted(windows: Definition) -> None:
    made = plan(windows, Path("C:/h"), USER)
    assert made.install[0][:4] == ["schtasks", "/Create", "/TN", "claude-code-router-4000"]
    assert made.install[1][1] == "/Run"
    assert made.uninstall == [["schtasks", "/Delete", "/TN", "claude-code-router-4000", "/F"]]
