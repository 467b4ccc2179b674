"""Other routers' files are found where they are kept, and known by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.config.importing import sources


def test_what_is_there_is_found(tmp_path: Path) -> None:
    for place in (
        ".claude-code-router/config.json",
        ".cc-switch/cc-switch.db",
        ".claude-code-router/config.sqlite",
    ):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("")
    found = [(source.name, path.name) for source, path in sources.present({"HOME": str(tmp_path)})]
    assert found == [("v3", "config.sqlite"), ("cc-switch", "cc-switch.db"), ("original", "config.json")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a/config.sqlite", "v3"),
        ("a/litellm.yml", "litellm"),
        ("a/cc-switch.db", "cc-switch"),
        (".cc-switch/config.json", "cc-switch"),
        ("a/config.json", "original"),
        ("a/what", None),
    ],
)
def test_a_file_is_known_by_its_name(name: str, kind: str | None) -> None:
    source = sources.of_file(Path(name))
    assert (source.name if source else None) == kind
