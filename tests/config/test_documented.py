"""docs/configuration.md names every key of the file and every command about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccr.cli.commands.config import ENTRIES
from ccr.config import schema

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "configuration.md").read_text("utf-8")


@pytest.mark.parametrize("key", schema.File.model_fields)
def test_every_key_stands_in_the_table(key: str) -> None:
    assert re.search(rf"^\| .*`{key}`.* \|", PAGE, re.MULTILINE), (
        f"docs/configuration.md says nothing of {key}"
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_command_stands_in_the_table(entry: object) -> None:
    assert re.search(rf"`(ccr config )?{getattr(entry, 'name', '')}\b", PAGE)


def test_every_page_it_leads_to_is_there() -> None:
    pages = re.findall(r"\]\(([^)#]+\.md)\)", PAGE)
    assert pages
    assert [page for page in pages if not (DOCS / page).exists()] == []
