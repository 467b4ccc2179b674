"""The ledger as commands read it."""

from __future__ import annotations

import json

import click
import pytest

from ccr.cli import books
from tests.cli.machine import Machine


def test_it_is_where_the_configuration_says(machine: Machine) -> None:
    place = machine.configure(json.dumps({"Ledger": {"path": "books.db"}}))
    place.with_name("books.db").write_bytes(b"this is no database " * 500)
    with (
        pytest.raises(click.ClickException, match=r"books\.db"),
        books.reading(str(place), lenient=False) as it,
    ):
        it.total()


def test_the_options_of_a_command_become_a_filter() -> None:
    where = books.meant("2025-10-09T00:00Z", "", key="anna", provider=None)
    assert (where.since, where.until, where.client, where.key) == (1_759_968_000.0, None, "anna", None)


def test_foreign_text_has_neither_markup_nor_control_characters() -> None:
    assert books.plain("[red]\x1b[31m").plain == "[red]·[31m"
